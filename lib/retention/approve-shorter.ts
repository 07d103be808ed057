import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import { changeClassRow, loadClass, NOTHING_ASKED } from "./class-store.ts";
import { retentionError } from "./errors.ts";

const Approval = z.object({ classId: z.uuid(), password: z.string().max(1024) });

/**
 * Lets a class keep for a shorter time, as somebody else asked, with the password once more: counsel's approval.
 *
 * @throws identity/current-password-wrong, password-not-set; retention/not-found, class-retired, shorter-not-asked,
 *   shorter-same-person
 */
export async function approveShorter(ctx: Context, input: z.input<typeof Approval>): Promise<void> {
  const { memberId } = requirePermission(ctx, "retention.approve-shorter");
  const { classId, password } = Approval.parse(input);
  await stepUp(ctx, password);
  await inTransaction(ctx, async (ctx) => {
    const { asked, before } = await loadAsked(ctx, classId);
    if (asked.by === memberId) throw retentionError("shorter-same-person", `class ${classId}`);
    const { by, ...to } = asked;
    await changeClassRow(ctx, classId, { ...to, ...NOTHING_ASKED });
    const data = { class: classId, from: before, to, askedBy: by };
    await appendEvent(ctx, { type: "retention-class.shorter-approved", envelopeId: null, data });
  });
}

/** Leaves a class as it is, though somebody asked for less. @throws retention/not-found, class-retired, shorter-not-asked */
export async function refuseShorter(ctx: Context, input: { readonly classId: string }): Promise<void> {
  requirePermission(ctx, "retention.manage");
  const classId = z.uuid().parse(input.classId);
  await inTransaction(ctx, async (ctx) => {
    const { asked, before } = await loadAsked(ctx, classId);
    await changeClassRow(ctx, classId, NOTHING_ASKED);
    const { by, ...to } = asked;
    const data = { class: classId, from: before, to, askedBy: by };
    await appendEvent(ctx, { type: "retention-class.shorter-refused", envelopeId: null, data });
  });
}

async function loadAsked(ctx: Context, classId: string) {
  const row = await loadClass(ctx, classId, true);
  const { askedYears, askedCountsFrom, askedAction, askedBy, years, countsFrom, action } = row;
  if (row.retiredAt) throw retentionError("class-retired", `class ${classId}`);
  if (askedYears === null || !askedCountsFrom || !askedAction || !askedBy)
    throw retentionError("shorter-not-asked", `class ${classId}`);
  return {
    asked: { years: askedYears, countsFrom: askedCountsFrom, action: askedAction, by: askedBy },
    before: { years, countsFrom, action },
  };
}
