import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import {
  authorizeError,
  hasPermission,
  type MemberActor,
  requireMember,
  requireOwn,
  requirePermission,
} from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, type MemberId, uuidV7 } from "#lib/ids.ts";
import { envelopesError } from "../errors.ts";
import { requireSendable } from "../send-envelope.ts";
import { type EnvelopeRow, loadEnvelope, lockEnvelope } from "../store.ts";
import { draftSha256, needsApproval, standingOf } from "./require-approval.ts";
import {
  type ApprovalRow,
  changeApproval,
  listOpenApprovals,
  nameOfMember,
  newestApproval,
  saveApproval,
} from "./store.ts";

const NOTE_LENGTH = 500;
const envelopeId = z.uuid().transform((id) => id as EnvelopeId);
const AskInput = z.object({
  envelopeId,
  /** The version the sender looked at. */
  version: z.number().int().min(0),
  note: typedText(NOTE_LENGTH).default(""),
});

/**
 * Asks that a draft may go out as it is. What was asked before, and not answered, is asked no more.
 *
 * @throws envelopes/not-ready while anything else is in the way of sending, draft-changed, not-a-draft
 */
export async function askApproval(ctx: Context, input: z.input<typeof AskInput>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, version, note } = AskInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    await requireSendable(ctx, envelope, version, { isApproved: true });
    const before = await newestApproval(ctx, envelopeId, true);
    if (before?.state === "asked") await changeApproval(ctx, before.id, { state: "withdrawn" });
    const askedAt = ctx.now();
    const id = uuidV7(askedAt.getTime(), ctx.runtime.random(10));
    const sha256 = draftSha256(await standingOf(ctx, envelope));
    const { organizationId } = ctx;
    await saveApproval(ctx, {
      ...{ organizationId, id, envelopeId, draftSha256: sha256, state: "asked", note },
      ...{ askedBy: member.memberId, askedAt },
    });
    await appendEvent(ctx, {
      ...{ type: "envelope.approval-asked", envelopeId },
      data: { approval: id, sha256, reason: note === "" ? undefined : personal(note) },
    });
  });
}

const DecideInput = z.object({
  envelopeId,
  /** What was looked at: what is approved is what was seen. */
  approvalId: z.uuid(),
  isApproved: z.boolean(),
  reason: typedText(NOTE_LENGTH).default(""),
});

/**
 * Says that a draft may go out as it is, or why not. Nobody approves what they send or asked for themselves.
 *
 * @throws envelopes/approval-own, approval-over, approval-outdated, approval-reason; authorize/not-allowed
 */
export async function decideApproval(ctx: Context, input: z.input<typeof DecideInput>): Promise<void> {
  const member = requireMember(ctx);
  const { envelopeId, approvalId, isApproved, reason } = DecideInput.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireApprover(member, envelope.ownerId);
    const approval = await newestApproval(ctx, envelopeId, true);
    if (approval?.id !== approvalId || approval.state !== "asked" || envelope.state !== "draft")
      throw envelopesError("approval-over", `approval ${approvalId}`);
    if ([envelope.ownerId, approval.askedBy].includes(member.memberId))
      throw envelopesError("approval-own", `member ${member.memberId}`);
    if (!isApproved && reason === "") throw envelopesError("approval-reason", "returned without a reason");
    const sha256 = draftSha256(await standingOf(ctx, envelope));
    if (isApproved && sha256 !== approval.draftSha256)
      throw envelopesError("approval-outdated", `approval ${approvalId}`);
    const decided = { decidedBy: member.memberId, decidedAt: ctx.now(), reason };
    await changeApproval(ctx, approvalId, { ...decided, state: isApproved ? "approved" : "returned" });
    await appendEvent(ctx, {
      type: isApproved ? "envelope.sending-approved" : "envelope.sending-returned",
      envelopeId,
      data: { approval: approvalId, sha256, reason: reason === "" ? undefined : personal(reason) },
    });
  });
}

const mayApprove = (member: MemberActor, ownerId: MemberId): boolean =>
  hasPermission(member, "send.approve") || (member.leads?.includes(ownerId) ?? false);

function requireApprover(member: MemberActor, ownerId: MemberId): void {
  if (!mayApprove(member, ownerId))
    throw authorizeError("not-allowed", `${member.role} asks for send.approve`);
}

const ViewInput = z.object({ envelopeId });

export interface ApprovalView {
  /** Somebody else has to approve this draft before it goes out. */
  readonly isNeeded: boolean;
  readonly state: "none" | ApprovalRow["state"];
  /** It was changed since it was asked for or approved. */
  readonly isOutdated: boolean;
  readonly approvalId: string | null;
  readonly note: string;
  readonly askedBy: string;
  readonly askedAt: Date | null;
  readonly decidedBy: string;
  readonly decidedAt: Date | null;
  readonly reason: string;
  readonly title: string;
  readonly version: number;
  readonly may: { readonly ask: boolean; readonly decide: boolean };
}

/** What is asked for a draft, and where that stands. @throws envelopes/not-found, authorize/not-allowed */
export async function getApproval(ctx: Context, input: z.input<typeof ViewInput>): Promise<ApprovalView> {
  const member = requirePermission(ctx, "envelope.read");
  const { envelopeId } = ViewInput.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const envelope: EnvelopeRow = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.read-all");
    const standing = await standingOf(ctx, envelope);
    const approval = await newestApproval(ctx, envelopeId);
    const isDraft = envelope.state === "draft" && !envelope.isTemplate;
    const isOpen = approval?.state === "asked" && isDraft;
    const isOthers = approval !== null && ![envelope.ownerId, approval.askedBy].includes(member.memberId);
    return {
      isNeeded: isDraft && (await needsApproval(ctx, standing)),
      state: approval?.state ?? "none",
      isOutdated: approval !== null && approval.draftSha256 !== draftSha256(standing),
      approvalId: approval?.id ?? null,
      note: approval?.note ?? "",
      askedBy: approval ? await nameOfMember(ctx, approval.askedBy) : "",
      askedAt: approval?.askedAt ?? null,
      decidedBy: approval?.decidedBy ? await nameOfMember(ctx, approval.decidedBy) : "",
      decidedAt: approval?.decidedAt ?? null,
      reason: approval?.reason ?? "",
      ...{ title: envelope.title, version: envelope.version },
      may: {
        ask: isDraft && hasPermission(member, "envelope.manage"),
        decide: isOpen && isOthers && mayApprove(member, envelope.ownerId),
      },
    };
  });
}

const LISTED = 100;

export interface WaitingApproval {
  readonly envelopeId: EnvelopeId;
  readonly title: string;
  readonly shortId: string;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly note: string;
}

/** What waits for this member's word, oldest first. */
export async function listApprovals(ctx: Context): Promise<WaitingApproval[]> {
  const member = requireMember(ctx);
  if (!hasPermission(member, "send.approve") && !member.leads?.length) return [];
  return inTransaction(ctx, async (ctx) =>
    (await listOpenApprovals(ctx, LISTED))
      .filter(
        ({ ownerId, approval }) =>
          mayApprove(member, ownerId) && ![ownerId, approval.askedBy].includes(member.memberId),
      )
      .map(({ approval, title, shortId, askedByName }) => ({
        ...{ envelopeId: approval.envelopeId, title, shortId, askedBy: askedByName ?? "" },
        ...{ askedAt: approval.askedAt, note: approval.note },
      })),
  );
}
