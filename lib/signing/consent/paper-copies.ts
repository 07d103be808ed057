import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission, requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, loadCeremony } from "../store.ts";
import { recordAct } from "./record-act.ts";
import { changePaperRequest, loadPaperRequests, lockPaperRequest, savePaperRequest } from "./store.ts";

const Request = z.object({ address: typedText(500) });
const REQUESTS = { tries: 10, windowSeconds: 86_400 };

/** Records that a person wants the documents on paper, and where to; the sender is told. @throws signing/address-missing */
export async function requestPaper(ctx: Context, input: z.input<typeof Request>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { address } = Request.parse(input);
  if (address === "") throw signingError("address-missing", "no address given");
  await limitRate(ctx.runtime, `paper:${recipientId}`, REQUESTS);

  await inTransaction(ctx, async (ctx) => {
    const { recipient } = ceremonyOf(await loadCeremony(ctx, envelopeId, true), recipientId);
    const event = await appendEvent(ctx, {
      type: "paper-copy.requested",
      envelopeId,
      data: { recipient: recipientId, address: personal(address) },
    });
    const actId = await recordAct(ctx, recipient, { kind: "paper-requested", detail: address }, event);
    const id = uuidV7(event.occurredAt.getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    await savePaperRequest(ctx, {
      ...{ organizationId, id, actId, envelopeId, recipientId, requestedAt: event.occurredAt },
    });
  });
}

export interface PaperCopy {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly requestedAt: Date;
  readonly sentAt: Date | null;
}

/** Paper copies asked for in one envelope. */
export async function listPaperCopies(ctx: Context, input: { envelopeId: EnvelopeId }): Promise<PaperCopy[]> {
  const member = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    const { envelope } = await loadCeremony(ctx, input.envelopeId, false);
    requireOwn(member, envelope, "envelope.read-all");
    const rows = await loadPaperRequests(ctx, input.envelopeId);
    return rows.map(({ request: { id, requestedAt, sentAt }, name, detail }) => ({
      ...{ id, name, address: detail, requestedAt, sentAt },
    }));
  });
}

const Sent = z.object({ id: z.uuid() });

/** Records that a paper copy is on its way; saying so twice changes nothing. @throws signing/paper-not-asked */
export async function markPaperSent(ctx: Context, input: z.input<typeof Sent>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { id } = Sent.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const request = await lockPaperRequest(ctx, id);
    const { envelope } = await loadCeremony(ctx, request.envelopeId, true);
    requireOwn(member, envelope, "envelope.manage-all");
    if (request.sentAt) return;
    await changePaperRequest(ctx, id, { sentAt: ctx.now(), sentBy: member.memberId });
    await appendEvent(ctx, {
      type: "paper-copy.sent",
      envelopeId: envelope.id,
      data: { recipient: request.recipientId },
    });
  });
}
