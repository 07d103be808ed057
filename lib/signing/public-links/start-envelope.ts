import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { sendDraft } from "#lib/envelopes/send-envelope.ts";
import { loadPublishedTemplate } from "#lib/envelopes/templates/published-template.ts";
import { startFromTemplate } from "#lib/envelopes/templates/use-template.ts";
import { isRefusal } from "#lib/errors.ts";
import type { RecipientId } from "#lib/ids.ts";
import { CODE_LIMITS, codeHash, newCode } from "../core/one-time-code.ts";
import { LINK_LIMITS } from "../core/public-link.ts";
import {
  changeLink,
  changeRequest,
  forgetRequests,
  type LinkRow,
  loadLink,
  loadOwner,
  lockRequest,
  type RequestRow,
} from "./store.ts";

interface LinkRequest {
  readonly requestId: string;
}

export interface IssuedLinkCode {
  readonly code: string;
  readonly name: string;
  readonly email: string;
  readonly language: string;
  readonly title: string;
  readonly organizationName: string;
}

/** Makes the code for what somebody asked at a public link. @returns null where it went out, or is too late. */
export async function issueLinkCode(
  ctx: Context,
  { requestId }: LinkRequest,
): Promise<IssuedLinkCode | null> {
  requireSystem(ctx);
  const { runtime } = ctx;
  return inTransaction(ctx, async (ctx) => {
    const row = await lockRequest(ctx, requestId);
    const at = ctx.now();
    if (!row || row.sentAt || row.confirmedAt || row.failure) return null;
    if (at.getTime() - row.requestedAt.getTime() > CODE_LIMITS.lifeMs) return null;
    const link = (await loadLink(ctx, row.linkId))!;
    const { content } = await loadPublishedTemplate(ctx, link.templateId, { isRetiredToo: true });
    const code = newCode(runtime.random(8));
    await changeRequest(ctx, requestId, {
      codeHash: codeHash(runtime.config.authSecret, row.challengeId, code),
      expiresAt: new Date(at.getTime() + CODE_LIMITS.lifeMs),
    });
    const { organizationName } = await loadOwner(ctx, link.ownerId);
    const { name, email, language } = row;
    return { code, name, email, language, title: content.draft.title, organizationName };
  });
}

/** Records what became of that code. @param failure why it could not be sent, as a code; null when it was. */
export async function settleLinkCode(
  ctx: Context,
  { requestId }: LinkRequest,
  { failure, via }: { readonly failure: string | null; readonly via: string },
): Promise<void> {
  requireSystem(ctx);
  await inTransaction(ctx, async (ctx) => {
    const row = await lockRequest(ctx, requestId);
    if (!row) return;
    const link = (await loadLink(ctx, row.linkId))!;
    const { envelopeId } = await loadPublishedTemplate(ctx, link.templateId, { isRetiredToo: true });
    await changeRequest(ctx, requestId, failure ? { failure, codeHash: null } : { sentAt: ctx.now() });
    await appendEvent(ctx, {
      type: failure ? "public-link.code-refused" : "public-link.code-sent",
      envelopeId,
      data: {
        link: link.id,
        request: requestId,
        challenge: row.challengeId,
        via,
        reason: failure ?? undefined,
      },
    });
  });
}

/**
 * Makes and sends the envelope of somebody who showed their mailbox at a public link; made already, it stays one. What
 * cannot be sent is recorded, and its use given back.
 */
export async function startFromLink(ctx: Context, { requestId }: LinkRequest): Promise<void> {
  requireSystem(ctx);
  const found = await inTransaction(ctx, async (ctx) => {
    const request = await lockRequest(ctx, requestId);
    if (!request?.confirmedAt || request.startedAt || request.failure) return null;
    return { request, link: (await loadLink(ctx, request.linkId))! };
  });
  if (!found) return;
  const { request, link } = found;
  const { name, email, language, ip, challengeId } = request;
  const somebody = { roleId: link.openRoleId, name, email, language, ...(await checkOf(ctx, found)) };
  const use = {
    ...{ templateId: link.templateId, number: null, values: {} },
    people: [...link.people, somebody],
  };
  try {
    await startFromTemplate(ctx, use, {
      ...{ ownerId: link.ownerId, envelopeId: request.envelopeId! },
      andThen: async (ctx, { envelopeId, version, recipients }) => {
        const now = await lockRequest(ctx, requestId);
        if (!now || now.startedAt) throw new MadeAlready();
        const recipientId = recipients.get(link.openRoleId) as RecipientId;
        await appendEvent(ctx, {
          type: "public-link.used",
          envelopeId,
          data: {
            ...{ link: link.id, request: requestId, recipient: recipientId, challenge: challengeId },
            ...{ method: "email-code", name: personal(name), email: personal(email), from: personal(ip) },
          },
        });
        await sendDraft(ctx, { envelopeId, version });
        // From here on the envelope holds who it is.
        const forgotten = { name: "", email: "", ip: "" };
        await changeRequest(ctx, requestId, { startedAt: ctx.now(), recipientId, ...forgotten });
      },
    });
  } catch (error) {
    if (error instanceof MadeAlready) return;
    if (!isRefusal(error) || error.kind === "unavailable") throw error;
    await giveUp(ctx, request, error.code);
  }
}

/** Another run of the same job was quicker. */
class MadeAlready extends Error {}

/** The mailbox was shown by a code: later, too, who comes by the mailed link shows it. */
async function checkOf(ctx: Context, { link }: { readonly link: LinkRow }) {
  return inTransaction(ctx, async (ctx) => {
    const { content } = await loadPublishedTemplate(ctx, link.templateId, { isRetiredToo: true });
    const role = content.draft.recipients.find(({ id }) => id === link.openRoleId);
    return role?.check === "none" ? ({ check: "email-code" } as const) : {};
  });
}

async function giveUp(ctx: Context, { id: requestId, linkId }: RequestRow, failure: string): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const link = (await loadLink(ctx, linkId, true))!;
    const request = await lockRequest(ctx, requestId);
    if (!request || request.startedAt || request.failure) return;
    await changeRequest(ctx, requestId, { failure, name: "", email: "", ip: "" });
    await changeLink(ctx, linkId, { uses: Math.max(0, link.uses - 1) });
    const { envelopeId } = await loadPublishedTemplate(ctx, link.templateId, { isRetiredToo: true });
    const data = { link: link.id, request: requestId, reason: failure };
    await appendEvent(ctx, { type: "public-link.failed", envelopeId, data });
  });
}

/** Forgets who came, a week after. */
export async function forgetLinkRequests(ctx: Context): Promise<void> {
  requireSystem(ctx);
  await inTransaction(ctx, (ctx) => forgetRequests(ctx, new Date(ctx.now().getTime() - LINK_LIMITS.keptMs)));
}
