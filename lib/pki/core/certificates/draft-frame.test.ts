import { beforeAll, expect, test } from "vitest";
import { sha1, toHex } from "#lib/bytes.ts";
import { signatureAlgorithmOf } from "#lib/pki/core/algorithms.ts";
import {
  bitString,
  integer,
  octetString,
  sequence,
  sequenceOf,
  tagged,
  time,
  unsignedInteger,
} from "#lib/pki/core/asn1/der.ts";
import { encodeEmail } from "#lib/pki/core/asn1/general-names.ts";
import { encodeName } from "#lib/pki/core/asn1/names.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import { issuerWith } from "#lib/pki/core/certificates/authorities.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { checkProfile } from "#lib/pki/core/certificates/check-profile.ts";
import * as extensions from "#lib/pki/core/certificates/extensions.ts";
import { draftSigner, type SignerRequest } from "#lib/pki/core/certificates/leaves.ts";
import {
  AUTHENTICATION_POLICIES,
  type AuthenticationMethod,
  PROFILES,
} from "#lib/pki/core/certificates/profiles.ts";
import { publicKeyFacts } from "#lib/pki/core/public-key.ts";
import {
  at,
  DAY_MS,
  HOUR_MS,
  NOON,
  POINTERS,
  randomOctets,
  seeded,
  signerRequest,
  testKey,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";

let world: World;
beforeAll(async () => {
  world = await testWorld();
});

const issuing = () => issuerWith(world.issuing.certificateDer, world.issuing.key);
const keys = [testKey("ecdsa-p256-sha256"), testKey("ecdsa-p256-sha256"), testKey("ecdsa-p256-sha256")];

/** The signed part written from nothing, extension by extension. */
function written(request: SignerRequest): Uint8Array {
  const issuer = parseCertificate(world.issuing.certificateDer);
  const { extension } = extensions;
  const profile = PROFILES.signer;
  const end = new Date(request.notBefore.getTime() + DAY_MS - 1000);
  const { keyOctets } = publicKeyFacts(request.publicKey);
  return sequence(
    tagged(0, integer(2)),
    unsignedInteger(
      Uint8Array.from(request.serial, (octet, index) => (index ? octet : (octet & 0x7f) | 0x40)),
    ),
    signatureAlgorithmOf(world.issuing.key.algorithm),
    issuer.subject.der,
    sequence(time(request.notBefore), time(end < issuer.notAfter ? end : issuer.notAfter)),
    encodeName([
      ["serialNumber", request.pairwiseId],
      ["CN", request.commonName],
    ]),
    request.publicKey,
    tagged(
      3,
      sequenceOf([
        extensions.authorityKeyIdentifier(Buffer.from(issuer.subjectKeyId!, "hex")),
        extensions.subjectKeyIdentifier(sha1(keyOctets)),
        extensions.basicConstraints(null),
        extensions.keyUsage(profile.keyUsage),
        extensions.extendedKeyUsage(profile.extendedKeyUsage, false),
        extensions.subjectAlternativeName([encodeEmail(request.email)]),
        extensions.certificatePolicies(
          [...new Set(request.methods)].map((method) => AUTHENTICATION_POLICIES[method]),
        ),
        extensions.authorityInfoAccess({
          ocsp: request.pointers.ocspUrl,
          issuer: request.pointers.issuerUrl,
        }),
        extensions.crlDistributionPoint(request.pointers.crlUrl!),
        extension(WHEREOF_OID.authorizingEvent, false, octetString(request.authorizingEventSha256)),
      ]),
    ),
  );
}

const METHODS = Object.keys(AUTHENTICATION_POLICIES) as AuthenticationMethod[];
const NAMES = [
  "Ana Ruiz",
  "Zoë Brontë-Ångström",
  "李小龍",
  "أحمد",
  'O\'Neill, J. "Q" <x>',
  "A",
  "x".repeat(64),
];
const ADDRESSES = [
  "ana@example.com",
  "a@b.cc",
  `${"long".repeat(15)}@example.org`,
  "jürgen@exämple.de",
  "李@例え.jp",
];

test("certificates by frame are byte for byte what writing each from nothing gives, and keep their profile", () => {
  const random = seeded(28);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const issuer = parseCertificate(world.issuing.certificateDer);
  for (let round = 0; round < 600; round++) {
    const request: SignerRequest = {
      commonName: pick(NAMES),
      pairwiseId: toHex(randomOctets(1 + Math.floor(random() * 31))),
      email: pick(ADDRESSES),
      methods: METHODS.filter((_, index) => index === round % METHODS.length || random() < 0.2),
      authorizingEventSha256: randomOctets(32),
      publicKey: pick(keys).publicKey,
      serial: randomOctets(16),
      notBefore: at(Math.floor(random() * 2_000) * HOUR_MS),
      pointers: { ...POINTERS, crlUrl: `http://pki.example/issuing-${Math.floor(random() * 3)}.crl` },
    };
    const draft = draftSigner(request, issuing());
    expect(toHex(draft.tbs)).toBe(toHex(written(request)));
    const whole = sequence(
      draft.tbs,
      signatureAlgorithmOf(world.issuing.key.algorithm),
      bitString(new Uint8Array(64)),
    );
    const read = parseCertificate(whole);
    expect(checkProfile(PROFILES.signer, read, issuer)).toEqual([]);
    expect(draft).toMatchObject({
      serialHex: read.serialHex,
      subject: read.subject.text,
      issuer: read.issuer.text,
      notBefore: read.notBefore,
      notAfter: read.notAfter,
    });
  }
});

test("after many that were right, one that is not is refused as if it were the first", () => {
  const good = () => signerRequest(keys[0]!.publicKey, { notBefore: NOON });
  for (let count = 0; count < 20; count++) draftSigner(good(), issuing());
  const broken = (change: Partial<SignerRequest>) => () => draftSigner({ ...good(), ...change }, issuing());
  const refusal = (code: string) => expect.objectContaining({ code });
  expect(broken({ notBefore: at(-9_000 * DAY_MS) })).toThrow(refusal("pki/profile-broken"));
  expect(broken({ notBefore: at(9_000 * DAY_MS) })).toThrow(refusal("pki/profile-broken"));
  expect(broken({ publicKey: testKey("ecdsa-p384-sha384").publicKey })).toThrow(
    refusal("pki/profile-broken"),
  );
  expect(broken({ publicKey: testKey("rsa-2048-sha256").publicKey })).toThrow(refusal("pki/profile-broken"));
  expect(broken({ publicKey: keys[0]!.publicKey.subarray(0, 90) })).toThrow(refusal("pki/malformed"));
  expect(broken({ authorizingEventSha256: randomOctets(31) })).toThrow(refusal("pki/profile-broken"));
  expect(broken({ pointers: { ...POINTERS, crlUrl: null } })).toThrow(refusal("pki/profile-broken"));
  expect(broken({ methods: [] })).toThrow(refusal("pki/profile-broken"));
  expect(broken({ commonName: "x".repeat(65) })).toThrow(refusal("pki/name-unfit"));
  expect(broken({ email: "nobody" })).toThrow(refusal("pki/name-unfit"));
  expect(broken({ serial: randomOctets(15) })).toThrow(RangeError);
});
