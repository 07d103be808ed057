import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publicWeb } from "#lib/adapters/web/public-web.ts";
import { toHex } from "#lib/bytes.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { createCrl } from "#lib/pki/core/revocation/create-crl.ts";
import { createOcspResponse } from "#lib/pki/core/revocation/create-ocsp-response.ts";
import { certIdOf, createOcspRequest, parseOcspRequest } from "#lib/pki/core/revocation/ocsp-request.ts";
import {
  type Authority,
  at,
  DAY_MS,
  HOUR_MS,
  NOON,
  randomOctets,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";
import { crlOf, ocspOf } from "#lib/pki/core/validation/testing-document.ts";
import { fetchStatus } from "./foreign-status.ts";

const LEEWAY_MS = 5 * 60_000;
let server: http.Server;
let world: World;
let crl: Uint8Array;
let issuer: Certificate;
let own: Authority;
let port: number;
let named: (host: string) => Certificate;
/** What the authority's host answers to whatever it is asked. */
let answer: (asked: Uint8Array) => Promise<Uint8Array> | Uint8Array;

beforeAll(async () => {
  world = await testWorld();
  crl = await crlOf(world.issuing, NOON, []);
  answer = () => crl;
  issuer = parseCertificate(world.issuing.certificateDer);
  own = await testSigner(world.issuing);
  const certificate = parseCertificate(own.certificateDer);
  server = http
    .createServer(async (request, response) => response.end(await answer(await buffer(request))))
    .listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  ({ port } = server.address() as AddressInfo);
  named = (host) => ({ ...certificate, crlUrls: [`http://${host}:${port}/ca.crl`], ocspUrls: [] });
});
afterAll(() => server.close());

const ask = (certificate: Certificate, hosts: readonly string[], now = NOON, since?: Date) =>
  fetchStatus(
    {
      ...{ web: publicWeb(hosts), now: () => now },
      random: (length) => new Uint8Array(randomBytes(length)),
    },
    ...([certificate, issuer, since] as const),
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

const HOST = "127.0.0.1";
const atCrl = (now: Date, since?: Date) => ask(named(HOST), [HOST], now, since);
const withResponder = () => ({ ...named(HOST), crlUrls: [], ocspUrls: [`http://${HOST}:${port}/ocsp`] });
const atOcsp = (now: Date) => ask(withResponder(), [HOST], now);
const unavailable = (message: string) => ({
  code: "pki/status-unavailable",
  message: expect.stringContaining(message),
});

test("a list counts from its date to the next one's, and only for what it speaks of", async () => {
  answer = () => crlOf(world.issuing, NOON, [], DAY_MS);
  for (const ahead of [-LEEWAY_MS, 0, DAY_MS])
    expect((await atCrl(at(ahead))).kind, String(ahead)).toBe("crl");
  for (const ahead of [-LEEWAY_MS - 1, DAY_MS + 1])
    await expect(atCrl(at(ahead))).rejects.toMatchObject(unavailable("holds from 2026-11-20T12:00:00.000Z"));
  const { certificateDer: issuerDer, key } = world.issuing;
  const list = { issuerDer, number: 1, thisUpdate: NOON, nextUpdate: at(DAY_MS), revoked: [] };
  answer = () => createCrl({ ...list, partitionUrl: "http://elsewhere.example/7.crl" }, key);
  await expect(atCrl(NOON)).rejects.toMatchObject(unavailable("speaks of other certificates"));
  answer = () => createCrl({ ...list, partitionUrl: named(HOST).crlUrls[0] }, key);
  expect((await atCrl(NOON)).kind).toBe("crl");
});

test("an answer from a time before, to another question or about nothing known proves nothing", async () => {
  const { issuing, responder } = world;
  const status = (more: Parameters<typeof ocspOf>[4]) => () => ocspOf(own, issuing, responder, NOON, more);
  answer = status({ lifeMs: DAY_MS });
  expect((await atOcsp(at(DAY_MS))).kind).toBe("ocsp");
  await expect(atOcsp(at(DAY_MS + 1))).rejects.toMatchObject(unavailable("holds from"));
  answer = status({ status: { kind: "unknown" } });
  await expect(atOcsp(NOON)).rejects.toMatchObject(unavailable("does not know"));

  const repeating = (nonceOf: (asked: Uint8Array) => Uint8Array | null) => async (asked: Uint8Array) =>
    createOcspResponse(
      {
        answers: [{ certId: certIdOf(named(HOST), issuer), status: { kind: "good" } }],
        ...{ responderDer: responder.certificateDer, nonce: nonceOf(asked) },
        ...{ producedAt: NOON, thisUpdate: NOON, nextUpdate: at(DAY_MS) },
      },
      responder.key,
    );
  answer = repeating((asked) => parseOcspRequest(asked).nonce);
  expect((await atOcsp(NOON)).kind).toBe("ocsp");
  const earlier = parseOcspRequest(createOcspRequest(certIdOf(named(HOST), issuer), randomOctets(16))).nonce;
  answer = repeating(() => earlier);
  await expect(atOcsp(NOON)).rejects.toMatchObject(unavailable("answers another question"));
});

test("what was said before the time that matters is taken only when nobody says anything newer", async () => {
  const stamped = at(HOUR_MS);
  const both = { ...named(HOST), ocspUrls: withResponder().ocspUrls };
  const later = () => ocspOf(own, world.issuing, world.responder, stamped);
  answer = (asked) => (asked.length === 0 ? crl : later());
  expect((await ask(both, [HOST], stamped)).kind).toBe("crl");
  expect((await ask(both, [HOST], stamped, stamped)).kind).toBe("ocsp");
  answer = () => crl;
  expect((await ask(both, [HOST], stamped, stamped)).kind).toBe("crl");
});
