import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isEmailAddress } from "#lib/identity/core/email-address.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { uuidV7 } from "#lib/ids.ts";
import { noticeSha256 } from "../core/hold-notice.ts";
import { retentionError } from "../errors.ts";
import { changeHold, type HoldRow, loadHold } from "../hold-store.ts";
import { askNotice } from "./ask-notice.ts";
import { type CustodianRow, changeCustodian, loadCustodians, lockCustodian, saveCustodian } from "./store.ts";

/** More people than that are told by other means. */
const MOST = 200;
const ASKED_AGAIN = { tries: 3, windowSeconds: 86_400 };

const Added = z.object({ holdId: z.uuid(), name: typedLine(120), email: typedLine(254) });
const Written = z.object({ holdId: z.uuid(), notice: typedText(4000) });
const Named = z.object({ holdId: z.uuid(), custodianId: z.uuid() });

/**
 * Names somebody who has what a hold is about. They are mailed at once, unless the hold is silent.
 *
 * @returns the custodian's id. @throws retention/not-found, hold-released, custodian-text-missing,
 *   custodian-address-wrong, custodian-known, too-many-custodians
 */
export async function addCustodian(ctx: Context, input: z.input<typeof Added>): Promise<string> {
  const { memberId } = requirePermission(ctx, "hold.manage");
  const { holdId, name, email } = Added.parse(input);
  if (name === "" || email === "") throw retentionError("custodian-text-missing", "an empty line");
  if (!isEmailAddress(email)) throw retentionError("custodian-address-wrong", "not one address");
  return inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const { notice } = await openHold(ctx, holdId);
    const known = (await loadCustodians(ctx, [holdId])).filter(({ endedAt }) => !endedAt);
    if (known.some((one) => one.email.toLowerCase() === email.toLowerCase()))
      throw retentionError("custodian-known", `hold ${holdId}`);
    if (known.length >= MOST) throw retentionError("too-many-custodians", `hold ${holdId}`);
    const addedAt = ctx.now();
    const id = uuidV7(addedAt.getTime(), ctx.runtime.random(10));
    await saveCustodian(ctx, { organizationId, id, holdId, name, email, addedBy: memberId, addedAt });
    const data = { hold: holdId, custodian: id, name: personal(name), email: personal(email) };
    await appendEvent(ctx, { type: "hold-custodian.added", envelopeId: null, data });
    if (notice !== null) await askNotice(ctx, await lockCustodian(ctx, id), "first");
    return id;
  });
}

/** Somebody a hold concerns no more; who was told is told that too. @throws retention/not-found, hold-released, custodian-removed */
export async function removeCustodian(ctx: Context, input: z.input<typeof Named>): Promise<void> {
  requirePermission(ctx, "hold.manage");
  const { holdId, custodianId } = Named.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await openHold(ctx, holdId);
    const custodian = await present(ctx, holdId, custodianId);
    await changeCustodian(ctx, custodianId, { endedAt: ctx.now() });
    const data = { hold: holdId, custodian: custodianId };
    await appendEvent(ctx, { type: "hold-custodian.removed", envelopeId: null, data });
    if (custodian.askedAt) await askNotice(ctx, custodian, "removed");
  });
}

/**
 * Writes what custodians are told. A silent hold is silent no more; who was told other words is told these, and
 * acknowledges them anew.
 *
 * @throws retention/not-found, hold-released, notice-missing
 */
export async function writeNotice(ctx: Context, input: z.input<typeof Written>): Promise<void> {
  requirePermission(ctx, "hold.manage");
  const { holdId, notice } = Written.parse(input);
  if (notice === "") throw retentionError("notice-missing", "no words");
  await inTransaction(ctx, async (ctx) => {
    const hold = await openHold(ctx, holdId);
    if (hold.notice === notice) return;
    await changeHold(ctx, holdId, { notice });
    const data = { hold: holdId, noticeSha256: noticeSha256(notice), notice: personal(notice) };
    await appendEvent(ctx, { type: "hold-notice.written", envelopeId: null, data });
    for (const { id, endedAt } of await loadCustodians(ctx, [holdId])) {
      if (endedAt) continue;
      const custodian = await lockCustodian(ctx, id);
      await askNotice(ctx, custodian, custodian.askedAt ? "changed" : "first");
    }
  });
}

/**
 * Mails somebody once more, at most three times a day.
 *
 * @throws retention/not-found, hold-released, hold-silent, custodian-removed, custodian-acknowledged,
 *   identity/too-many-tries
 */
export async function remindCustodian(ctx: Context, input: z.input<typeof Named>): Promise<void> {
  requirePermission(ctx, "hold.manage");
  const { holdId, custodianId } = Named.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { notice } = await openHold(ctx, holdId);
    if (notice === null) throw retentionError("hold-silent", `hold ${holdId}`);
    const custodian = await present(ctx, holdId, custodianId);
    if (custodian.acknowledgedAt) throw retentionError("custodian-acknowledged", `custodian ${custodianId}`);
    await limitRate(ctx.runtime, `hold-reminder:${custodianId}`, ASKED_AGAIN);
    await askNotice(ctx, custodian, "reminder");
  });
}

async function openHold(ctx: Context, holdId: string): Promise<HoldRow> {
  const hold = await loadHold(ctx, holdId, true);
  if (hold.releasedAt) throw retentionError("hold-released", `hold ${holdId}`);
  return hold;
}

async function present(ctx: Context, holdId: string, custodianId: string): Promise<CustodianRow> {
  const custodian = await lockCustodian(ctx, custodianId);
  if (custodian.holdId !== holdId) throw retentionError("not-found", `custodian ${custodianId}`);
  if (custodian.endedAt) throw retentionError("custodian-removed", `custodian ${custodianId}`);
  return custodian;
}
