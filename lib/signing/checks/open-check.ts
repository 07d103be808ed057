import { requireLinkHolder } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CheckMethod } from "#lib/envelopes/core/draft.ts";
import { type QrModules, qrCode } from "#lib/pdf/drawing/qr-code.ts";
import { personKey } from "../consent/record-act.ts";
import { CODE_LIMITS, maskedEmail, maskedPhone } from "../core/one-time-code.ts";
import { base32, otpauthUri } from "../core/totp.ts";
import { signingError } from "../errors.ts";
import { findRecipient, loadCeremony, loadSender, type RecipientRow } from "../store.ts";
import { findAuthenticator, findCheck } from "./store.ts";

export interface CheckView {
  readonly method: Exclude<CheckMethod, "none">;
  readonly title: string;
  readonly shortId: string;
  readonly organizationName: string;
  readonly sender: { readonly name: string; readonly email: string };
  /** Where a code goes, masked. */
  readonly goesTo: string;
  readonly code: {
    readonly state: "none" | "sending" | "sent" | "failed";
    /** Why it could not be sent, as a code. */
    readonly failure: string | null;
    /** Before that no other is sent. */
    readonly againAt: Date | null;
  };
  /** What an app is to learn; null once it has. */
  readonly enrollment: {
    readonly secret: string;
    readonly uri: string;
    readonly qr: QrModules | null;
  } | null;
}

/** What somebody with a link sees before they have shown who they are: no document, and nothing of the others. */
export async function openCheck(ctx: Context): Promise<CheckView> {
  const { recipientId, envelopeId } = requireLinkHolder(ctx);
  const { sealed, ...view } = await inTransaction(ctx, async (ctx) => {
    const recipient = await findRecipient(ctx, recipientId);
    if (!recipient || recipient.check === "none") throw signingError("not-found", `recipient ${recipientId}`);
    const { envelope } = await loadCeremony(ctx, envelopeId, false);
    const { organizationName, ...sender } = await loadSender(ctx, envelope);
    const { check: method, email, phone } = recipient;
    return {
      ...{ method, title: envelope.title, shortId: envelope.shortId, organizationName, sender },
      goesTo: method === "sms-code" ? maskedPhone(phone) : maskedEmail(email),
      code: await codeOf(ctx, recipient),
      sealed: method === "authenticator" ? await unconfirmed(ctx, recipient) : null,
    };
  });
  return { ...view, enrollment: sealed && (await enrollmentOf(ctx, sealed, view.organizationName)) };
}

async function codeOf(ctx: Context, { id }: RecipientRow): Promise<CheckView["code"]> {
  const row = await findCheck(ctx, id);
  if (!row?.requestedAt) return { state: "none", failure: null, againAt: null };
  const isOver = ctx.now().getTime() - row.requestedAt.getTime() > CODE_LIMITS.lifeMs;
  const state = row.failure ? "failed" : isOver ? "none" : row.sentAt ? "sent" : "sending";
  return { state, failure: row.failure, againAt: new Date(row.requestedAt.getTime() + CODE_LIMITS.resendMs) };
}

/** The seed an app has yet to learn. */
async function unconfirmed(ctx: Context, { email }: RecipientRow) {
  const known = await findAuthenticator(ctx, personKey(ctx.organizationId, email));
  return known && !known.confirmedAt ? { email, sealed: known.sealed } : null;
}

async function enrollmentOf(
  ctx: Context,
  { email, sealed }: { readonly email: string; readonly sealed: Uint8Array },
  organizationName: string,
): Promise<CheckView["enrollment"]> {
  const secret = await ctx.runtime.openSeed(email, sealed);
  const uri = otpauthUri(secret, organizationName, email);
  return { secret: base32(secret), uri, qr: qrCode(uri) };
}
