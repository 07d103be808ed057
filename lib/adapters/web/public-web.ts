import { lookup as resolve } from "node:dns";
import http from "node:http";
import https from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { concatBytes } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type WebReader, webError } from "#lib/ports/web.ts";

const TIMEOUT_MS = 15_000;

// RFC 6890 and what cloud machines keep for themselves.
const notPublic = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const)
  notPublic.addSubnet(address, bits, "ipv4");
for (const [address, bits] of [
  ["::", 128],
  ["::1", 128],
  ["64:ff9b::", 96],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  notPublic.addSubnet(address, bits, "ipv6");

export function isPublicAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isPublicAddress(mapped);
  const family = isIP(address);
  return family !== 0 && !notPublic.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** A name is resolved once, and the connection goes to that address: it cannot mean another one afterwards. */
const publicOnly: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    const found = error ? [] : addresses.filter(({ address }) => isPublicAddress(address));
    const failure = error ?? webError("not-public", `${hostname} is not on the public internet`);
    if (found.length === 0) callback(failure, "", 4);
    else if (options.all) callback(null, found);
    else callback(null, found[0]!.address, found[0]!.family);
  });
};

/**
 * Fetches over HTTP and HTTPS, from public addresses only.
 *
 * @param hosts that are allowed wherever they are: what the operator has named in the settings.
 */
export function publicWeb(hosts: readonly string[] = []): WebReader {
  return {
    fetch(url, { limitBytes, body, contentType }) {
      const target = new URL(url);
      const client = target.protocol === "https:" ? https : target.protocol === "http:" ? http : null;
      if (!client) return Promise.reject(webError("not-public", `no way to fetch ${target.protocol}`));
      const isNamed = hosts.includes(target.host);
      const plain = target.hostname.replace(/^\[|\]$/g, "");
      if (!isNamed && isIP(plain) && !isPublicAddress(plain))
        return Promise.reject(webError("not-public", `${target.hostname} is not on the public internet`));
      return new Promise((done, refuse) => {
        const fail = (why: string, cause?: unknown) =>
          refuse(webError("unavailable", `${target.host}: ${why}`, { cause }));
        const request = client.request(target, {
          method: body ? "POST" : "GET",
          ...(isNamed ? {} : { lookup: publicOnly }),
          ...(body
            ? {
                headers: {
                  "content-type": contentType ?? "application/octet-stream",
                  "content-length": body.length,
                },
              }
            : {}),
          signal: AbortSignal.timeout(TIMEOUT_MS),
          agent: false,
        });
        request.on("error", (error) => (isRefusal(error) ? refuse(error) : fail("no answer", error)));
        request.on("response", (answer) => {
          const parts: Uint8Array[] = [];
          let size = 0;
          answer.on("error", (error) => fail("the answer broke off", error));
          answer.on("data", (part: Uint8Array) => {
            size += part.length;
            parts.push(part);
            if (size <= limitBytes) return;
            fail(`more than ${limitBytes} bytes`);
            request.destroy();
          });
          answer.on("end", () =>
            answer.statusCode === 200 ? done(concatBytes(parts)) : fail(`HTTP ${answer.statusCode}`),
          );
        });
        request.end(body);
      });
    },
  };
}
