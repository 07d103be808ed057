import { webcrypto, X509Certificate } from "node:crypto";
import path from "node:path";
import * as pkijs from "pkijs";
import { beforeAll, expect, test } from "vitest";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
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

const has = (program: string) => run("sh", ["-c", `command -v ${program}`]).status === 0;
const chainFiles = () =>
  ({
    root: world.root.certificateDer,
    issuing: world.issuing.certificateDer,
    signer: signer.certificateDer,
  }) as const;

if (!has("keytool")) console.warn("Java's keytool is not asked: apt-get install default-jre-headless");
test.skipIf(!has("keytool"))("Java's keytool imports the chain, each below the one that issued it", () => {
  inFolder((file) => {
    const store = file("trust.p12");
    const keytool = (...args: string[]) =>
      run("keytool", ["-J-Duser.language=en", ...args, "-keystore", store, "-storepass", "only a test"]);
    for (const [alias, der] of Object.entries(chainFiles())) {
      const added = keytool("-importcert", "-noprompt", "-alias", alias, "-file", file(`${alias}.cer`, der));
      expect(added.text, alias).toContain("Certificate was added to keystore");
    }
    const listed = keytool("-list", "-v").text;
    expect(listed).toContain("Your keystore contains 3 entries");
    const { subject, sha256: hash } = parseCertificate(signer.certificateDer);
    expect(listed.replaceAll(":", "").toLowerCase()).toContain(hash);
    expect(listed).toContain(/CN=([^,+]+)/.exec(subject.text)![1]!);
    const printed = run("keytool", ["-J-Duser.language=en", "-printcert", "-file", file("signer.cer")]);
    expect(printed.text).toContain("Non_repudiation");
  });
});

if (!has("certutil")) console.warn("NSS certutil is not asked: apt-get install libnss3-tools");
test.skipIf(!has("certutil"))("NSS certutil imports the chain, and trusts an authority's by the root", () => {
  inFolder((file) => {
    const folder = path.dirname(file("any", new Uint8Array()));
    const store = ["-d", `sql:${folder}`];
    const certutil = (...args: string[]) => run("certutil", [...args, ...store]);
    expect(certutil("-N", "--empty-password").status).toBe(0);
    for (const [name, der] of Object.entries(chainFiles())) {
      const trust = name === "root" ? "CT,C,C" : ",,";
      const added = certutil("-A", "-n", name, "-t", trust, "-i", file(`${name}.cer`, der));
      expect(added.status, added.text).toBe(0);
    }
    const listed = certutil("-L").text;
    for (const name of ["root", "issuing", "signer"]) expect(listed).toMatch(new RegExp(`^${name}\\s`, "m"));
    const back = run("certutil", ["-L", "-n", "signer", "-r", ...store]).stdout;
    expect(toHex(new Uint8Array(back))).toBe(toHex(signer.certificateDer));
    const when = `${NOON.toISOString().slice(2, 19).replace(/[-:T]/g, "")}Z`;
    const judged = certutil("-V", "-n", "issuing", "-u", "L", "-b", when);
    expect(judged.text).toContain("certificate is valid");
    expect(
      certutil("-A", "-n", "other", "-t", ",,", "-i", file("bad.cer", signer.certificateDer.slice(0, -9)))
        .status,
    ).not.toBe(0);
  });
});

test("OpenSSL finds the chain good, and without its root or after its time not", () => {
  const { root, issuing: middle, signer: leaf } = chainFiles();
  inFolder((file) => {
    const pemFile = (name: string, der: Uint8Array) => file(name, fromUtf8(toPem(der)));
    const [anchor, above, own] = [
      pemFile("root.pem", root),
      pemFile("issuing.pem", middle),
      pemFile("leaf.pem", leaf),
    ];
    const at = (when: Date) => ["-attime", String(Math.floor(when.getTime() / 1000))];
    const verify = (...args: string[]) => run("openssl", ["verify", "-purpose", "any", ...args]);
    const good = verify("-x509_strict", "-CAfile", anchor, "-untrusted", above, ...at(NOON), own);
    expect(good.text).toContain("leaf.pem: OK");
    expect(verify("-CAfile", above, ...at(NOON), own).text).toContain("unable to get issuer certificate");
    const late = new Date(parseCertificate(leaf).notAfter.getTime() + DAY_MS);
    expect(verify("-CAfile", anchor, "-untrusted", above, ...at(late), own).text).toContain(
      "certificate has expired",
    );
  });
});
