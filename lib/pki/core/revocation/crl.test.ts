import { beforeAll, expect, test } from "vitest";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { type CrlRequest, createCrl } from "#lib/pki/core/revocation/create-crl.ts";
import { findRevocation, isInScope, parseCrl, verifyCrl } from "#lib/pki/core/revocation/crl.ts";
import { reasonOf } from "#lib/pki/core/revocation/reasons.ts";
import {
  type Authority,
  at,
  DAY_MS,
  epochSeconds,
  HOUR_MS,
  NOON,
  openssl,
  pem,
  testSeal,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";

let world: World;
let seal: Authority;
beforeAll(async () => {
  world = await testWorld();
  seal = await testSeal(world.issuing, "ecdsa-p256-sha256");
});

const serialOf = ({ certificateDer }: Authority) => parseCertificate(certificateDer).serialHex;
const crlOf = (authority: Authority, overrides: Partial<CrlRequest> = {}) =>
  createCrl(
    {
      issuerDer: authority.certificateDer,
      number: 7,
      thisUpdate: at(-HOUR_MS),
      nextUpdate: at(7 * DAY_MS),
      revoked: [],
      ...overrides,
    },
    authority.key,
  );
const revokedSeal = () =>
  ({ serialHex: serialOf(seal), revokedAt: at(-2 * HOUR_MS), reason: "keyCompromise" }) as const;

test("OpenSSL verifies a CRL and finds the revoked certificate in it", async () => {
  const crl = await crlOf(world.issuing, { revoked: [revokedSeal()] });
  const files = {
    "crl.pem": pem(crl, "X509 CRL"),
    "root.crl.pem": pem(await crlOf(world.root), "X509 CRL"),
    "root.pem": pem(world.root.certificateDer),
    "issuing.pem": pem(world.issuing.certificateDer),
    "seal.pem": pem(seal.certificateDer),
    "tsa.pem": pem(world.tsa.certificateDer),
  };
  const text = openssl(["crl", "-in", "crl.pem", "-noout", "-text", "-CAfile", "issuing.pem"], files);
  expect(text).toContain("verify OK");
  expect(text).toContain("X509v3 CRL Number: \n                7");
  expect(text).toContain("Key Compromise");
  const check = [
    "verify",
    "-attime",
    epochSeconds(NOON),
    "-crl_check_all",
    "-x509_strict",
    "-CAfile",
    "root.pem",
  ];
  const lists = ["-untrusted", "issuing.pem", "-CRLfile", "crl.pem", "-CRLfile", "root.crl.pem"];
  expect(openssl([...check, ...lists, "tsa.pem"], files)).toContain("tsa.pem: OK");
  expect(() => openssl([...check, ...lists, "seal.pem"], files)).toThrow("certificate revoked");
});

test("a CRL is read back as it was asked for", async () => {
  const crl = parseCrl(
    await crlOf(world.issuing, { revoked: [revokedSeal()], keepsExpiredSince: at(-30 * DAY_MS) }),
  );
  expect(crl).toMatchObject({
    thisUpdate: at(-HOUR_MS),
    nextUpdate: at(7 * DAY_MS),
    numberHex: "07",
    isDelta: false,
    scope: null,
    keepsExpiredSince: at(-30 * DAY_MS),
    authorityKeyId: parseCertificate(world.issuing.certificateDer).subjectKeyId,
  });
  expect(findRevocation(crl, serialOf(seal))).toEqual({
    revokedAt: at(-2 * HOUR_MS),
    reason: "keyCompromise",
    invalidSince: null,
  });
  expect(findRevocation(crl, "01")).toBeNull();
  expect(findRevocation(parseCrl(await crlOf(world.issuing)), serialOf(seal))).toBeNull();
});

test("a CRL holds only for the authority that signed it", async () => {
  const crl = parseCrl(await crlOf(world.issuing));
  expect(verifyCrl(crl, parseCertificate(world.issuing.certificateDer)).isValid).toBe(true);
  expect(verifyCrl(crl, parseCertificate(world.root.certificateDer)).reason).toBe("issued by another name");
  const impostor = { ...parseCertificate(world.issuing.certificateDer), publicKey: world.root.key.publicKey };
  expect(verifyCrl(crl, impostor).isValid).toBe(false);
});

test("a list of many entries is written and searched", async () => {
  const revoked = Array.from({ length: 5000 }, (_, index) => ({
    serialHex: (0x400000 + index).toString(16),
    revokedAt: NOON,
    reason: "superseded" as const,
  }));
  const crl = parseCrl(await crlOf(world.issuing, { revoked }));
  expect(findRevocation(crl, "401387")?.reason).toBe("superseded");
  expect(findRevocation(crl, "401388")).toBeNull();
});

test("what may not sign a CRL does not", async () => {
  await expect(crlOf(seal)).rejects.toMatchObject({ code: "pki/profile-broken" });
  await expect(crlOf({ ...world.issuing, key: world.root.key })).rejects.toMatchObject({
    code: "pki/key-mismatch",
  });
  await expect(crlOf(world.issuing, { nextUpdate: at(-DAY_MS) })).rejects.toMatchObject({
    code: "pki/profile-broken",
  });
});

test("delta, indirect and not understood CRLs of OpenSSL are recognized and refused", () => {
  const sections = {
    delta: "2.5.29.27 = critical,DER:020101",
    indirect: "issuingDistributionPoint = critical,@scope\n[scope]\nindirectCRL = TRUE",
    unknown: "1.2.3.4 = critical,ASN1:NULL",
    authorities: "issuingDistributionPoint = critical,@scope\n[scope]\nonlyCA = TRUE",
    elsewhere: "issuingDistributionPoint = critical,@scope\n[scope]\nfullname = URI:http://other.example/crl",
  };
  const issuing = parseCertificate(world.issuing.certificateDer);
  const certificate = parseCertificate(seal.certificateDer);
  const made = Object.entries(sections).map(([name, section]) => {
    const config = `[ca]\ndefault_ca = d\n[d]\ndatabase = index\ncrlnumber = number\ndefault_md = sha384\ndefault_crl_days = 7\ncrl_extensions = e\n[e]\n${section}\n`;
    const run = ["ca", "-config", "c.cnf", "-gencrl", "-cert", "i.pem", "-keyfile", "k.pem"];
    const key = world.issuing.key.keyObject.export({ type: "pkcs8", format: "pem" }).toString();
    const output = openssl(run, {
      "c.cnf": config,
      index: "",
      number: "0A\n",
      "i.pem": pem(world.issuing.certificateDer),
      "k.pem": key,
    });
    const base64 = /-----BEGIN X509 CRL-----([^-]+)/.exec(output)![1]!;
    return [name, parseCrl(new Uint8Array(Buffer.from(base64, "base64")))] as const;
  });
  const crls = Object.fromEntries(made);
  expect(verifyCrl(crls.delta!, issuing)).toMatchObject({
    isValid: false,
    reason: "delta CRLs are not accepted",
  });
  expect(verifyCrl(crls.indirect!, issuing)).toMatchObject({
    isValid: false,
    reason: "indirect CRLs are not accepted",
  });
  expect(verifyCrl(crls.unknown!, issuing)).toMatchObject({ isValid: false, isUnsupported: true });
  expect(verifyCrl(crls.authorities!, issuing).isValid).toBe(true);
  expect(isInScope(crls.authorities!, certificate)).toBe(false);
  expect(isInScope(crls.authorities!, issuing)).toBe(true);
  expect(isInScope(crls.elsewhere!, certificate)).toBe(false);
});

test("reasons nobody assigned read as unspecified", () => {
  expect(reasonOf(4)).toBe("superseded");
  expect(reasonOf(7)).toBe("unspecified");
});
