import { equalBytes, sha1 } from "#lib/bytes.ts";
import {
  enumerated,
  generalizedTime,
  octetString,
  oid,
  primitiveContext,
  sequence,
  TAG,
  tagged,
  tlv,
} from "#lib/pki/core/asn1/der.ts";
import { type DerTree, sequenceTree, taggedTree, treeOf, writeTree } from "#lib/pki/core/asn1/der-tree.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, heldCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { extensionTree } from "#lib/pki/core/certificates/extensions.ts";
import type { CertificateStatus } from "#lib/pki/core/revocation/ocsp-response.ts";
import { reasonCode } from "#lib/pki/core/revocation/reasons.ts";
import { signedTree } from "#lib/pki/core/signed.ts";
import { pkiError } from "#lib/pki/errors.ts";
import type { SigningKey } from "#lib/ports/keys.ts";

export interface OcspAnswer {
  /** As the request has it, DER. */
  readonly certId: Uint8Array;
  readonly status: CertificateStatus;
  /** Of a revoked one, when its key was lost, if that is known; else null (RFC 6960 §4.4.5). */
  readonly invalidSince?: Date | null;
}

export interface OcspResponseRequest {
  readonly answers: readonly OcspAnswer[];
  /** The responder's certificate, DER; it is sent along. */
  readonly responderDer: Uint8Array;
  readonly producedAt: Date;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Value of the request's nonce extension, null when it has none. */
  readonly nonce: Uint8Array | null;
  /**
   * Statuses are kept for certificates that expired after this instant: without it, "good" ends with the
   * certificate.
   */
  readonly archiveCutoff?: Date;
}

const ERRORS = {
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const;

/**
 * Signs the answer to an OCSP request, by the key's hash and with the responder's certificate.
 *
 * @param key the responder's. @returns OCSPResponse, DER.
 * @throws pki/profile-broken when the certificate may not answer, or not then; pki/key-mismatch;
 * keys/unavailable
 * @see RFC 6960 §4.2
 */
export async function createOcspResponse(request: OcspResponseRequest, key: SigningKey): Promise<Uint8Array> {
  const { answers, producedAt, nonce } = request;
  const responder = heldCertificate(request.responderDer);
  if (!equalBytes(responder.publicKey, key.publicKey)) {
    throw pkiError("key-mismatch", `key ${key.id} is not the responder's`);
  }
  const written = writtenOf(responder);
  if (producedAt < responder.notBefore || producedAt > responder.notAfter) {
    throw pkiError("profile-broken", "responder's certificate is not valid now");
  }
  const tbs = sequenceTree(
    written.responderId,
    generalizedTime(producedAt),
    sequenceTree(...answers.map((answer) => singleFor(answer, request))),
    ...(nonce ? [taggedTree(1, sequenceTree(extensionTree(OID.ocspNonce, nonce)))] : []),
  );
  const basic = await signedTree(key, writeTree(tbs), written.certificates);
  const bytes = sequenceTree(oid(OID.ocspBasic), treeOf(TAG.octetString, basic));
  return writeTree(sequenceTree(SUCCESSFUL, taggedTree(0, bytes)));
}

const SUCCESSFUL = enumerated(0);

/** What stands in every answer of a responder, DER. */
interface Written {
  readonly responderId: Uint8Array;
  readonly certificates: Uint8Array;
}

const allWritten = new WeakMap<Certificate, Written>();

/** @throws pki/profile-broken */
function writtenOf(responder: Certificate): Written {
  const known = allWritten.get(responder);
  if (known) return known;
  if (!responder.extendedKeyUsage?.includes(OID.ocspSigning)) {
    throw pkiError("profile-broken", "certificate may not sign OCSP responses");
  }
  const written = {
    responderId: tagged(2, octetString(sha1(responder.key.keyOctets))),
    certificates: tagged(0, sequence(responder.der)),
  };
  allWritten.set(responder, written);
  return written;
}

/** An answer that is none, and needs no signature. @see RFC 6960 §2.3 */
export const ocspError = (status: keyof typeof ERRORS): Uint8Array => sequence(enumerated(ERRORS[status]));

function singleFor(
  { certId, status, invalidSince }: OcspAnswer,
  { thisUpdate, nextUpdate, archiveCutoff }: OcspResponseRequest,
): DerTree {
  const extensions = [
    ...(archiveCutoff ? [extensionTree(OID.ocspArchiveCutoff, generalizedTime(archiveCutoff))] : []),
    ...(invalidSince ? [extensionTree(OID.invalidityDate, generalizedTime(invalidSince))] : []),
  ];
  return sequenceTree(
    certId,
    encodeStatus(status),
    generalizedTime(thisUpdate),
    taggedTree(0, generalizedTime(nextUpdate)),
    ...(extensions.length > 0 ? [taggedTree(1, sequenceTree(...extensions))] : []),
  );
}

const GOOD = tlv(primitiveContext(0));
const UNKNOWN = tlv(primitiveContext(2));

function encodeStatus(status: CertificateStatus): Uint8Array {
  if (status.kind === "good") return GOOD;
  if (status.kind === "unknown") return UNKNOWN;
  const reason = status.reason === "unspecified" ? [] : [tagged(0, enumerated(reasonCode(status.reason)))];
  return tagged(1, generalizedTime(status.revokedAt), ...reason);
}
