import http from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { fromUtf8, toUtf8 } from "#lib/bytes.ts";
import { isNamedHost, isPublicAddress } from "./egress.ts";
import { publicWeb } from "./public-web.ts";

async function serving<T>(answer: http.RequestListener, work: (host: string) => Promise<T>): Promise<T> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await work(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test("private, local and reserved addresses are not public", () => {
  for (const address of [
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "::1",
    "fd00::1",
    "fe80::1",
    "::ffff:10.0.0.1",
    "0.0.0.0",
    // An IPv4 address in another's clothes: mapped, compatible, translated, 6to4, Teredo.
    ...["::ffff:7f00:1", "::7f00:1", "::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1"],
    ...["2002:7f00:1::", "2001:0:7f00:1::", "192.88.99.1", "fec0::1", "fe80::1%eth0", "3fff::1", "5f00::1"],
    ...["", "localhost", "127.1", "0x7f000001", "2130706433"],
  ])
    expect(isPublicAddress(address), address).toBe(false);
  for (const address of ["93.184.216.34", "2606:2800:220:1::1"])
    expect(isPublicAddress(address), address).toBe(true);
});

test("a private host is named with its port or for all of them, and no other is meant", () => {
  const hosts = ["pki.corp.example", "10.1.2.3:8080", "[fd00::1]:80"];
  for (const [name, port] of [
    ["PKI.corp.example", 8443],
    ["10.1.2.3", 8080],
    ["fd00::1", 80],
  ] as const)
    expect(isNamedHost(hosts, name, port), name).toBe(true);
  for (const [name, port] of [
    ["10.1.2.3", 80],
    ["10.1.2.4", 8080],
    ["evil.pki.corp.example", 80],
    ["fd00::1", 81],
  ] as const)
    expect(isNamedHost(hosts, name, port), name).toBe(false);
});

test("nothing is fetched from this machine, by address or by name", async () => {
  await serving(
    (_, answer) => answer.end("secret"),
    async (host) => {
      const port = host.split(":")[1];
      for (const url of [`http://${host}/`, `http://localhost:${port}/`, `http://[::1]:${port}/`])
        await expect(publicWeb().fetch(url, { limitBytes: 99 }), url).rejects.toMatchObject({
          code: "web/not-public",
        });
    },
  );
  await expect(publicWeb().fetch("file:///etc/passwd", { limitBytes: 99 })).rejects.toMatchObject({
    code: "web/not-public",
  });
});

test("a host the operator named is reached, with limits and without redirects", async () => {
  await serving(
    (request, answer) => {
      if (request.url === "/moved") answer.writeHead(302, { location: "/" }).end();
      else if (request.url === "/large") answer.end("x".repeat(1000));
      else {
        let body = "";
        request.on("data", (part) => (body += part));
        request.on("end", () => answer.end(`${request.method} ${body}`));
      }
    },
    async (host) => {
      const web = publicWeb([host]);
      expect(toUtf8(await web.fetch(`http://${host}/`, { limitBytes: 99 }))).toBe("GET ");
      expect(toUtf8(await web.fetch(`http://${host}/`, { limitBytes: 99, body: fromUtf8("hello") }))).toBe(
        "POST hello",
      );
      await expect(web.fetch(`http://${host}/moved`, { limitBytes: 99 })).rejects.toMatchObject({
        code: "web/unavailable",
      });
      await expect(web.fetch(`http://${host}/large`, { limitBytes: 99 })).rejects.toMatchObject({
        code: "web/unavailable",
      });
    },
  );
});
