import { beforeAll, describe, expect, test } from "vitest";
import { concatBytes, fromHex, sha256 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { sequence, tlv } from "#lib/pki/core/asn1/der.ts";
import { parseName } from "#lib/pki/core/asn1/names.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { publicKeyFacts } from "#lib/pki/core/public-key.ts";
import { findRevocation, parseCrl, verifyCrl } from "#lib/pki/core/revocation/crl.ts";
import { certIdOf, createOcspRequest, parseOcspRequest } from "#lib/pki/core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "#lib/pki/core/revocation/ocsp-response.ts";
import { verifyOcspResponse } from "#lib/pki/core/revocation/verify-ocsp.ts";
import {
  at,
  DAY_MS,
  HOUR_MS,
  NOON,
  randomOctets,
  seeded,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";
import { answerTimestampRequest, type Tsa } from "#lib/pki/core/timestamps/create-timestamp.ts";
import { createTimestampRequest, parseTimestampRequest } from "#lib/pki/core/timestamps/timestamp-request.ts";
import {
  parseTimestampResponse,
  readTimestampResponse,
} from "#lib/pki/core/timestamps/timestamp-response.ts";
import { parseTimestampToken, verifyTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import type { EvidenceInput } from "#lib/pki/core/validation/evidence.ts";
import {
  CONTENT,
  contextOf,
  crlOf,
  documentTimestamp,
  ocspOf,
  sealedEvidence,
  serialOf,
  stampedBySigner,
  tokenOver,
  validated,
} from "#lib/pki/core/validation/testing-document.ts";

const HASH = sha256(CONTENT);

interface Sample {
  readonly name: string;
  readonly bytes: () => Uint8Array;
  readonly parse: (bytes: Uint8Array) => unknown;
}

let world: World;
let issuing: Certificate;
let signer: Certificate;
let made: Record<string, Uint8Array>;
let sealed: EvidenceInput;
let tsa: Tsa;
beforeAll(async () => {
  world = await testWorld();
  const authority = await testSigner(world.issuing);
  issuing = parseCertificate(world.issuing.certificateDer);
  signer = parseCertificate(authority.certificateDer);
  tsa = { ...world.tsa, chain: [world.root.certificateDer], policy: "1.2.3", accuracySeconds: 1 };
  sealed = await sealedEvidence(authority, world, at(2 * DAY_MS));
  const timestampRequest = createTimestampRequest("sha256", HASH, randomOctets(8));
  made = {
    certificate: authority.certificateDer,
    crl: await crlOf(world.issuing, NOON, [
      { serialHex: serialOf(authority), revokedAt: NOON, reason: "superseded" },
    ]),
    ocsp: await ocspOf(authority, world.issuing, world.responder, NOON),
    ocspRequest: createOcspRequest(certIdOf(signer, issuing), randomOctets(32)),
    token: await tokenOver(HASH, world.tsa, world, NOON),
    timestampRequest,
    timestampResponse: await answerTimestampRequest(timestampRequest, tsa, randomOctets(16), NOON),
    cms: await stampedBySigner(authority, world, at(60_000)),
  };
});

const SAMPLES: Sample[] = [
  { name: "certificate", bytes: () => made.certificate!, parse: parseCertificate },
  { name: "name", bytes: () => signer.subject.der, parse: parseName },
  { name: "public key", bytes: () => signer.publicKey, parse: publicKeyFacts },
  {
    name: "CRL",
    bytes: () => made.crl!,
    parse: (bytes) => {
      const crl = parseCrl(bytes);
      verifyCrl(crl, issuing);
      return findRevocation(crl, signer.serialHex);
    },
  },
  { name: "OCSP request", bytes: () => made.ocspRequest!, parse: parseOcspRequest },
  {
    name: "OCSP response",
    bytes: () => made.ocsp!,
    parse: (bytes) => verifyOcspResponse(parseOcspResponse(bytes), signer, issuing),
  },
  { name: "time-stamp request", bytes: () => made.timestampRequest!, parse: parseTimestampRequest },
  { name: "time-stamp response", bytes: () => made.timestampResponse!, parse: parseTimestampResponse },
  {
    name: "time-stamp token",
    bytes: () => made.token!,
    parse: (bytes) => verifyTimestampToken(parseTimestampToken(bytes), HASH),
  },
  { name: "CMS", bytes: () => made.cms!, parse: parseCms },
];

/** The refusal, null when there was none; anything but a refusal is a bug and goes on. */
function refusalOf(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array): string | null {
  try {
    parse(bytes);
    return null;
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

/** Flips, overwrites, drops, doubles or swaps some bytes: one to four wounds. */
function wounded(bytes: Uint8Array, random: () => number): Uint8Array {
  let result: Uint8Array = bytes.slice();
  const pick = (limit: number) => Math.floor(random() * limit);
  for (let wounds = 1 + pick(4); wounds > 0 && result.length > 0; wounds--) {
    const position = pick(result.length);
    const length = 1 + pick(8);
    const kind = pick(6);
    if (kind === 0) result[position]! ^= 1 << pick(8);
    else if (kind === 1) result[position] = pick(256);
    else if (kind === 2) result[position] = [0x00, 0x30, 0x7f, 0x80, 0x84, 0xff][pick(6)]!;
    else if (kind === 3)
      result = concatBytes([result.subarray(0, position), result.subarray(position + length)]);
    else if (kind === 4)
      result = concatBytes([result.subarray(0, position + length), result.subarray(position)]);
    else result.copyWithin(position, pick(result.length), pick(result.length));
  }
  return result;
}

describe.each(SAMPLES)("a hostile $name", ({ bytes, parse }) => {
  test("is whole to begin with", () => {
    expect(refusalOf(parse, bytes())).toBeNull();
  });

  test("is refused when cut off at any byte", () => {
    for (let length = 0; length < bytes().length; length++) {
      expect(refusalOf(parse, bytes().subarray(0, length)), `at ${length}`).toBe("pki/malformed");
    }
  });

  test("with lengths that lie is refused or read, and nothing else happens", () => {
    for (let position = 1; position < Math.min(bytes().length, 600); position++) {
      for (const lie of ["80", "84ffffffff", "847fffffff", "8900000000ffffffffff", "ff"]) {
        const changed = concatBytes([
          bytes().subarray(0, position),
          fromHex(lie),
          bytes().subarray(position + 1),
        ]);
        expect([null, "pki/malformed", "pki/too-large"]).toContain(refusalOf(parse, changed));
      }
    }
  });

  test("with bytes changed at random is refused or read, and nothing else happens", () => {
    const random = seeded(1);
    for (let round = 0; round < 1500; round++) {
      expect([null, "pki/malformed", "pki/too-large"]).toContain(refusalOf(parse, wounded(bytes(), random)));
    }
  });

  test("nested a hundred thousand levels deep is refused", () => {
    let nested: Uint8Array = fromHex("0500");
    for (let depth = 0; depth < 2000; depth++) nested = tlv(0x30, nested);
    expect(refusalOf(parse, nested)).toBe("pki/malformed");
    expect(refusalOf(parse, fromHex("3080".repeat(100_000)))).toMatch(/^pki\/(malformed|too-large)$/);
    expect(refusalOf(parse, fromHex("a080".repeat(100_000)))).toMatch(/^pki\/(malformed|too-large)$/);
  });

  test("of a million empty members is refused", () => {
    expect(refusalOf(parse, tlv(0x30, new Uint8Array(2_000_000).fill(5)))).toMatch(
      /^pki\/(malformed|too-large)$/,
    );
    expect(refusalOf(parse, sequence(tlv(0x30, fromHex("0500".repeat(100_000)))))).toMatch(
      /^pki\/(malformed|too-large)$/,
    );
  });
});

test("a whole validation over wounded signatures and evidence never throws and never passes by accident", async () => {
  const random = seeded(2);
  const later = at(2 * DAY_MS + HOUR_MS);
  const stamp = await documentTimestamp(world, at(2 * DAY_MS));
  const hurt = (items: EvidenceInput["crls"]) =>
    items.map(({ der, position }) => ({ der: random() < 0.5 ? wounded(der, random) : der, position }));
  for (let round = 0; round < 150; round++) {
    const evidence = {
      certificates: hurt(sealed.certificates),
      crls: hurt(sealed.crls),
      ocspResponses: hurt(sealed.ocspResponses),
    };
    const cms = wounded(made.cms!, random);
    const timestamp = { ...stamp, tokenDer: wounded(stamp.tokenDer, random) };
    const report = validated(cms, [timestamp], contextOf(evidence, world, later));
    expect(["TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"]).toContain(report.indication);
    expect((report.indication === "TOTAL-PASSED") === (report.subIndication === null)).toBe(true);
    const isProven = report.documentTimestamps.some(({ indication }) => indication === "TOTAL-PASSED");
    const isStamped = report.signatureTimestamps.some(({ indication }) => indication === "TOTAL-PASSED");
    if (report.indication === "TOTAL-PASSED") expect(isProven || isStamped).toBe(true);
  }
});

test("a time-stamping authority answers any bytes with a response", async () => {
  const random = seeded(3);
  for (let round = 0; round < 200; round++) {
    const request = wounded(made.timestampRequest!, random);
    const response = await answerTimestampRequest(request, tsa, randomOctets(16), NOON);
    expect([0, 2]).toContain(parseTimestampResponse(response).status);
  }
});

test("a client told any bytes says why it does not use them", () => {
  const random = seeded(4);
  const request = parseTimestampRequest(made.timestampRequest!);
  for (let round = 0; round < 300; round++) {
    const answer = readTimestampResponse(wounded(made.timestampResponse!, random), request);
    expect(answer.token === null).toBe(answer.problem !== null);
  }
});

test("names with a thousand parts and identifiers of a thousand arcs are refused", () => {
  const part = fromHex("310b3009060355040313026162");
  expect(refusalOf(parseName, tlv(0x30, ...Array.from({ length: 100 }, () => part)))).toBe("pki/too-large");
  const long = tlv(0x06, new Uint8Array(1000).fill(0x81), fromHex("01"));
  expect(refusalOf(parseName, sequence(tlv(0x31, sequence(long, fromHex("0500")))))).toBe("pki/malformed");
});
