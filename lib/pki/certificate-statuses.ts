import { sha256, toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { Certificate } from "./core/certificates/certificate.ts";
import { fetchStatus, revocationIn } from "./foreign-status.ts";
import { findStatus, type StatusRow, saveStatus } from "./status-store.ts";

const DAY_MS = 86_400_000;
/** How long an answer counts that its authority stands by for a shorter time. */
const COUNTS_DAYS = 7;
/** Lists grow to megabytes; of those only the hash is kept here. */
const KEPT_BYTES = 100_000;

export type LearnedAnswer = Omit<StatusRow, "organizationId">;

/**
 * Asks the authority of a certificate that is not ours, at the addresses the certificate names; nothing is written.
 *
 * @throws pki/status-unavailable when nobody answers with something that holds
 */
export async function askStatus(
  { runtime, now }: Pick<Context, "runtime" | "now">,
  certificate: Certificate,
  issuer: Certificate,
): Promise<LearnedAnswer> {
  const { kind: source, der, url, thisUpdate, nextUpdate } = await fetchStatus(runtime, certificate, issuer);
  const revocation = revocationIn({ kind: source, der }, certificate, issuer);
  const askedAt = now();
  const counts = askedAt.getTime() + COUNTS_DAYS * DAY_MS;
  return {
    ...{ sha256: certificate.sha256, source, url, thisUpdate, nextUpdate, askedAt },
    ...{ revokedAt: revocation?.revokedAt ?? null, reason: revocation?.reason ?? null },
    holdsUntil: new Date(Math.max(counts, nextUpdate?.getTime() ?? 0)),
    answerSha256: toHex(sha256(der)),
    answer: der.length <= KEPT_BYTES ? der : null,
  };
}

/** The answer that was learned last. Called inside the transaction of a verb. */
export const lastAnswer = (ctx: Context, fingerprint: string): Promise<StatusRow | null> =>
  findStatus(ctx, fingerprint);

/**
 * Keeps an answer in the place of the one before. Called inside the transaction of a verb.
 *
 * @returns whether it tells of a revocation that was not known.
 */
export async function keepAnswer(ctx: Context, answer: LearnedAnswer): Promise<boolean> {
  const before = await findStatus(ctx, answer.sha256);
  await saveStatus(ctx, answer);
  return answer.revokedAt !== null && !before?.revokedAt;
}
