import { X509Certificate } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { namePart } from "#lib/pki/core/asn1/names.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import { isValidAt, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";
import { verifySigned } from "#lib/pki/core/signed.ts";
import {
  at,
  DAY_MS,
  epochSeconds,
  NOON,
  openssl,
  pem,
  testSeal,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";

let world: World;
beforeAll(async () => {
  world = await testWorld();
});

test("OpenSSL verifies every certificate of an installation, strictly, each for its purpose", async () => {
  const { root, issuing, tsa, responder } = world;
  const files = {
    "root.pem": pem(root.certificateDer),
    "issuing.pem": pem(issuing.certificateDer),
    "tsa.pem": pem(tsa.certificateDer),
    "ocsp.pem": pem(responder.certificateDer),
    "signer.pem": pem((await testSigner(issuing)).certificateDer),
    "seal.pem": pem((await testSeal(issuing)).certificateDer),
  };
  const verify = (leaf: string, ...more: string[]) =>
    openssl(
      [
        "verify",
        "-x509_strict",
        "-attime",
        epochSeconds(NOON),
        "-CAfile",
        "root.pem",
        "-untrusted",
        "issuing.pem",
        ...more,
        leaf,
      ],
      files,
    );
  expect(verify("issuing.pem")).toContain("OK");
  expect(verify("tsa.pem", "-purpose", "timestampsign")).toContain("OK");
  expect(verify("ocsp.pem", "-purpose", "ocsphelper")).toContain("OK");
  expect(verify("signer.pem", "-purpose", "smimesign")).toContain("OK");
  expect(
    verify("seal.pem", "-purpose", "smimesign", "-explicit_policy", "-policy", WHEREOF_OID.sealPolicy),
  ).toContain("OK");
});

test("OpenSSL reads a signer's certificate as its profile says", async () => {
  const { certificateDer } = await testSigner(world.issuing, { commonName: "Zoë Übel" });
  const text = openssl(["x509", "-inform", "DER", "-in", "c.der", "-noout", "-text", "-nameopt", "utf8"], {
    "c.der": certificateDer,
  });
  expect(text).toContain("X509v3 Key Usage: critical\n                Non Repudiation\n");
  expect(text).toContain("1.3.6.1.5.5.7.3.36, E-mail Protection");
  expect(text).toContain("email:ada@example.com");
  expect(text).toContain("CN=Zoë Übel");
  expect(text).toContain("OCSP - URI:http://pki.example/ocsp");
  expect(text).toContain("CA Issuers - URI:http://pki.example/issuing.cer");
  expect(text).toContain(`Policy: ${AUTHENTICATION_POLICIES["email-code"]}`);
});

test("Node reads the same certificate as we do", async () => {
  const { certificateDer } = await testSigner(world.issuing);
  const ours = parseCertificate(certificateDer);
  const theirs = new X509Certificate(certificateDer);
  expect(ours.serialHex.toUpperCase()).toBe(theirs.serialNumber);
  expect(ours.sha256.toUpperCase()).toBe(theirs.fingerprint256.replaceAll(":", ""));
  expect(ours.notAfter).toEqual(new Date(theirs.validTo));
  expect(toHex(ours.publicKey)).toBe(toHex(theirs.publicKey.export({ type: "spki", format: "der" })));
  expect(ours.alternativeNames.map(({ kind, value }) => `${kind}:${value}`)).toEqual([theirs.subjectAltName]);
});

test("a certificate is read into plain values", async () => {
  const { certificateDer } = await testSigner(world.issuing);
  const certificate = parseCertificate(certificateDer);
  const issuing = parseCertificate(world.issuing.certificateDer);
  expect(certificate).toMatchObject({
    keyUsage: ["contentCommitment"],
    extendedKeyUsage: ["1.3.6.1.5.5.7.3.36", "1.3.6.1.5.5.7.3.4"],
    basicConstraints: { isAuthority: false, pathLength: null },
    authorityKeyId: issuing.subjectKeyId,
    ocspUrls: ["http://pki.example/ocsp"],
    issuerUrls: ["http://pki.example/issuing.cer"],
    crlUrls: ["http://pki.example/issuing.crl"],
    policies: [AUTHENTICATION_POLICIES.link, AUTHENTICATION_POLICIES["email-code"]],
    unknownCriticalExtensions: [],
    isSelfIssued: false,
  });
  expect(certificate.subject.text).toBe("CN=Ada Lovelace,serialNumber=b3f1c2d4e5");
  expect(namePart(certificate.issuer, "CN")).toBe("Test Issuing");
  expect(certificate.key).toMatchObject({ type: "ec", name: "P-256", sizeBits: 256 });
  expect(verifySigned(certificate, issuing.publicKey).isValid).toBe(true);
  expect(verifySigned(certificate, certificate.publicKey).isValid).toBe(false);
});

test("the last second of validity is still valid", async () => {
  const certificate = parseCertificate(world.issuing.certificateDer);
  expect(isValidAt(certificate, certificate.notBefore)).toBe(true);
  expect(isValidAt(certificate, new Date(certificate.notAfter.getTime() + 999))).toBe(true);
  expect(isValidAt(certificate, new Date(certificate.notAfter.getTime() + 1000))).toBe(false);
  expect(isValidAt(certificate, at(-31 * DAY_MS))).toBe(false);
});

test("a certificate whose two signature algorithms differ is refused", () => {
  const der = world.root.certificateDer.slice();
  // The last ecdsa-with-SHA384 (…04 03 03) is the one outside the signed part.
  const hex = toHex(der);
  const position = hex.lastIndexOf("2a8648ce3d040303") / 2;
  der[position + 7] = 2;
  expect(() => parseCertificate(der)).toThrow("two different signature algorithms");
});

test("a certificate with something after its end is refused", () => {
  expect(() => parseCertificate(Uint8Array.of(...world.root.certificateDer, 0))).toThrow("after its end");
});
