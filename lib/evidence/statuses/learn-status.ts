import type { Context } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { askStatus, type LearnedAnswer } from "#lib/pki/certificate-statuses.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";

/** Why nobody can be asked. */
export type Silence = "needless" | "no-issuer" | "no-address";

interface AskRequest {
  readonly certificate: Certificate;
  /** What came with it and what is registered, its issuer among them. */
  readonly heap: readonly Certificate[];
  readonly at: Date;
}

/** The one to ask about a certificate of another's authority, or why there is none. */
export function whomToAsk({ certificate, heap, at }: AskRequest): Certificate | Silence {
  // Authorities need not list what has ended (RFC 5280 §3.3).
  if (certificate.isSelfIssued || certificate.notAfter < at) return "needless";
  const issuer = heap.find(({ subjectKeyId, subject }) =>
    certificate.authorityKeyId && subjectKeyId
      ? subjectKeyId === certificate.authorityKeyId
      : subject.text === certificate.issuer.text,
  );
  if (!issuer) return "no-issuer";
  return certificate.crlUrls.length + certificate.ocspUrls.length === 0 ? "no-address" : issuer;
}

/** Asks whether another's certificate was revoked; writes nothing. */
export async function learnStatus(
  ctx: Pick<Context, "runtime" | "now">,
  request: AskRequest,
): Promise<LearnedAnswer | Silence | "no-answer"> {
  const issuer = whomToAsk(request);
  if (typeof issuer === "string") return issuer;
  try {
    return await askStatus(ctx, request.certificate, issuer);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return "no-answer";
  }
}
