import { equalBytes, sha1 } from "#lib/bytes.ts";
import {
  enumerated,
  generalizedTime,
  octetString,
  oid,
  primitiveContext,
  sequence,
  sequenceOf,
  tagged,
  tlv,
} from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, heldCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { extension } from "#lib/pki/core/certificates/extensions.ts";
import type { CertificateStatus } from "#lib/pki/core/revocation/ocsp-response.ts";
import { reasonCode } from "#lib/pki/core/revocation/reasons.ts";
import { signedBy } from "#lib/pki/core/signed.ts";
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
  const tbs = sequence(
    written.responderId,
    generalizedTime(producedAt),
    sequenceOf(answers.map((answer) => singleFor(answer, request))),
    ...(nonce ? [tagged(1, sequence(extension(OID.ocspNonce, false, nonce)))] : []),
  );
  const basic = await signedBy(key, tbs, written.certificates);
  return sequence(SUCCESSFUL, tagged(0, sequence(oid(OID.ocspBasic), octetString(basic))));
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
): Uint8Array {
  const extensions = [
    ...(archiveCutoff ? [extension(OID.ocspArchiveCutoff, false, generalizedTime(archiveCutoff))] : []),
    ...(invalidSince ? [extension(OID.invalidityDate, false, generalizedTime(invalidSince))] : []),
  ];
  return sequence(
    certId,
    encodeStatus(status),
    generalizedTime(thisUpdate),
    tagged(0, generalizedTime(nextUpdate)),
    ...(extensions.length > 0 ? [tagged(1, sequenceOf(extensions))] : []),
  );
}

function encodeStatus(status: CertificateStatus): Uint8Array {
  if (status.kind === "good") return tlv(primitiveContext(0));
  if (status.kind === "unknown") return tlv(primitiveContext(2));
  const reason = status.reason === "unspecified" ? [] : [tagged(0, enumerated(reasonCode(status.reason)))];
  return tagged(1, generalizedTime(status.revokedAt), ...reason);
}
