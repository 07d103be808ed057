import { webcrypto, X509Certificate } from "node:crypto";
import * as pkijs from "pkijs";
import { beforeAll, expect, test } from "vitest";
import { sha256, toHex } from "#lib/bytes.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import {
  type Authority,
  at,
  DAY_MS,
  HOUR_MS,
  NOON,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";
import {
  CONTENT,
  crlOf,
  ocspOf,
  serialOf,
  stampedBySigner,
  tokenOver,
} from "#lib/pki/core/validation/testing-document.ts";

// A second stranger beside OpenSSL: pkijs reads and verifies what we make.
pkijs.setEngine("node", new pkijs.CryptoEngine({ name: "node", crypto: webcrypto as unknown as Crypto }));

const buffer = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer;

let world: World;
let signer: Authority;
let issuing: pkijs.Certificate;
beforeAll(async () => {
  world = await testWorld();
  signer = await testSigner(world.issuing);
  issuing = pkijs.Certificate.fromBER(buffer(world.issuing.certificateDer));
});

test("pkijs verifies a certificate, and writes an authority's as the same bytes", async () => {
  // A signer's would differ: asn1js 4.0.0 loses arcs beyond 64 bits when it writes an object identifier
  // again.
  expect(await pkijs.Certificate.fromBER(buffer(signer.certificateDer)).verify(issuing)).toBe(true);
  expect(toHex(new Uint8Array(issuing.toSchema(true).toBER()))).toBe(toHex(world.issuing.certificateDer));
});

test("Node agrees who issued whom", () => {
  const theirs = new X509Certificate(signer.certificateDer);
  expect(theirs.checkIssued(new X509Certificate(world.issuing.certificateDer))).toBe(true);
  expect(theirs.verify(new X509Certificate(world.issuing.certificateDer).publicKey)).toBe(true);
});

test("pkijs verifies a CRL and finds the revoked certificate", async () => {
  const revoked = { serialHex: serialOf(signer), revokedAt: NOON, reason: "keyCompromise" } as const;
  const crl = pkijs.CertificateRevocationList.fromBER(buffer(await crlOf(world.issuing, NOON, [revoked])));
  expect(await crl.verify({ issuerCertificate: issuing })).toBe(true);
  expect(crl.isCertificateRevoked(pkijs.Certificate.fromBER(buffer(signer.certificateDer)))).toBe(true);
});

test("pkijs finds our OCSP answer good", async () => {
  const der = await ocspOf(signer, world.issuing, world.responder, NOON);
  const response = pkijs.OCSPResponse.fromBER(buffer(der));
  const basic = pkijs.BasicOCSPResponse.fromBER(
    response.responseBytes!.response.valueBlock.valueHexView.slice().buffer,
  );
  const certificate = pkijs.Certificate.fromBER(buffer(signer.certificateDer));
  expect(await basic.getCertificateStatus(certificate, issuing)).toMatchObject({
    isForCertificate: true,
    status: 0,
  });
});

test("pkijs verifies a PAdES signature over its content", async () => {
  const cms = await stampedBySigner(signer, world, at(60_000));
  const info = pkijs.ContentInfo.fromBER(buffer(cms));
  const data = new pkijs.SignedData({ schema: info.content });
  const result = await data.verify({
    signer: 0,
    data: buffer(CONTENT),
    trustedCerts: [pkijs.Certificate.fromBER(buffer(world.root.certificateDer))],
    checkDate: at(HOUR_MS),
    checkChain: true,
    extendedMode: true,
  });
  expect(result).toMatchObject({ signatureVerified: true, signerCertificateVerified: true });
  expect(parseCms(cms).certificates.map((der) => parseCertificate(der).sha256)).toContain(
    parseCertificate(signer.certificateDer).sha256,
  );
});

test("pkijs reads the time in a token", async () => {
  const token = await tokenOver(sha256(CONTENT), world.tsa, world, at(DAY_MS));
  const data = new pkijs.SignedData({ schema: pkijs.ContentInfo.fromBER(buffer(token)).content });
  const content = data.encapContentInfo.eContent!.getValue();
  expect(pkijs.TSTInfo.fromBER(content).genTime).toEqual(at(DAY_MS));
});
