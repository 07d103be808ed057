import { beforeAll, expect, test } from "vitest";
import { toBase64, toHex } from "#lib/bytes.ts";
import { draftLog, issuerWith } from "#lib/pki/core/certificates/authorities.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { signCertificate } from "#lib/pki/core/certificates/draft-certificate.ts";
import {
  createOcspResponse,
  type OcspResponseRequest,
  ocspError,
} from "#lib/pki/core/revocation/create-ocsp-response.ts";
import {
  certIdOf,
  createOcspRequest,
  isIssuedBy,
  parseOcspPath,
  parseOcspRequest,
} from "#lib/pki/core/revocation/ocsp-request.ts";
import { type CertificateStatus, parseOcspResponse } from "#lib/pki/core/revocation/ocsp-response.ts";
import { isFreshAt, repeatsNonce, verifyOcspResponse } from "#lib/pki/core/revocation/verify-ocsp.ts";
import {
  type Authority,
  at,
  DAY_MS,
  epochSeconds,
  HOUR_MS,
  NOON,
  openssl,
  opensslMakes,
  POINTERS,
  pem,
  randomOctets,
  testKey,
  testResponder,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";

let world: World;
let signer: Authority;
let certificate: Certificate;
let issuing: Certificate;
let files: Record<string, string>;
beforeAll(async () => {
  world = await testWorld();
  signer = await testSigner(world.issuing);
  certificate = parseCertificate(signer.certificateDer);
  issuing = parseCertificate(world.issuing.certificateDer);
  files = {
    "signer.pem": pem(signer.certificateDer),
    "issuing.pem": pem(world.issuing.certificateDer),
    "root.pem": pem(world.root.certificateDer),
  };
});

const revoked = { kind: "revoked", revokedAt: at(-HOUR_MS), reason: "keyCompromise" } as const;
const responseOf = (
  status: CertificateStatus = { kind: "good" },
  overrides: Partial<OcspResponseRequest> = {},
  responder: Authority = world.responder,
) =>
  createOcspResponse(
    {
      answers: [{ certId: certIdOf(certificate, issuing), status }],
      responderDer: responder.certificateDer,
      producedAt: NOON,
      thisUpdate: NOON,
      nextUpdate: at(DAY_MS),
      nonce: null,
      ...overrides,
    },
    responder.key,
  );
const verify = async (response: Promise<Uint8Array>) =>
  verifyOcspResponse(parseOcspResponse(await response), certificate, issuing);

test.each(["sha1", "sha256"] as const)(
  "OpenSSL believes our answer to its own question (%s)",
  async (digest) => {
    const ask = ["ocsp", "-issuer", "issuing.pem", `-${digest}`, "-cert", "signer.pem", "-reqout", "r.der"];
    const request = opensslMakes("r.der", ask, files);
    const asked = parseOcspRequest(request);
    expect(asked.certIds).toHaveLength(1);
    expect(asked.certIds[0]).toMatchObject({ digest, serialHex: certificate.serialHex });
    expect(isIssuedBy(asked.certIds[0]!, issuing)).toBe(true);
    expect(isIssuedBy(asked.certIds[0]!, parseCertificate(world.root.certificateDer))).toBe(false);
    const judge = async (status: CertificateStatus) => {
      const response = await responseOf(status, {
        answers: [{ certId: asked.certIds[0]!.der, status }],
        nonce: asked.nonce,
      });
      const run = [
        "ocsp",
        "-respin",
        "a.der",
        "-reqin",
        "r.der",
        "-issuer",
        "issuing.pem",
        `-${digest}`,
        "-cert",
        "signer.pem",
      ];
      const trust = ["-CAfile", "root.pem", "-verify_other", "issuing.pem", "-attime", epochSeconds(NOON)];
      return openssl([...run, ...trust, "-validity_period", "99999999", "-no_nonce"], {
        ...files,
        "r.der": request,
        "a.der": response,
      });
    };
    const good = await judge({ kind: "good" });
    expect(good).toContain("Response verify OK");
    expect(good).toContain("signer.pem: good");
    expect(good).not.toContain("WARNING: no nonce");
    const bad = await judge(revoked);
    expect(bad).toContain("signer.pem: revoked");
    expect(bad).toContain("Reason: keyCompromise");
    expect(await judge({ kind: "unknown" })).toContain("signer.pem: unknown");
  },
);

test("the same question is read from a body and from a path", () => {
  const request = createOcspRequest(certIdOf(certificate, issuing, "sha256"), null);
  const path = `/${encodeURIComponent(toBase64(request))}`;
  expect(parseOcspPath(path)).toEqual(parseOcspRequest(request));
  expect(parseOcspPath(toBase64(request))).toEqual(parseOcspRequest(request));
  for (const hostile of ["", "/", "/!!", `/${"A".repeat(40_000)}`, "/AAAA"]) {
    expect(() => parseOcspPath(hostile)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^pki\//) }),
    );
  }
});

test("an answer is read back and verified", async () => {
  const check = await verify(responseOf(revoked, { archiveCutoff: at(-DAY_MS) }));
  expect(check).toMatchObject({
    isValid: true,
    responder: { hasOcspNoCheck: true },
    single: { status: revoked, thisUpdate: NOON, nextUpdate: at(DAY_MS), archiveCutoff: at(-DAY_MS) },
  });
});

test("the nonce is repeated as it was sent", async () => {
  const nonce = randomOctets(32);
  const asked = parseOcspRequest(createOcspRequest(certIdOf(certificate, issuing), nonce));
  const answer = parseOcspResponse(await responseOf({ kind: "good" }, { nonce: asked.nonce }));
  expect(repeatsNonce(answer, nonce)).toBe(true);
  expect(repeatsNonce(answer, randomOctets(32))).toBe(false);
  expect(repeatsNonce(parseOcspResponse(await responseOf()), nonce)).toBe(false);
});

test("OpenSSL's answer with the authority's own key needs no delegation", () => {
  const key = world.issuing.key.keyObject.export({ type: "pkcs8", format: "pem" }).toString();
  const expiry = certificate.notAfter
    .toISOString()
    .replace(/[-:T]|\.\d+/g, "")
    .slice(2);
  const index = `V\t${expiry}\t\t${certificate.serialHex.toUpperCase()}\tunknown\t/CN=Ada\n`;
  const request = createOcspRequest(certIdOf(certificate, issuing), null);
  const run = ["ocsp", "-index", "index", "-CA", "issuing.pem", "-rsigner", "issuing.pem", "-rkey", "k.pem"];
  const response = opensslMakes("a.der", [...run, "-reqin", "r.der", "-respout", "a.der"], {
    ...files,
    index,
    "k.pem": key,
    "r.der": request,
  });
  expect(verifyOcspResponse(parseOcspResponse(response), certificate, issuing)).toMatchObject({
    isValid: true,
    responder: null,
    single: { status: { kind: "good" }, nextUpdate: null },
  });
});

test("an authority's own certificate is no responder's in ours", async () => {
  await expect(responseOf({ kind: "good" }, {}, world.issuing)).rejects.toMatchObject({
    code: "pki/profile-broken",
  });
});

test("an answer about another certificate proves nothing", async () => {
  const other = parseCertificate((await testSigner(world.issuing)).certificateDer);
  const answer = parseOcspResponse(await responseOf());
  expect(verifyOcspResponse(answer, other, issuing)).toEqual({
    isValid: false,
    reason: "answers for another certificate",
  });
});

test("a responder of another authority proves nothing", async () => {
  expect(await verify(responseOf({ kind: "good" }, {}, world.rootResponder))).toMatchObject({
    isValid: false,
    reason: "responder was not issued by the certificate's issuer",
  });
});

test("a certificate of the authority that is no responder proves nothing", async () => {
  const key = testKey("ecdsa-p256-sha256");
  const subject = {
    name: [
      ["O", "X"],
      ["CN", "Log"],
    ] as const,
    publicKey: key.publicKey,
    serial: randomOctets(16),
    notBefore: at(-HOUR_MS),
  };
  const draft = draftLog(subject, issuerWith(world.issuing.certificateDer, world.issuing.key), POINTERS);
  const log = { key, certificateDer: await signCertificate(draft, world.issuing.key) };
  await expect(responseOf({ kind: "good" }, {}, log)).rejects.toMatchObject({ code: "pki/profile-broken" });
});

test("an answer produced outside the responder's validity is neither made nor believed", async () => {
  await expect(responseOf({ kind: "good" }, { producedAt: at(-2 * DAY_MS) })).rejects.toMatchObject({
    code: "pki/profile-broken",
  });
});

test("a changed answer does not verify", async () => {
  const der = await responseOf();
  const hex = toHex(der);
  const good = hex.indexOf("8000", hex.indexOf(certificate.serialHex)) / 2;
  const changed = der.slice();
  changed[good] = 0x82;
  expect(verifyOcspResponse(parseOcspResponse(changed), certificate, issuing)).toEqual({
    isValid: false,
    reason: "signature does not match",
  });
});

test("an answer without its responder's certificate is verified with one found elsewhere", async () => {
  const answer = { ...parseOcspResponse(await responseOf()), certificates: [] };
  expect(verifyOcspResponse(answer, certificate, issuing)).toMatchObject({
    reason: "no certificate of the responder",
  });
  const responder = parseCertificate(world.responder.certificateDer);
  expect(verifyOcspResponse(answer, certificate, issuing, [responder]).isValid).toBe(true);
});

test("freshness ends with nextUpdate, and an answer without one is never fresh", async () => {
  const [single] = parseOcspResponse(await responseOf()).singles;
  expect(isFreshAt(single!, at(DAY_MS))).toBe(true);
  expect(isFreshAt(single!, at(DAY_MS + 1000))).toBe(false);
  expect(isFreshAt(single!, at(-1000))).toBe(false);
  expect(isFreshAt({ ...single!, nextUpdate: null }, NOON)).toBe(false);
});

test("OpenSSL reads our refusals, and we refuse to read them as answers", () => {
  expect(() => openssl(["ocsp", "-respin", "a.der"], { "a.der": ocspError("unauthorized") })).toThrow(
    "unauthorized (6)",
  );
  expect(() => parseOcspResponse(ocspError("tryLater"))).toThrow("tryLater");
});

test("a responder of the root answers for the TSA", async () => {
  const tsa = parseCertificate(world.tsa.certificateDer);
  const root = parseCertificate(world.root.certificateDer);
  const answers = [{ certId: certIdOf(tsa, root), status: { kind: "good" } as const }];
  const later = await testResponder(world.root, at(-HOUR_MS));
  const response = parseOcspResponse(await responseOf({ kind: "good" }, { answers }, later));
  expect(verifyOcspResponse(response, tsa, root).isValid).toBe(true);
});
