import { equalBytes } from "#lib/bytes.ts";
import type { Weakness } from "#lib/pki/core/algorithms.ts";
import { sameName } from "#lib/pki/core/asn1/names.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, isValidAt, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { publicKeyFacts } from "#lib/pki/core/public-key.ts";
import type { Issuing } from "#lib/pki/core/revocation/crl.ts";
import { isIssuedBy } from "#lib/pki/core/revocation/ocsp-request.ts";
import {
  isResponder,
  type OcspResponse,
  type SingleResponse,
} from "#lib/pki/core/revocation/ocsp-response.ts";
import { verifySigned } from "#lib/pki/core/signed.ts";

/** What a response proves of one certificate, or why it proves nothing. */
export type OcspCheck =
  | {
      readonly isValid: true;
      readonly single: SingleResponse;
      /** Who signed for the issuer; null when the issuer itself did. */
      readonly responder: Certificate | null;
      readonly weaknesses: readonly Weakness[];
    }
  | { readonly isValid: false; readonly reason: string };

const refused = (reason: string): OcspCheck => ({ isValid: false, reason });

/**
 * Verifies a response for one certificate: CertID, signature and the responder's delegation. Times are left
 * to the caller, who knows at which instant the status is wanted; `isFreshAt` tells.
 *
 * @param issuer of `certificate`: its own certificate or the trust anchor. Its name and key are believed.
 * @param candidates where a responder's certificate may be found that the response does not carry.
 * @see RFC 6960 §3.2, §4.2.2.2
 */
export function verifyOcspResponse(
  response: OcspResponse,
  certificate: Certificate,
  issuer: Issuing,
  candidates: readonly Certificate[] = [],
): OcspCheck {
  const single = response.singles.find(
    ({ certId }) => certId.serialHex === certificate.serialHex && isIssuedBy(certId, issuer),
  );
  if (!single) return refused("answers for another certificate");
  const [unknown] = response.unknownCriticalExtensions;
  if (unknown) return refused(`critical extension ${unknown} is not understood`);
  const keyOctets = publicKeyFacts(issuer.publicKey).keyOctets;
  if (isResponder(response, { subject: issuer.subject, keyOctets })) {
    const check = verifySigned(response, issuer.publicKey);
    if (check.isValid) return { isValid: true, single, responder: null, weaknesses: check.weaknesses };
  }
  // Those at hand first: they were parsed and checked for other answers already.
  const check = verifyDelegated(response, candidates, issuer, single);
  if (check.isValid) return check;
  const carried = verifyDelegated(response, readableCertificates(response.certificates), issuer, single);
  return carried.isValid || carried.reason !== NO_RESPONDER ? carried : check;
}

const NO_RESPONDER = "no certificate of the responder";

function verifyDelegated(
  response: OcspResponse,
  responders: readonly Certificate[],
  issuer: Issuing,
  single: SingleResponse,
): OcspCheck {
  const named = responders.filter((one) =>
    isResponder(response, { subject: one.subject, keyOctets: one.key.keyOctets }),
  );
  if (named.length === 0) return refused(NO_RESPONDER);
  let reason = "";
  for (const responder of named) {
    reason = problemOf(responder, issuer, response.producedAt) ?? "";
    if (reason) continue;
    const check = verifySigned(response, responder.publicKey);
    if (check.isValid) {
      const delegation = verifySigned(responder, issuer.publicKey);
      return {
        isValid: true,
        single,
        responder,
        weaknesses: [...check.weaknesses, ...delegation.weaknesses],
      };
    }
    reason = check.reason ?? "";
  }
  return refused(reason);
}

/** RFC 6960 §4.2.2.2: issued directly by the authority it answers for, and marked for it. */
function problemOf(responder: Certificate, issuer: Issuing, producedAt: Date): string | null {
  if (!sameName(responder.issuer, issuer.subject))
    return "responder was not issued by the certificate's issuer";
  if (!responder.extendedKeyUsage?.includes(OID.ocspSigning)) return "responder may not sign OCSP responses";
  if (
    responder.keyUsage &&
    !responder.keyUsage.some((use) => use === "digitalSignature" || use === "contentCommitment")
  ) {
    return "responder's key may not sign";
  }
  if (responder.unknownCriticalExtensions.length > 0)
    return "responder has critical extensions not understood";
  if (!isValidAt(responder, producedAt)) return "responder's certificate was not valid then";
  const check = verifySigned(responder, issuer.publicKey);
  return check.isValid ? null : "responder was not signed by the certificate's issuer";
}

/**
 * Whether an answer holds at an instant: made before it and not yet due for renewal.
 *
 * @see RFC 6960 §4.2.2.1
 */
export const isFreshAt = (
  { thisUpdate, nextUpdate }: Pick<SingleResponse, "thisUpdate" | "nextUpdate">,
  at: Date,
): boolean => thisUpdate <= at && nextUpdate !== null && at <= nextUpdate;

/**
 * Whether the answer repeats the nonce that was asked with.
 *
 * @param nonce octets inside the extension's OCTET STRING.
 */
export const repeatsNonce = ({ nonce: value }: OcspResponse, nonce: Uint8Array): boolean =>
  value !== null && equalBytes(value.subarray(value.length - nonce.length), nonce);
