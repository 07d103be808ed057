import { appendEvent } from "#lib/audit/append-event.ts";
import { requireMember, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import type { CertificateId } from "#lib/ids.ts";
import { keepAnswer, type LearnedAnswer } from "#lib/pki/certificate-statuses.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { type CertificateRecord, loadCertificate } from "../certificates-store.ts";
import { evidenceError } from "../errors.ts";
import { requireReader } from "../get-certificate.ts";
import { heapOf } from "./heap-of.ts";
import { learnStatus } from "./learn-status.ts";

const RATE = { tries: 30, windowSeconds: 600 };
/** Whoever waits on a page does not wait for a silent authority. */
const PATIENCE_MS = 20_000;

/**
 * Asks the authority of a certificate that is not ours whether it was revoked, and keeps its signed answer. A revocation
 * that nobody knew of goes on record.
 *
 * @throws evidence/not-found, status-ours, status-needless, status-no-issuer, status-no-address, status-no-answer;
 *   identity/too-many-tries; authorize/not-allowed
 */
export async function askAuthority(
  ctx: Context,
  input: { readonly certificateId: CertificateId },
): Promise<{ readonly isRevoked: boolean }> {
  requirePermission(ctx, "certificate.read");
  const { accountId } = requireMember(ctx);
  const record = await inTransaction(ctx, (ctx) => loadCertificate(ctx, input.certificateId));
  requireReader(ctx, record);
  const { certificate: row } = record;
  if (row.authorityId !== null || row.kind === "authority") throw evidenceError("status-ours", row.sha256);
  await limitRate(ctx.runtime, `ask-status:${accountId}`, RATE);
  const certificate = parseCertificate(row.der);
  const request = { certificate, heap: await heapOf(ctx, row), at: ctx.now() };
  const told = await withinTime(learnStatus(ctx, request));
  if (typeof told === "string") throw evidenceError(`status-${told}`, certificate.subject.text);
  await inTransaction(ctx, (ctx) => noteAnswer(ctx, record, told));
  return { isRevoked: told.revokedAt !== null };
}

async function noteAnswer(ctx: Context, { envelope, certificate }: CertificateRecord, told: LearnedAnswer) {
  if (!(await keepAnswer(ctx, told))) return;
  const { revokedAt, reason, source, url } = told;
  await appendEvent(ctx, {
    type: "certificate.found-revoked",
    envelopeId: envelope?.id ?? null,
    data: {
      ...{ certificate: certificate.id, sha256: certificate.sha256, source, address: url },
      ...{ revokedAt: revokedAt!.toISOString(), reason: reason ?? "unspecified", answer: told.answerSha256 },
    },
  });
}

async function withinTime<T>(work: Promise<T>): Promise<T | "no-answer"> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<"no-answer">((resolve) => {
    timer = setTimeout(() => resolve("no-answer"), PATIENCE_MS);
  });
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}
