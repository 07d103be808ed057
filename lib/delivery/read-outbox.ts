import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type EnvelopeId, isUuid } from "#lib/ids.ts";
import { deliveryError } from "./errors.ts";
import { loadEnvelopesOfEvents, loadOutbox, loadOutboxMail } from "./store.ts";

/** A mail from outside: whom it is for and what it is about, not what it says. */
export interface OutboxEntry {
  readonly id: string;
  readonly toName: string;
  readonly toAddress: string;
  readonly subject: string;
  readonly createdAt: Date;
  /** The envelope it is about, when it is about one. */
  readonly envelopeId: EnvelopeId | null;
}

export interface OutboxMail extends OutboxEntry {
  readonly html: string;
  readonly text: string;
}

const SHOWN = 100;
const MAIL_ID = /^[\w.-]{1,200}$/;

/** Whether anything is kept here: mail or text messages that nobody is set to send. */
const keepsOutbox = ({ runtime: { config } }: Context) => config.mail === null || config.sms === null;

/** Mail and text messages that went nowhere because nobody is set to send them, newest first; null when all are. */
export async function readOutbox(ctx: Context): Promise<readonly OutboxEntry[] | null> {
  requirePermission(ctx, "outbox.read");
  if (!keepsOutbox(ctx)) return null;
  return inTransaction(ctx, async (ctx) => {
    const mails = await loadOutbox(ctx, SHOWN);
    const envelopes = await loadEnvelopesOfEvents(ctx, mails.flatMap(eventIdOf));
    return mails.map((mail) => ({ ...mail, envelopeId: envelopes.get(eventIdOf(mail)[0] ?? "") ?? null }));
  });
}

/**
 * Opens one mail. It may hold somebody's signing link, so that it was opened stands in the trail of the envelope
 * it is about.
 *
 * @throws delivery/not-found
 */
export async function openOutboxMail(ctx: Context, input: { readonly mailId: string }): Promise<OutboxMail> {
  requirePermission(ctx, "outbox.read");
  return inTransaction(ctx, async (ctx) => {
    const isReadable = keepsOutbox(ctx) && MAIL_ID.test(input.mailId);
    const mail = isReadable ? await loadOutboxMail(ctx, input.mailId) : null;
    if (!mail) throw deliveryError("not-found", "no such mail");
    const [eventId] = eventIdOf(mail);
    const envelopeId = eventId ? ((await loadEnvelopesOfEvents(ctx, [eventId])).get(eventId) ?? null) : null;
    await appendEvent(ctx, {
      type: "outbox.opened",
      envelopeId,
      data: { message: mail.id, to: personal(mail.toAddress), subject: personal(mail.subject) },
    });
    return { ...mail, envelopeId };
  });
}

/** A mail is named for the event that caused it. */
function eventIdOf({ id }: { readonly id: string }): string[] {
  const [eventId = ""] = id.split(".");
  return isUuid(eventId) ? [eventId] : [];
}
