import { beforeAll, expect, test } from "vitest";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { digestOf } from "#lib/pki/core/algorithms.ts";
import { boolean, integer, nullValue, octetString, oid, sequence } from "#lib/pki/core/asn1/der.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import {
  at,
  DAY_MS,
  epochSeconds,
  NOON,
  openssl,
  opensslMakes,
  pem,
  randomOctets,
  testRoot,
  testTsa,
  testWorld,
  type World,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";
import {
  answerTimestampRequest,
  createTimestampToken,
  type Tsa,
} from "#lib/pki/core/timestamps/create-timestamp.ts";
import {
  createTimestampRequest,
  encodeImprint,
  parseTimestampRequest,
} from "#lib/pki/core/timestamps/timestamp-request.ts";
import {
  parseTimestampResponse,
  readTimestampResponse,
} from "#lib/pki/core/timestamps/timestamp-response.ts";
import { parseTimestampToken, verifyTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";

const content = fromUtf8("what is time-stamped");
let world: World;
let tsa: Tsa;
beforeAll(async () => {
  world = await testWorld();
  tsa = {
    ...world.tsa,
    chain: [world.root.certificateDer],
    policy: WHEREOF_OID.timestampPolicy,
    accuracySeconds: 1,
  };
});

const answer = (request: Uint8Array, now = NOON) =>
  answerTimestampRequest(request, tsa, randomOctets(16), now);
const request = () => createTimestampRequest("sha256", sha256(content), randomOctets(16));

test.each([["-sha256"], ["-sha512", "-cert"], ["-sha384", "-no_nonce", "-cert"], ["-sha3-256", "-cert"]])(
  "OpenSSL verifies our answer to its query (%s %s)",
  async (...options) => {
    const query = opensslMakes("q.tsq", ["ts", "-query", "-data", "c.bin", ...options, "-out", "q.tsq"], {
      "c.bin": content,
    });
    const response = await answer(query);
    const files = {
      "q.tsq": query,
      "r.tsr": response,
      "c.bin": content,
      "root.pem": pem(world.root.certificateDer),
      "tsa.pem": pem(world.tsa.certificateDer),
    };
    const trust = ["-CAfile", "root.pem", "-untrusted", "tsa.pem", "-attime", epochSeconds(NOON)];
    expect(openssl(["ts", "-verify", "-queryfile", "q.tsq", "-in", "r.tsr", ...trust], files)).toContain(
      "Verification: OK",
    );
    expect(openssl(["ts", "-verify", "-data", "c.bin", "-in", "r.tsr", ...trust], files)).toContain(
      "Verification: OK",
    );
    const text = openssl(["ts", "-reply", "-in", "r.tsr", "-text"], files);
    expect(text).toContain("Time stamp: Nov 20 12:00:00 2026 GMT");
    expect(text).toContain(`Policy OID: ${WHEREOF_OID.timestampPolicy}`);
    const { certificates } = parseTimestampToken(parseTimestampResponse(response).tokenDer!).cms;
    expect(certificates).toHaveLength(options.includes("-cert") ? 2 : 0);
  },
);

test("a token OpenSSL made is accepted by our client, and one with another nonce is not", async () => {
  // OpenSSL stamps with its own clock, so this authority lives by it too.
  const root = await testRoot(new Date(Date.now() - DAY_MS));
  const authority = await testTsa(root, new Date(Date.now() - DAY_MS));
  const query = request();
  const response = opensslMakes(
    "r.tsr",
    [
      "ts",
      "-reply",
      "-config",
      "t.cnf",
      "-section",
      "t",
      "-queryfile",
      "q.tsq",
      "-signer",
      "tsa.pem",
      "-inkey",
      "k.pem",
      "-out",
      "r.tsr",
    ],
    {
      "t.cnf":
        "[t]\nserial = serial\nsigner_digest = sha384\ndefault_policy = 1.2.3.4\ndigests = sha256\naccuracy = secs:1, millisecs:500\n",
      serial: "01\n",
      "q.tsq": query,
      "tsa.pem": pem(authority.certificateDer),
      "k.pem": authority.key.keyObject.export({ type: "pkcs8", format: "pem" }).toString(),
    },
  );
  const parsed = parseTimestampRequest(query);
  const found = readTimestampResponse(response, parsed);
  expect(found.problem).toBeNull();
  expect(found.token).toMatchObject({ policy: "1.2.3.4", accuracyMs: 1500, serialHex: "02" });
  expect(readTimestampResponse(response, { ...parsed, nonceDer: integer(7) }).problem).toBe(
    "the nonce is not repeated",
  );
});

test("a token is read, checked against its request and verified", async () => {
  const query = request();
  const found = readTimestampResponse(await answer(query), parseTimestampRequest(query));
  expect(found.problem).toBeNull();
  expect(found.token).toMatchObject({
    policy: WHEREOF_OID.timestampPolicy,
    generatedAt: NOON,
    accuracyMs: 1000,
    imprint: { digest: "sha256" },
  });
  expect(toHex(found.authority!.der)).toBe(toHex(world.tsa.certificateDer));
});

test("an answer to another question is refused with the reason", async () => {
  const query = request();
  const parsed = parseTimestampRequest(query);
  const response = await answer(query);
  const other = parseTimestampRequest(
    createTimestampRequest("sha256", sha256(fromUtf8("x")), randomOctets(8)),
  );
  const sha512 = parseTimestampRequest(
    createTimestampRequest("sha512", digestOf("sha512", content), randomOctets(8)),
  );
  expect(readTimestampResponse(response, { ...parsed, imprint: other.imprint }).problem).toContain(
    "over something else",
  );
  expect(readTimestampResponse(response, { ...parsed, imprint: sha512.imprint }).problem).toContain(
    "another digest",
  );
  expect(readTimestampResponse(response, { ...parsed, nonceDer: other.nonceDer }).problem).toContain("nonce");
  expect(readTimestampResponse(response, { ...parsed, policy: "1.2.3" }).problem).toContain(
    "was not asked for",
  );
  expect(readTimestampResponse(fromUtf8("<html>"), parsed).problem).toContain("time-stamp response");
});

test("requests we do not serve are rejected as RFC 3161 §2.4.2 says", async () => {
  const imprint = (digest: string, size: number) =>
    sequence(sequence(oid(digest), nullValue()), octetString(new Uint8Array(size)));
  const sha1 = sequence(integer(1), imprint("1.3.14.3.2.26", 20));
  const short = sequence(integer(1), imprint("2.16.840.1.101.3.4.2.1", 20));
  const policy = createTimestampRequest("sha256", sha256(content), randomOctets(8), "1.2.3.4");
  for (const [der, bit, word] of [
    [sha1, 0, "unrecognized or unsupported"],
    [short, 5, "the data submitted has the wrong format"],
    [fromUtf8("no DER"), 5, "the data submitted has the wrong format"],
    [
      sequence(integer(2), imprint("2.16.840.1.101.3.4.2.1", 32)),
      5,
      "the data submitted has the wrong format",
    ],
    [policy, 15, "the requested TSA policy is not supported"],
  ] as const) {
    const response = await answer(der);
    expect(parseTimestampResponse(response)).toMatchObject({ status: 2, failures: [bit], tokenDer: null });
    expect(openssl(["ts", "-reply", "-in", "r.tsr", "-text"], { "r.tsr": response })).toContain(word);
  }
});

test("the key signs within its usage period only, the certificate within its validity", async () => {
  const imprintDer = encodeImprint("sha256", sha256(content));
  const make = (now: Date, authority: Tsa = tsa) =>
    createTimestampToken(
      { imprintDer, nonceDer: null, wantsCertificates: true },
      authority,
      randomOctets(16),
      now,
    );
  await expect(make(at(300 * DAY_MS))).resolves.toBeInstanceOf(Uint8Array);
  await expect(make(at(YEAR_MS))).rejects.toMatchObject({ code: "pki/key-period-over" });
  await expect(make(at(6 * YEAR_MS))).rejects.toMatchObject({ code: "pki/profile-broken" });
  await expect(make(NOON, { ...tsa, ...world.responder })).rejects.toMatchObject({
    code: "pki/profile-broken",
  });
  await expect(make(NOON, { ...tsa, key: world.root.key })).rejects.toMatchObject({
    code: "pki/key-mismatch",
  });
});

const tokenOf = async (now = NOON) =>
  createTimestampToken(
    { imprintDer: encodeImprint("sha256", sha256(content)), nonceDer: null, wantsCertificates: true },
    tsa,
    randomOctets(16),
    now,
  );

test("a token over something else is a hash failure", async () => {
  const token = parseTimestampToken(await tokenOf());
  expect(verifyTimestampToken(token, sha256(content))).toMatchObject({ subIndication: null });
  expect(verifyTimestampToken(token, sha256(fromUtf8("else")))).toMatchObject({
    subIndication: "HASH_FAILURE",
  });
});

test("a token whose time was changed no longer verifies", async () => {
  const hex = toHex(await tokenOf());
  const changed = hex.replace(toHex(fromUtf8("20261120120000Z")), toHex(fromUtf8("20251120120000Z")));
  const token = parseTimestampToken(new Uint8Array(Buffer.from(changed, "hex")));
  expect(token.generatedAt).toEqual(new Date("2025-11-20T12:00:00Z"));
  expect(verifyTimestampToken(token, sha256(content))).toMatchObject({ subIndication: "HASH_FAILURE" });
});

test("a token without certificates is verified with one found elsewhere", async () => {
  const imprintDer = encodeImprint("sha256", sha256(content));
  const request = { imprintDer, nonceDer: null, wantsCertificates: false };
  const token = parseTimestampToken(await createTimestampToken(request, tsa, randomOctets(16), NOON));
  expect(verifyTimestampToken(token, sha256(content)).subIndication).toBe("NO_SIGNING_CERTIFICATE_FOUND");
  const { cms } = parseTimestampToken(await tokenOf());
  const { readableCertificates } = await import("#lib/pki/core/certificates/certificate.ts");
  expect(
    verifyTimestampToken(token, sha256(content), readableCertificates(cms.certificates)).subIndication,
  ).toBeNull();
});

test("a request is read as it was written", () => {
  const nonce = Uint8Array.of(0x80, 1, 2, 3, 4, 5, 6, 7);
  const parsed = parseTimestampRequest(
    createTimestampRequest("sha384", digestOf("sha384", content), nonce, "1.2.3"),
  );
  expect(parsed).toMatchObject({ policy: "1.2.3", wantsCertificates: true, hasExtensions: false });
  expect(toHex(parsed.nonceDer!)).toBe("0209008001020304050607");
  expect(() => encodeImprint("sha256", new Uint8Array(20))).toThrow(RangeError);
  expect(() => parseTimestampRequest(sequence(integer(1), boolean(true)))).toThrow(
    expect.objectContaining({ code: "pki/malformed" }),
  );
});

test("a certificate that is not for time stamping alone makes no token", async () => {
  const second = await testTsa(world.root, at(-DAY_MS), "Second TSA");
  await expect(
    createTimestampToken(
      { imprintDer: encodeImprint("sha256", sha256(content)), nonceDer: null, wantsCertificates: true },
      { ...tsa, ...second },
      randomOctets(16),
      NOON,
    ),
  ).resolves.toBeInstanceOf(Uint8Array);
});
