import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { type MemberActor, requireMember, requireOwn, requirePermission } from "#lib/authorize.ts";
import { sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isAsked } from "#lib/envelopes/core/roles.ts";
import { type EnvelopeId, type MemberId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { signingError } from "../errors.ts";
import { type LoadedCeremony, loadCeremony, type RecipientRow } from "../store.ts";
import { listOpenLinks, revokeLinksOf, saveHostedLink } from "./store.ts";

const DAY_MS = 86_400_000;
const OWN_LIFE_MS = DAY_MS / 2;
const OPEN = new Set<RecipientRow["state"]>(["waiting", "notified", "viewed", "consented"]);

export const HOSTED_LINK_DAYS = { most: 30, default: 7 } as const;

const Whose = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  recipientId: z.uuid().transform((id) => id as RecipientId),
});
const Input = Whose.extend({
  days: z.number().int().min(1).max(HOSTED_LINK_DAYS.most).default(HOSTED_LINK_DAYS.default),
});

/**
 * Makes a link for one person that whoever sends the envelope gives them, by whatever way. It is no link that was mailed to them
 * alone: whoever opens it shows who they are first, and it takes the place of the hosted link that was made for them before.
 *
 * @returns the link, which nobody can be told again.
 * @throws signing/not-found, not-under-way, hosted-link-nobody, hosted-link-in-person
 */
export async function makeHostedLink(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<{ readonly url: string; readonly expiresAt: Date }> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId, days } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    requireOwn(member, loaded.envelope, "envelope.manage-all");
    requireOpenPlace(loaded, recipientId);
    await endLinks(ctx, envelopeId, recipientId, "replaced");
    return issueLink(ctx, member, { envelopeId, recipientId, lifeMs: days * DAY_MS, isOwn: false });
  });
}

/**
 * Opens a member's own place in an envelope that somebody sent to their address: from inside, in place of the link in the
 * mail. It is a link as above, for half a day, so that they show who they are before anything opens. What their sender gave them stays.
 *
 * @throws signing/not-found where the place is not of their address; not-under-way, hosted-link-nobody, hosted-link-in-person
 */
export async function openOwnPlace(
  ctx: Context,
  input: z.input<typeof Whose>,
): Promise<{ readonly url: string; readonly expiresAt: Date }> {
  const member = requireMember(ctx);
  const { envelopeId, recipientId } = Whose.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const person = loaded.recipients.find(({ id }) => id === recipientId);
    if (person?.email !== member.email) throw signingError("not-found", `recipient ${recipientId}`);
    requireOpenPlace(loaded, recipientId);
    await endLinks(ctx, envelopeId, recipientId, "replaced", member.memberId);
    return issueLink(ctx, member, { envelopeId, recipientId, lifeMs: OWN_LIFE_MS, isOwn: true });
  });
}

async function issueLink(
  ctx: Context,
  { memberId }: MemberActor,
  {
    envelopeId,
    recipientId,
    lifeMs,
    isOwn,
  }: {
    readonly envelopeId: EnvelopeId;
    readonly recipientId: RecipientId;
    readonly lifeMs: number;
    readonly isOwn: boolean;
  },
): Promise<{ readonly url: string; readonly expiresAt: Date }> {
  const at = ctx.now();
  const token = ctx.runtime.random(32);
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  const expiresAt = new Date(at.getTime() + lifeMs);
  await saveHostedLink(ctx, {
    ...{ organizationId: ctx.organizationId, id, envelopeId, recipientId, tokenSha256: sha256(token) },
    ...{ madeBy: memberId, createdAt: at, expiresAt },
  });
  await appendEvent(ctx, {
    type: "hosted-link.created",
    envelopeId,
    data: {
      ...{ recipient: recipientId, link: id, expiresAt: expiresAt.toISOString() },
      ...(isOwn ? { reason: "own" } : {}),
    },
  });
  return { url: `${ctx.runtime.config.baseUrl}/sign/${toBase64Url(token)}`, expiresAt };
}

function requireOpenPlace({ envelope, recipients }: LoadedCeremony, recipientId: RecipientId): void {
  const person = recipients.find(({ id }) => id === recipientId);
  if (!person) throw signingError("not-found", `recipient ${recipientId}`);
  if (envelope.state !== "sent") throw signingError("not-under-way", `envelope is ${envelope.state}`);
  if (person.lapsedAt) throw signingError("not-under-way", `the time of recipient ${recipientId} is over`);
  if (person.hostId) throw signingError("hosted-link-in-person", `recipient ${recipientId}`);
  if (!isAsked(person.role) || !OPEN.has(person.state) || person.email === "")
    throw signingError("hosted-link-nobody", `recipient ${recipientId} is ${person.state}`);
}

/** Ends the hosted link of somebody, from this moment on. Nothing happens where there is none. */
export async function revokeHostedLink(ctx: Context, input: z.input<typeof Whose>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId } = Whose.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { envelope, recipients } = await loadCeremony(ctx, envelopeId, true);
    requireOwn(member, envelope, "envelope.manage-all");
    if (!recipients.some(({ id }) => id === recipientId))
      throw signingError("not-found", `recipient ${recipientId}`);
    await endLinks(ctx, envelopeId, recipientId, "revoked");
  });
}

async function endLinks(
  ctx: Context,
  envelopeId: EnvelopeId,
  recipientId: RecipientId,
  reason: "revoked" | "replaced",
  madeBy?: MemberId,
): Promise<void> {
  for (const link of await revokeLinksOf(ctx, recipientId, madeBy))
    await appendEvent(ctx, {
      type: "hosted-link.revoked",
      envelopeId,
      data: { recipient: recipientId, link, reason },
    });
}

/** Until when a hosted link of each person opens; those without one are left out. */
export async function listHostedLinks(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<ReadonlyMap<string, Date>> {
  const member = requirePermission(ctx, "envelope.manage");
  return inTransaction(ctx, async (ctx) => {
    const { envelope } = await loadCeremony(ctx, input.envelopeId, false);
    requireOwn(member, envelope, "envelope.manage-all");
    const links = envelope.state === "sent" ? await listOpenLinks(ctx, envelope.id) : [];
    return new Map(links.map(({ recipientId, expiresAt }) => [recipientId, expiresAt]));
  });
}
