import { equalBytes, sha1, sha256, toHex } from "#lib/bytes.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import { type Name, nameOf } from "#lib/pki/core/asn1/names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import {
  childrenOf,
  type DerValue,
  fieldsOf,
  onlyChild,
  readDer,
  readOctets,
  readOid,
  readSmallInteger,
  readTime,
} from "#lib/pki/core/asn1/read-der.ts";
import { extensionsOf } from "#lib/pki/core/certificates/read-extensions.ts";
import { type CertId, readCertId } from "#lib/pki/core/revocation/ocsp-request.ts";
import { type RevocationReason, reasonOf } from "#lib/pki/core/revocation/reasons.ts";
import { readSigned, type Signed } from "#lib/pki/core/signed.ts";
import { pkiError } from "#lib/pki/errors.ts";

export type CertificateStatus =
  | { readonly kind: "good" }
  | { readonly kind: "revoked"; readonly revokedAt: Date; readonly reason: RevocationReason }
  | { readonly kind: "unknown" };

/** What a responder says of one certificate. @see RFC 6960 §4.2.1 */
export interface SingleResponse {
  readonly certId: CertId;
  readonly status: CertificateStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
  /** Revocations are kept for certificates that expired after this instant (RFC 6960 §4.4.4). */
  readonly archiveCutoff: Date | null;
  /** When the key of a revoked certificate was lost, where the responder says so (RFC 6960 §4.4.5). */
  readonly invalidSince: Date | null;
}

/** A basic OCSP response as read. */
export interface OcspResponse extends Signed {
  /** The whole OCSPResponse, as a DSS keeps it. */
  readonly der: Uint8Array;
  /** Hexadecimal SHA-256 of `der`. */
  readonly sha256: string;
  /** Name, or hexadecimal SHA-1 of the key. */
  readonly responder: { readonly name: Name } | { readonly keyHash: string };
  readonly producedAt: Date;
  readonly singles: readonly SingleResponse[];
  /** Value of the nonce extension. */
  readonly nonce: Uint8Array | null;
  /** DER of each certificate sent along. */
  readonly certificates: readonly Uint8Array[];
  /** OIDs. */
  readonly unknownCriticalExtensions: readonly string[];
}

const MAX_RESPONSE_BYTES = 1024 * 1024;
const STATUS_NAMES = [
  "successful",
  "malformedRequest",
  "internalError",
  "tryLater",
  "4",
  "sigRequired",
  "unauthorized",
];

/**
 * Reads an OCSP response.
 *
 * @param der untrusted. @throws pki/malformed, also for a response that says it failed; pki/too-large
 * @see RFC 6960 §4.2.1
 */
export function parseOcspResponse(der: Uint8Array): OcspResponse {
  const what = "OCSP response";
  const outer = fieldsOf(readDer(der, what, MAX_RESPONSE_BYTES), what);
  const status = readSmallInteger(outer.takeAny("status"), what, TAG.enumerated);
  if (status !== 0) throw pkiError("malformed", `${what}: ${STATUS_NAMES[status] ?? status}`);
  const wrapped = fieldsOf(onlyChild(outer.take(0xa0, "response bytes"), what), what);
  outer.end();
  if (readOid(wrapped.takeAny("type"), what) !== OID.ocspBasic)
    throw pkiError("malformed", `${what}: not basic`);
  const basic = readOctets(wrapped.takeAny("response"), what);
  wrapped.end();
  const { signed, tbs, rest } = readSigned(basic, what, MAX_RESPONSE_BYTES);
  const list = rest.maybe(0xa0);
  rest.end();
  const certificates = list ? childrenOf(onlyChild(list, what), what, 50).map(({ bytes }) => bytes) : [];
  return { der, sha256: toHex(sha256(der)), ...signed, ...readResponseData(tbs, what), certificates };
}

function readResponseData(tbs: DerValue, what: string) {
  const fields = fieldsOf(tbs, what);
  fields.maybe(0xa0);
  const responder = readResponderId(fields.takeAny("responder"), what);
  const producedAt = readTime(fields.takeAny("produced at"), what);
  const singles = childrenOf(fields.take(TAG.sequence, "responses"), what, 100).map((one) =>
    readSingle(one, what),
  );
  const list = fields.maybe(0xa1);
  fields.end();
  const all = extensionsOf(list && onlyChild(list, what), what);
  return {
    responder,
    producedAt,
    singles: singles.map(({ single }) => single),
    nonce: all.get(OID.ocspNonce)?.value ?? null,
    unknownCriticalExtensions: [
      ...[...all.values()]
        .filter(({ oid, isCritical }) => isCritical && oid !== OID.ocspNonce)
        .map(({ oid }) => oid),
      ...singles.flatMap(({ unknown }) => unknown),
    ],
  };
}

function readResponderId(value: DerValue, what: string): OcspResponse["responder"] {
  const inner = onlyChild(value, what);
  if (value.tag === 0xa1) return { name: nameOf(inner) };
  if (value.tag === 0xa2) return { keyHash: toHex(readOctets(inner, what)) };
  throw pkiError("malformed", `${what}: bad responder id`);
}

function readSingle(value: DerValue, what: string): { single: SingleResponse; unknown: string[] } {
  const fields = fieldsOf(value, what);
  const certId = readCertId(fields.takeAny("CertID"));
  const status = readStatus(fields.takeAny("status"), what);
  const thisUpdate = readTime(fields.takeAny("this update"), what);
  const next = fields.maybe(0xa0);
  const list = fields.maybe(0xa1);
  fields.end();
  const all = extensionsOf(list && onlyChild(list, what), what);
  const instantIn = (id: string) => {
    const value = all.get(id)?.value;
    return value ? readTime(readDer(value, what, value.length), what) : null;
  };
  return {
    single: {
      certId,
      status,
      thisUpdate,
      nextUpdate: next ? readTime(onlyChild(next, what), what) : null,
      archiveCutoff: instantIn(OID.ocspArchiveCutoff),
      invalidSince: instantIn(OID.invalidityDate),
    },
    unknown: [...all.values()]
      .filter((one) => one.isCritical && one.oid !== OID.ocspArchiveCutoff)
      .map(({ oid }) => oid),
  };
}

function readStatus(value: DerValue, what: string): CertificateStatus {
  if (value.tag === 0x80) return { kind: "good" };
  if (value.tag === 0x82) return { kind: "unknown" };
  const fields = fieldsOf(value, what, 0xa1);
  const revokedAt = readTime(fields.takeAny("revocation time"), what);
  const reason = fields.maybe(0xa0);
  fields.end();
  return {
    kind: "revoked",
    revokedAt,
    reason: reason
      ? reasonOf(readSmallInteger(onlyChild(reason, what), what, TAG.enumerated))
      : "unspecified",
  };
}

/** Whether the response names `holder` as its responder. */
export function isResponder(
  { responder }: OcspResponse,
  holder: { readonly subject: Name; readonly keyOctets: Uint8Array },
): boolean {
  return "name" in responder
    ? equalBytes(responder.name.der, holder.subject.der)
    : responder.keyHash === toHex(sha1(holder.keyOctets));
}
