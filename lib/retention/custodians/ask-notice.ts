import { appendEvent } from "#lib/audit/append-event.ts";
import type { Context } from "#lib/context.ts";
import type { NoticeKind } from "../core/hold-notice.ts";
import { type CustodianRow, changeCustodian } from "./store.ts";

/** Lets a follower mail somebody about a hold. @param custodian locked by the caller. */
export async function askNotice(ctx: Context, custodian: CustodianRow, kind: NoticeKind): Promise<void> {
  const { id, holdId } = custodian;
  const number = custodian.notices + 1;
  const isNew = kind === "first" || kind === "changed";
  await changeCustodian(ctx, id, {
    ...{ askedAt: ctx.now(), asked: isNew ? 1 : custodian.asked + 1, notices: number },
    ...(isNew ? { acknowledgedAt: null } : {}),
  });
  const data = { hold: holdId, custodian: id, kind, number };
  await appendEvent(ctx, { type: "hold-notice.requested", envelopeId: null, data });
}
