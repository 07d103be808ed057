import { appendEvent } from "#lib/audit/append-event.ts";
import { fromUtf8, sha256, toBase64Url } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { noteLostMail } from "#lib/envelopes/contacts.ts";
import { isRefusal } from "#lib/errors.ts";
import type { FileToMail } from "#lib/evidence/files-to-mail.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { type MailContent, renderMail } from "./core/mail-content.ts";
import { RETURN_TOKEN_BYTES, returnAddress, returnTokenText } from "./core/return-address.ts";
import { saveReturn } from "./returns-store.ts";
import { isMailOnRecord, saveToken } from "./store.ts";

export interface Addressee {
  readonly name: string;
  readonly email: string;
  /** Where a text message goes to who has no mailbox. */
  readonly phone?: string;
}

export interface EnvelopeMail {
  readonly envelopeId: EnvelopeId;
  /** Null for the sender. */
  readonly recipientId: RecipientId | null;
  readonly kind: string;
  readonly to: Addressee;
  /** Called when the mail is to go: a link is made for no mail that went before. */
  compose(): Promise<MailContent>;
  /** What goes with it; called when it is to go. */
  attach?(): Promise<readonly FileToMail[]>;
}

/**
 * Sends one mail about an envelope and records what became of it. What the mail server refuses for good is
 * recorded and over; what it refuses for now is thrown, and tried again.
 *
 * @param eventId names the mail: the same event never mails the same recipient twice.
 * @returns what became of it; null when it went before.
 */
export async function sendEnvelopeMail(
  ctx: WorkerContext,
  eventId: string,
  mail: EnvelopeMail,
): Promise<"delivered" | "refused" | null> {
  const { envelopeId, recipientId, kind, to } = mail;
  const id = `${eventId}.${recipientId ?? "sender"}`;
  if (await inTransaction(ctx, (ctx) => isMailOnRecord(ctx, envelopeId, id))) return null;
  const isText = to.email === "" && Boolean(to.phone);
  const returnTo = isText ? undefined : await newReturnAddress(ctx, mail, id);
  const attached = isText ? [] : ((await mail.attach?.()) ?? []);
  const content = await mail.compose();
  const refused = isText
    ? await deliverText(ctx, id, to.phone!, content)
    : await deliver(ctx, id, to, content, { returnTo, attached });
  await inTransaction(ctx, async (ctx) => {
    if (refused !== null && recipientId && !isText)
      await noteLostMail(ctx, { email: to.email, at: ctx.now(), cause: "address" });
    await appendEvent(ctx, {
      type: refused === null ? "mail.delivered" : "mail.refused",
      envelopeId,
      data: {
        recipient: recipientId,
        kind,
        via: isText ? ctx.runtime.sms.name : ctx.runtime.mail.name,
        message: id,
        reason: refused ?? undefined,
        attached: attached.length > 0 ? attached.map(({ sha256 }) => sha256) : undefined,
      },
    });
  });
  return refused === null ? "delivered" : "refused";
}

/** An address of its own for what becomes of one mail to a recipient, where somebody listens there. */
async function newReturnAddress(
  ctx: WorkerContext,
  { envelopeId, recipientId, kind }: EnvelopeMail,
  message: string,
): Promise<string | undefined> {
  const { returns } = ctx.runtime.config;
  if (!returns || !recipientId) return undefined;
  const token = returnTokenText(ctx.runtime.random(RETURN_TOKEN_BYTES));
  const { organizationId } = ctx;
  const tokenSha256 = sha256(fromUtf8(token));
  const about = { envelopeId, recipientId, kind, message };
  await inTransaction(ctx, (ctx) =>
    saveReturn(ctx, { ...about, organizationId, tokenSha256, sentAt: ctx.now() }),
  );
  return returnAddress(returns.address, token);
}

/** @returns why the server refused it for good, or null. */
export async function deliver(
  ctx: WorkerContext,
  id: string,
  to: Addressee,
  content: MailContent,
  {
    returnTo,
    attached = [],
  }: { readonly returnTo?: string | undefined; readonly attached?: readonly FileToMail[] } = {},
): Promise<string | null> {
  const { html, text } = await renderMail(content);
  const { organizationId } = ctx;
  const address = { name: to.name, address: to.email };
  try {
    const { subject } = content;
    await ctx.runtime.mail.send({
      ...{ id, organizationId, to: address, subject, html, text },
      ...(returnTo ? { returnTo } : {}),
      attachments: attached.map(({ filename, contentType, content }) => ({ filename, contentType, content })),
    });
    return null;
  } catch (error) {
    if (isRefusal(error, "mail/refused")) return error.message;
    throw error;
  }
}

/**
 * What a mail is about, and its link: what fits a text message. Whoever has only a telephone reads the rest on the page.
 *
 * @returns why the provider refused it for good, or null.
 */
async function deliverText(
  ctx: WorkerContext,
  id: string,
  to: string,
  { subject, button, footer }: MailContent,
): Promise<string | null> {
  const text = `${subject}\n${button?.url ?? footer}`;
  try {
    await ctx.runtime.sms.send({ id, organizationId: ctx.organizationId, to, text });
    return null;
  } catch (error) {
    if (isRefusal(error, "sms/refused")) return error.message;
    throw error;
  }
}

/** A link for one person: 256 random bits, of which only the hash is kept. */
export async function newLink(
  ctx: WorkerContext,
  recipientId: RecipientId,
  endedAt: Date | null = null,
): Promise<string> {
  const token = ctx.runtime.random(32);
  const { organizationId } = ctx;
  await inTransaction(ctx, (ctx) =>
    saveToken(ctx, {
      organizationId,
      tokenSha256: sha256(token),
      recipientId,
      createdAt: ctx.now(),
      endedAt,
    }),
  );
  return `${ctx.runtime.config.baseUrl}/sign/${toBase64Url(token)}`;
}
