import { isRefusal } from "#lib/errors.ts";
import { TAG } from "#lib/pki/core/asn1/der.ts";
import {
  childrenOf,
  fieldsOf,
  readDer,
  readNamedBits,
  readSmallInteger,
  readText,
} from "#lib/pki/core/asn1/read-der.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import { type MessageImprint, nonceHex } from "#lib/pki/core/timestamps/timestamp-request.ts";
import {
  parseTimestampToken,
  type TimestampToken,
  verifyTimestampToken,
} from "#lib/pki/core/timestamps/timestamp-token.ts";

/** The outcome of asking a time-stamping authority: the token, or why there is none to be used. */
export type TimestampAnswer =
  | { readonly token: TimestampToken; readonly authority: Certificate; readonly problem: null }
  | { readonly token: null; readonly authority: null; readonly problem: string };

/**
 * Reads a TimeStampResp and checks all that its request lets it check.
 *
 * @param response untrusted. @param request the TimeStampReq that was sent, DER.
 * @returns the token with its authority's certificate, or the problem in one sentence. Whether the authority
 * is trusted is left to `validateTimestamps`.
 * @see RFC 3161 §2.4.2
 */
export function readTimestampResponse(
  response: Uint8Array,
  request: {
    readonly imprint: MessageImprint;
    readonly nonceDer: Uint8Array | null;
    readonly policy: string | null;
  },
): TimestampAnswer {
  const refused = (problem: string): TimestampAnswer => ({ token: null, authority: null, problem });
  try {
    const parsed = parseTimestampResponse(response);
    if (!parsed.tokenDer)
      return refused(`refused with status ${parsed.status}: ${parsed.texts.join("; ")} ${parsed.failures}`);
    const token = parseTimestampToken(parsed.tokenDer);
    if (token.imprint.algorithm !== request.imprint.algorithm)
      return refused("the imprint is under another digest");
    if (request.policy && token.policy !== request.policy)
      return refused(`policy ${token.policy} was not asked for`);
    if (request.nonceDer && token.nonceHex !== nonceHex(request.nonceDer))
      return refused("the nonce is not repeated");
    const check = verifyTimestampToken(token, request.imprint.value);
    if (check.subIndication !== null || !check.signer) return refused(check.findings.at(-1)!.message);
    return { token, authority: check.signer, problem: null };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refused(error.message);
  }
}

/** A TimeStampResp as read. */
export interface TimestampResponse {
  /** PKIStatus: 0 granted, 1 granted with changes, above refused. */
  readonly status: number;
  readonly texts: readonly string[];
  /** Bits of PKIFailureInfo. */
  readonly failures: readonly number[];
  /** DER; null when refused. */
  readonly tokenDer: Uint8Array | null;
}

/** Reads a TimeStampResp. @param der untrusted. @throws pki/malformed, pki/too-large @see RFC 3161 §2.4.2 */
export function parseTimestampResponse(der: Uint8Array): TimestampResponse {
  const what = "time-stamp response";
  const fields = fieldsOf(readDer(der, what, 1024 * 1024), what);
  const info = fieldsOf(fields.take(TAG.sequence, "status"), what);
  const token = fields.maybe(TAG.sequence);
  fields.end();
  const status = readSmallInteger(info.takeAny("status"), what);
  const texts = info.maybe(TAG.sequence);
  const failures = info.maybe(TAG.bitString);
  info.end();
  return {
    status,
    texts: texts ? childrenOf(texts, what, 10).map((text) => readText(text) ?? "") : [],
    failures: failures ? readNamedBits(failures, what) : [],
    tokenDer: status <= 1 && token ? token.bytes : null,
  };
}
