import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicWeb } from "#lib/adapters/web/public-web.ts";
import { toHex } from "#lib/bytes.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { NOON, testSigner, testWorld } from "#lib/pki/core/testing.ts";
import { crlOf } from "#lib/pki/core/validation/testing-document.ts";
import { fetchStatus } from "./foreign-status.ts";

let server: http.Server;
let crl: Uint8Array;
let issuer: Certificate;
let port: number;
let named: (host: string) => Certificate;

beforeAll(async () => {
  const world = await testWorld();
  crl = await crlOf(world.issuing, NOON, []);
  issuer = parseCertificate(world.issuing.certificateDer);
  const own = parseCertificate((await testSigner(world.issuing)).certificateDer);
  server = http.createServer((_, answer) => answer.end(crl)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  ({ port } = server.address() as AddressInfo);
  named = (host) => ({ ...own, crlUrls: [`http://${host}:${port}/ca.crl`], ocspUrls: [] });
});
afterAll(() => server.close());

const ask = (certificate: Certificate, hosts: readonly string[]) =>
  fetchStatus(
    { web: publicWeb(hosts), random: (length) => new Uint8Array(randomBytes(length)) },
    certificate,
    issuer,
  );

test("a company's own authority publishes inside: its host is asked when the operator named it", async () => {
  for (const host of ["127.0.0.1", "localhost"])
    for (const hosts of [[host], [`${host}:${port}`]]) {
      const { kind, der } = await ask(named(host), hosts);
      expect([kind, toHex(der)]).toEqual(["crl", toHex(crl)]);
    }
});

test("no other host inside is, and what was refused says why", async () => {
  for (const hosts of [[], ["pki.corp.example"], [`127.0.0.1:${port + 1}`], ["localhost"]])
    await expect(ask(named("127.0.0.1"), hosts)).rejects.toMatchObject({
      code: "pki/status-unavailable",
      message: expect.stringContaining("not on the public internet"),
    });
});
