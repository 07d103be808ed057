import { beforeAll, describe, expect, test } from "vitest";
import { octetString } from "#lib/pki/core/asn1/der.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { basicConstraints, extension, keyUsage } from "#lib/pki/core/certificates/extensions.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";
import { keyPem } from "#lib/pki/core/pkcs12/testing.ts";
import {
  type Authority,
  at,
  DAY_MS,
  NOON,
  openssl,
  opensslMakes,
  pem,
  testKey,
  testSeal,
  testSigner,
  testWorld,
  type World,
  wildCertificate,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";
import {
  type CertificateView,
  type ViewRequest,
  viewCertificate,
} from "#lib/pki/core/view/certificate-view.ts";

let world: World;
let signer: Authority;
let seal: Authority;
beforeAll(async () => {
  world = await testWorld();
  signer = await testSigner(world.issuing);
  seal = await testSeal(world.issuing);
});

const view = (der: Uint8Array, more: Partial<ViewRequest> = {}): CertificateView =>
  viewCertificate({
    certificate: parseCertificate(der),
    heap: [],
    ours: [world.issuing, world.root].map(({ certificateDer }) => parseCertificate(certificateDer)),
    at: NOON,
    revocation: { revokedAt: null, reason: null },
    isSigner: true,
    ...more,
  });
const codes = ({ findings }: CertificateView) => findings.map(({ code }) => code);

describe("a certificate of ours", () => {
  test("says in one line to whom, by whom, for what, until when and that it is ours", () => {
    const { headline, findings } = view(signer.certificateDer);
    expect(headline.words).toBe(
      "Issued to Ada Lovelace by Test Issuing for signing documents, valid until 21 November 2026 at 10:59 UTC. It was not revoked. It is one of ours.",
    );
    expect(headline).toMatchObject({ who: "Ada Lovelace", status: "valid", isOurs: true });
    expect(findings).toEqual([]);
  });

  test("tells how its signer was identified and which audit event authorized it", () => {
    const { policies, authorizingEventSha256, usages, alternativeNames } = view(signer.certificateDer);
    expect(policies).toEqual([
      {
        code: AUTHENTICATION_POLICIES.link,
        words: "the signer was identified by a link sent to their address",
      },
      {
        code: AUTHENTICATION_POLICIES["email-code"],
        words: "the signer was identified by a code sent by mail",
      },
    ]);
    expect(authorizingEventSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(usages.map(({ code }) => code)).toEqual(["contentCommitment"]);
    expect(alternativeNames).toEqual(["mail ada@example.com"]);
  });

  test("of a seal and of an authority says so", () => {
    expect(view(seal.certificateDer).headline.purpose).toBe("sealing documents");
    const { headline, isAuthority } = view(world.issuing.certificateDer, { isSigner: false });
    expect([headline.purpose, headline.isOurs, isAuthority]).toEqual(["issuing certificates", true, true]);
  });

  test("that was revoked says since when, whatever else it is", () => {
    const revocation = { revokedAt: at(-DAY_MS), reason: "keyCompromise" };
    const revoked = view(signer.certificateDer, { revocation });
    expect(revoked.headline).toMatchObject({ status: "revoked", revokedAt: at(-DAY_MS).toISOString() });
    expect(revoked.headline.words).toContain(
      "It was revoked on 19 November 2026 at 12:00 UTC (keyCompromise).",
    );
    expect(codes(revoked)).toContain("revoked");
  });

  test("before and after its time says so", () => {
    expect(codes(view(signer.certificateDer, { at: at(-DAY_MS) }))).toEqual(["not-yet-valid"]);
    const late = view(signer.certificateDer, { at: at(YEAR_MS) });
    expect([codes(late), late.headline.status]).toEqual([["expired"], "expired"]);
    expect(late.headline.words).toContain("expired on 21 November 2026");
  });
});

describe("what is wrong is said", () => {
  test("a name and marks of ours do not make a stranger's certificate one of ours", async () => {
    const extensions = [
      extension("2.25.76464824360222215934820905519768999175.2.1", false, octetString(new Uint8Array(32))),
    ];
    const posing = await wildCertificate({ subject: "Test Issuing" });
    const copy = await wildCertificate({ subject: "Ada Lovelace", issuer: posing, extensions });
    const found = view(copy.certificateDer);
    expect(found.headline.isOurs).toBe(false);
    expect(found.headline.words).toContain("It is not one of ours.");
    expect(codes(found)).toContain("claims-to-be-ours");
  });

  test("an authority that signs documents", async () => {
    const extensions = [
      basicConstraints({ pathLength: null }),
      keyUsage(["keyCertSign", "contentCommitment"]),
    ];
    const { certificateDer } = await wildCertificate({ subject: "CA", extensions });
    expect(codes(view(certificateDer))).toContain("authority-as-signer");
    expect(codes(view(certificateDer, { isSigner: false }))).toContain("authority-signs");
  });

  test("usage, hidden characters, and what must be understood and is not", async () => {
    const { certificateDer } = await wildCertificate({
      subject: "Ada\u202egnp.exe",
      extensions: [keyUsage(["keyCertSign"]), extension("1.2.3.4", true, octetString(new Uint8Array(3)))],
    });
    const found = view(certificateDer);
    expect(codes(found)).toEqual([
      "wrong-usage",
      "issues-without-authority",
      "self-signed",
      "unknown-critical",
      "hidden-characters",
    ]);
    expect(found.headline.who).toBe("Ada[U+202E]gnp.exe");
    expect(JSON.stringify(found)).not.toContain("\u202e");
  });

  test("keys and hashes too weak to trust, in certificates that OpenSSL makes", () => {
    const make = (...args: string[]) =>
      opensslMakes("out", [
        "req",
        "-x509",
        "-nodes",
        "-subj",
        "/CN=Weak",
        "-keyout",
        "k",
        "-outform",
        "DER",
        "-out",
        "out",
        ...args,
      ]);
    const weak = view(make("-newkey", "rsa:1024", "-md5"), { at: new Date() });
    expect(codes(weak)).toEqual(expect.arrayContaining(["weak-key", "algorithm-unsupported"]));
    expect([weak.signature.algorithm, weak.key.strength]).toEqual(["RSA with MD5", "weak"]);
    const odd = view(make("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"), { at: new Date() });
    expect([odd.key.strength, codes(odd).includes("key-unsupported")]).toEqual(["unknown", true]);
  });

  test("SHA-1 on all but a root", async () => {
    const key = testKey("rsa-2048-sha256");
    const root = await wildCertificate({ subject: "Old Root", key });
    const files = {
      "ca.pem": pem(root.certificateDer),
      "ca.key": keyPem(root),
      "k.pem": keyPem(await wildCertificate({ subject: "x" })),
    };
    const request = opensslMakes("r", "req -new -key k.pem -subj /CN=Leaf -out r".split(" "), files);
    const leaf = opensslMakes(
      "o",
      "x509 -req -sha1 -in r -CA ca.pem -CAkey ca.key -days 3 -outform DER -out o".split(" "),
      { ...files, r: request },
    );
    const found = view(leaf, { heap: [parseCertificate(root.certificateDer)], at: new Date() });
    expect(codes(found)).toContain("sha1-signature");
    expect(found.signature).toEqual({
      algorithm: "RSA with SHA-1",
      oid: "1.2.840.113549.1.1.5",
      check: "holds",
    });
  });
});

test("fingerprints, serial number and key are OpenSSL's, and every extension is told", () => {
  const config = `[req]
distinguished_name=dn
[dn]
[ext]
basicConstraints=critical,CA:false
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=emailProtection,1.3.6.1.5.5.7.3.36
subjectAltName=email:ana@example.com,DNS:example.com,IP:192.0.2.7,URI:https://example.com/,dirName:dn2
certificatePolicies=2.23.140.1.2.3
crlDistributionPoints=URI:http://example.com/a.crl
authorityInfoAccess=OCSP;URI:http://example.com/ocsp
nsComment="made for a test"
1.2.3.4.5=ASN1:UTF8String:something
[dn2]
O=Example
`;
  const args =
    "req -x509 -config c -extensions ext -newkey rsa:3072 -nodes -keyout k -subj /C=NL/O=Example/CN=Ana -days 30 -out out -outform DER";
  const der = opensslMakes("out", args.split(" "), { c: config });
  const found = view(der, { at: new Date() });
  const text = openssl("x509 -in c -inform DER -noout -serial -fingerprint -sha256".split(" "), { c: der });
  expect(text.replace(/[:\n]/g, "").toLowerCase()).toContain(found.fingerprints.sha256);
  expect(text.toLowerCase()).toContain(`serial=${found.serialHex}`);
  const sha1 = openssl("x509 -in c -inform DER -noout -fingerprint -sha1".split(" "), { c: der });
  expect(sha1.replaceAll(":", "").toLowerCase()).toContain(found.fingerprints.sha1);
  expect(found.key).toMatchObject({ name: "RSA 3072", strengthBits: 128, strength: "strong" });
  expect(found.subject).toEqual([
    { attribute: "C", value: "NL" },
    { attribute: "O", value: "Example" },
    { attribute: "CN", value: "Ana" },
  ]);
  expect(found.alternativeNames).toEqual([
    "mail ana@example.com",
    "host example.com",
    "IP 192.0.2.7",
    "address https://example.com/",
    "name O=Example",
  ]);
  const told = Object.fromEntries(found.extensions.map(({ oid, words }) => [oid, words.join("\n")]));
  expect(told["2.5.29.15"]).toBe(
    "digitalSignature: make digital signatures\ncontentCommitment: sign documents with commitment to their content",
  );
  expect(told["2.5.29.37"]).toBe(
    "protecting mail (1.3.6.1.5.5.7.3.4)\nsigning documents (1.3.6.1.5.5.7.3.36)",
  );
  expect(told["2.5.29.32"]).toBe("individual validated (CA/Browser Forum) (2.23.140.1.2.3)");
  expect(told["2.5.29.19"]).toBe("No authority: it issues no certificates.");
  expect(told["2.16.840.1.113730.1.13"]).toBe("made for a test");
  expect(told["1.2.3.4.5"]).toBe("0c 09 73 6f 6d 65 74 68 69 6e 67");
  expect(found.extensions.every(({ words }) => words.length > 0)).toBe(true);
});
