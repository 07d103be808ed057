import { equalBytes, toHex } from "#lib/bytes.ts";
import { signatureAlgorithmOf } from "#lib/pki/core/algorithms.ts";
import { bitString, sequence, TAG, time } from "#lib/pki/core/asn1/der.ts";
import { type DerTree, sequenceTree, taggedTree, treeOf, writeTree } from "#lib/pki/core/asn1/der-tree.ts";
import { encodeName, type NameParts } from "#lib/pki/core/asn1/names.ts";
import { OID, WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import {
  type Certificate,
  heldCertificate,
  parseCertificate,
} from "#lib/pki/core/certificates/certificate.ts";
import { checkProfile } from "#lib/pki/core/certificates/check-profile.ts";
import {
  type Frame,
  frameOf,
  keyIdentifier,
  MAX_SHAPES,
  shapeOf,
} from "#lib/pki/core/certificates/draft-frame.ts";
import { extensionTree, privateKeyUsagePeriod } from "#lib/pki/core/certificates/extensions.ts";
import { after, type Profile } from "#lib/pki/core/certificates/profiles.ts";
import { signedBy } from "#lib/pki/core/signed.ts";
import { pkiError } from "#lib/pki/errors.ts";
import type { KeyAlgorithm, SigningKey } from "#lib/ports/keys.ts";

/** Where the status of a certificate and its issuer's certificate are found: absolute http URLs in ASCII. */
export interface Pointers {
  readonly ocspUrl: string | null;
  readonly issuerUrl: string | null;
  readonly crlUrl: string | null;
}

/** What a certificate shall say, before it is checked against its profile. */
export interface CertificateRequest {
  readonly profile: Profile;
  readonly subject: NameParts;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** 16 random bytes. */
  readonly serial: Uint8Array;
  /** Cut to whole seconds. */
  readonly notBefore: Date;
  /** Last second of validity; the profile's whole life, within the issuer's, when not given. */
  readonly notAfter?: Date;
  readonly pointers?: Pointers;
  /** OIDs. */
  readonly policies?: readonly string[];
  /** GeneralNames, each encoded. */
  readonly alternativeNames?: readonly Uint8Array[];
  /** SHA-256 of the audit event, 32 bytes. */
  readonly authorizingEventSha256?: Uint8Array;
}

/** Who will sign: `certificateDer` null for a root, which signs itself. */
export interface Issuer {
  readonly certificateDer: Uint8Array | null;
  readonly algorithm: KeyAlgorithm;
}

/** A certificate that keeps its profile and lacks only its signature. Storable: record it, then sign it. */
export interface CertificateDraft {
  /** What will be signed, DER. */
  readonly tbs: Uint8Array;
  readonly serialHex: string;
  /** Names as people read them (RFC 4514). */
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly algorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo of the key that must sign it. */
  readonly issuerPublicKey: Uint8Array;
}

/**
 * Writes a certificate up to its signature and checks it against its profile: as the very bytes that will be signed,
 * until one of the same shape was; then in what it differs from that one.
 *
 * @throws pki/profile-broken, pki/name-unfit; pki/malformed when the key or the issuer cannot be read
 * @see RFC 5280 §4.1
 */
export function draftCertificate(request: CertificateRequest, issuer: Issuer): CertificateDraft {
  const { profile, publicKey } = request;
  const issuerCertificate = issuer.certificateDer && heldCertificate(issuer.certificateDer);
  const notBefore = wholeSeconds(request.notBefore);
  const notAfter = wholeSeconds(request.notAfter ?? lastSecond(profile, notBefore, issuerCertificate));
  const subjectDer = encodeName(request.subject);
  const frame = frameOf(request, issuer.algorithm, issuerCertificate);
  const serial = positiveSerial(request.serial);
  const tbs = writeTree(
    sequenceTree(
      frame.version,
      treeOf(TAG.integer, serial),
      frame.algorithm,
      issuerCertificate ? issuerCertificate.subject.der : subjectDer,
      sequenceTree(time(notBefore), time(notAfter)),
      subjectDer,
      publicKey,
      taggedTree(3, sequenceTree(...extensionsFor(request, frame, notBefore))),
    ),
  );
  const common = { tbs, notBefore, notAfter, algorithm: issuer.algorithm };
  const proven = issuerCertificate && shapeOf(request, common, subjectDer, issuerCertificate);
  if (issuerCertificate && proven && frame.provenShapes.has(proven.shape)) {
    return {
      ...common,
      serialHex: toHex(serial),
      subject: proven.subject.text,
      issuer: issuerCertificate.subject.text,
      issuerPublicKey: issuerCertificate.publicKey,
    };
  }
  const read = parseCertificate(unsigned(tbs, issuer.algorithm));
  const problems = checkProfile(profile, read, issuerCertificate);
  if (problems.length > 0) throw pkiError("profile-broken", `${profile.name}: ${problems.join("; ")}`);
  if (proven && frame.provenShapes.size < MAX_SHAPES) frame.provenShapes.add(proven.shape);
  return {
    ...common,
    serialHex: read.serialHex,
    subject: read.subject.text,
    issuer: read.issuer.text,
    issuerPublicKey: issuerCertificate ? issuerCertificate.publicKey : publicKey,
  };
}

/**
 * Signs a draft and checks the signature against the issuer's key before anyone sees it.
 *
 * @param key the issuer's. @returns the certificate, DER.
 * @throws pki/key-mismatch when the key is not the issuer's or its signature does not verify;
 * keys/unavailable
 */
export async function signCertificate(draft: CertificateDraft, key: SigningKey): Promise<Uint8Array> {
  if (key.algorithm !== draft.algorithm || !equalBytes(key.publicKey, draft.issuerPublicKey)) {
    throw pkiError("key-mismatch", `key ${key.id} is not the issuer's`);
  }
  return signedBy(key, draft.tbs);
}

// The draft is checked as the bytes that will be signed, with a signature of zeros.
const unsigned = (tbs: Uint8Array, algorithm: KeyAlgorithm): Uint8Array =>
  sequence(tbs, signatureAlgorithmOf(algorithm), bitString(new Uint8Array(64)));

function extensionsFor(
  { profile, publicKey, alternativeNames = [], authorizingEventSha256 }: CertificateRequest,
  frame: Frame,
  notBefore: Date,
): (DerTree | Uint8Array)[] {
  const { keyLife } = profile;
  const octets = (bytes: Uint8Array) => treeOf(TAG.octetString, bytes);
  return [
    frame.authorityKey,
    extensionTree(OID.subjectKeyIdentifier, octets(keyIdentifier(publicKey))),
    frame.use,
    ...(keyLife ? [privateKeyUsagePeriod(notBefore, after(notBefore, keyLife))] : []),
    ...(alternativeNames.length > 0
      ? [extensionTree(OID.subjectAlternativeName, sequenceTree(...alternativeNames))]
      : []),
    frame.status,
    ...(authorizingEventSha256
      ? [extensionTree(WHEREOF_OID.authorizingEvent, octets(authorizingEventSha256))]
      : []),
  ];
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. The second bit is set: no leading zero, always 16 octets. */
function positiveSerial(random: Uint8Array): Uint8Array {
  if (random.length !== 16) throw new RangeError("a serial number needs 16 random bytes");
  const serial = random.slice();
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return serial;
}

function lastSecond(profile: Profile, notBefore: Date, issuer: Certificate | null): Date {
  const end = new Date(after(notBefore, profile.life).getTime() - 1000);
  return issuer && issuer.notAfter < end ? issuer.notAfter : end;
}

const wholeSeconds = (at: Date): Date => new Date(Math.floor(at.getTime() / 1000) * 1000);
