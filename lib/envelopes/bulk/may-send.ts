import { type MemberActor, requireOwn, requirePermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { envelopesError } from "../errors.ts";
import { loadSettings } from "../store.ts";
import { type JobRow, lockJob } from "./store.ts";

/** Of an organization that has settled nothing else. */
export const ORGANIZATION_PER_MINUTE = 600;

/** What an organization has settled about sending in bulk. Part of a verb. */
export async function bulkSettings(ctx: Context) {
  const { withholdsBulkFrom = [], bulkPerMinute = ORGANIZATION_PER_MINUTE } = await loadSettings(ctx);
  return { withheldFrom: withholdsBulkFrom, perMinute: bulkPerMinute };
}

/** The member who acts, if their organization lets their role send in bulk. @throws envelopes/bulk-withheld */
export async function requireBulk(ctx: Context): Promise<MemberActor> {
  const member = requirePermission(ctx, "bulk.send");
  const { withheldFrom } = await bulkSettings(ctx);
  if (withheldFrom.some((role) => role === member.role))
    throw envelopesError("bulk-withheld", `withheld from ${member.role}`);
  return member;
}

/** One's own job, locked, by who may send. @throws envelopes/bulk-not-found, bulk-withheld; authorize/not-allowed */
export async function lockOwnJob(ctx: Context, jobId: string): Promise<JobRow> {
  await requireBulk(ctx);
  return lockToStop(ctx, jobId);
}

/** One's own job, locked: whoever began it may stop it, also when sending is withheld since. @throws envelopes/bulk-not-found */
export async function lockToStop(ctx: Context, jobId: string): Promise<JobRow> {
  const member = requirePermission(ctx, "bulk.send");
  const job = await lockJob(ctx, jobId);
  requireOwn(member, job.ownerId, "envelope.manage-all");
  return job;
}
