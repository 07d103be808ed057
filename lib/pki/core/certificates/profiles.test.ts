import { beforeAll, expect, test } from "vitest";
import { encodeUri } from "#lib/pki/core/asn1/general-names.ts";
import { OID, WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import {
  draftIssuing,
  draftLog,
  draftOcspResponder,
  draftRoot,
  draftTsa,
  issuerWith,
} from "#lib/pki/core/certificates/authorities.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { checkProfile } from "#lib/pki/core/certificates/check-profile.ts";
import {
  type CertificateRequest,
  draftCertificate,
  signCertificate,
} from "#lib/pki/core/certificates/draft-certificate.ts";
import { draftSeal, draftSigner } from "#lib/pki/core/certificates/leaves.ts";
import { after, PROFILES } from "#lib/pki/core/certificates/profiles.ts";
import {
  at,
  DAY_MS,
  HOUR_MS,
  NOON,
  POINTERS,
  randomOctets,
  signerRequest,
  testKey,
  testWorld,
  type World,
  YEAR_MS,
} from "#lib/pki/core/testing.ts";

let world: World;
beforeAll(async () => {
  world = await testWorld();
});

const p256 = testKey("ecdsa-p256-sha256");
const p384 = testKey("ecdsa-p384-sha384");
const name = [
  ["O", "Whereof"],
  ["CN", "Service"],
] as const;
const issuing = () => issuerWith(world.issuing.certificateDer, world.issuing.key);
const root = () => issuerWith(world.root.certificateDer, world.root.key);
const service = (publicKey: Uint8Array, notBefore = NOON) => ({
  name,
  publicKey,
  serial: randomOctets(16),
  notBefore,
});
const broken = (why: string) =>
  expect.objectContaining({ code: "pki/profile-broken", message: expect.stringContaining(why) });
const signing = (overrides: Partial<CertificateRequest>): CertificateRequest => {
  const { commonName, pairwiseId, email, methods, ...rest } = signerRequest(p256.publicKey);
  return {
    ...rest,
    profile: PROFILES.signer,
    subject: [
      ["serialNumber", pairwiseId],
      ["CN", commonName],
    ],
    alternativeNames: [Uint8Array.of(0x81, 3, 97, 64, 98)],
    policies: [`${WHEREOF_OID.authenticationPolicies}.1`],
    ...overrides,
  };
};

test("a signer's certificate lives 24 hours and never longer than its issuer", () => {
  const draft = draftSigner(signerRequest(p256.publicKey, { notBefore: NOON }), issuing());
  expect(draft.notAfter).toEqual(at(24 * HOUR_MS - 1000));
  const { notAfter } = parseCertificate(world.issuing.certificateDer);
  const last = draftSigner(
    signerRequest(p256.publicKey, { notBefore: new Date(notAfter.getTime() - HOUR_MS) }),
    issuing(),
  );
  expect(last.notAfter).toEqual(notAfter);
});

test("a request that breaks its profile is refused before anything is signed", () => {
  const draft = (overrides: Partial<CertificateRequest>) => () =>
    draftCertificate(signing(overrides), issuing());
  expect(draft({})).not.toThrow();
  expect(draft({ publicKey: p384.publicKey })).toThrow(broken("key is P-384"));
  expect(draft({ notBefore: NOON, notAfter: at(25 * HOUR_MS) })).toThrow(broken("validity"));
  expect(draft({ notBefore: NOON, notAfter: at(-HOUR_MS) })).toThrow(broken("validity"));
  expect(draft({ subject: [["CN", "Ada"]] })).toThrow(broken("subject"));
  expect(
    draft({
      subject: [
        ["O", "Acme"],
        ["serialNumber", "1"],
        ["CN", "Ada"],
      ],
    }),
  ).toThrow(broken("subject"));
  expect(
    draft({
      subject: [
        ["serialNumber", "1"],
        ["CN", "Ada"],
        ["CN", "Eve"],
      ],
    }),
  ).toThrow(broken("subject"));
  expect(draft({ alternativeNames: [] })).toThrow(broken("alternative names"));
  expect(draft({ alternativeNames: [encodeUri("http://a.example/")] })).toThrow(broken("alternative names"));
  expect(draft({ policies: [] })).toThrow(broken("policies"));
  expect(draft({ policies: [OID.anyPolicy] })).toThrow(broken("policies"));
  expect(draft({ authorizingEventSha256: undefined })).toThrow(broken("authorizing event"));
  expect(draft({ authorizingEventSha256: new Uint8Array(20) })).toThrow(broken("authorizing event"));
  expect(draft({ pointers: { ...POINTERS, crlUrl: null } })).toThrow(broken("addresses of status"));
  expect(draft({ profile: PROFILES.seal })).toThrow(broken("subject"));
});

test("the wrong issuer is refused", () => {
  expect(() => draftCertificate(signing({}), root())).toThrow(broken("issuer is of the wrong kind"));
  expect(() => draftTsa(service(p384.publicKey), issuing(), POINTERS)).toThrow(
    broken("issuer is of the wrong kind"),
  );
  expect(() => draftIssuing(service(p384.publicKey), issuing(), POINTERS)).toThrow(
    broken("does not fit its issuer"),
  );
  const responder = issuerWith(world.responder.certificateDer, world.responder.key);
  expect(() => draftOcspResponder(service(p256.publicKey), responder)).toThrow(
    broken("issuer is of the wrong kind"),
  );
});

test("no certificate begins before or outlives its issuer", () => {
  expect(() => draftLog(service(p256.publicKey, at(-2 * YEAR_MS)), issuing(), POINTERS)).toThrow(
    broken("issuer"),
  );
});

test("every profile has a request that keeps it", () => {
  expect(() => draftRoot(service(p384.publicKey), "ecdsa-p384-sha384")).not.toThrow();
  expect(() => draftIssuing(service(p384.publicKey), root(), POINTERS)).not.toThrow();
  expect(() => draftTsa(service(p384.publicKey), root(), POINTERS)).not.toThrow();
  expect(() => draftOcspResponder(service(p256.publicKey), root())).not.toThrow();
  expect(() => draftLog(service(p256.publicKey), issuing(), POINTERS)).not.toThrow();
  expect(() => draftSeal({ ...service(p384.publicKey), pointers: POINTERS }, issuing())).not.toThrow();
});

test("a TSA's key signs for one year of its certificate's five", () => {
  const { privateKeyUsage, notBefore, notAfter } = parseCertificate(world.tsa.certificateDer);
  expect(privateKeyUsage).toEqual({ from: notBefore, until: after(notBefore, { unit: "years", count: 1 }) });
  expect(notAfter).toEqual(new Date(after(notBefore, { unit: "years", count: 5 }).getTime() - 1000));
});

test("a certificate of one profile breaks every other", async () => {
  const issuer = parseCertificate(world.issuing.certificateDer);
  const der = await signCertificate(draftCertificate(signing({}), issuing()), world.issuing.key);
  const certificate = parseCertificate(der);
  for (const profile of Object.values(PROFILES)) {
    expect(checkProfile(profile, certificate, issuer).length === 0, profile.name).toBe(
      profile.name === "signer",
    );
  }
});

test("a draft is signed by its issuer's key or not at all", async () => {
  const draft = draftCertificate(signing({}), issuing());
  await expect(signCertificate(draft, world.root.key)).rejects.toMatchObject({ code: "pki/key-mismatch" });
  const liar = { ...world.issuing.key, sign: world.root.key.sign };
  await expect(signCertificate(draft, liar)).rejects.toMatchObject({ code: "pki/key-mismatch" });
});

test("serial numbers are positive and always of 16 octets", () => {
  const serials = [new Uint8Array(16), new Uint8Array(16).fill(0xff)].map(
    (serial) => draftCertificate(signing({ serial }), issuing()).serialHex,
  );
  expect(serials).toEqual([`40${"00".repeat(15)}`, `7f${"ff".repeat(15)}`]);
  expect(() => draftCertificate(signing({ serial: new Uint8Array(8) }), issuing())).toThrow(RangeError);
});

test("durations follow the calendar", () => {
  expect(after(new Date("2024-02-29T00:00:00Z"), { unit: "years", count: 1 })).toEqual(
    new Date("2025-03-01T00:00:00Z"),
  );
  expect(after(NOON, { unit: "days", count: 90 })).toEqual(at(90 * DAY_MS));
});
