import { requireLinkHolder } from "#lib/authorize.ts";
import { type Context, inTransaction, type SignerCheck } from "#lib/context.ts";
import { takesPasskeys } from "#lib/envelopes/authentication/policy.ts";
import { isElsewhere } from "#lib/envelopes/core/checks.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { type QrModules, qrCode } from "#lib/pdf/drawing/qr-code.ts";
import { personKey } from "../consent/record-act.ts";
import { CODE_LIMITS, maskedEmail, maskedPhone } from "../core/one-time-code.ts";
import { base32, otpauthUri } from "../core/totp.ts";
import { signingError } from "../errors.ts";
import { findProvider } from "../sso/store.ts";
import { findRecipient, loadCeremony, loadSender, type RecipientRow } from "../store.ts";
import { currentStep, type Step } from "./current-step.ts";
import { findAuthenticator, findCheck } from "./store.ts";

export interface CheckView {
  readonly method: Step;
  /** What this comes before: a code by mail before something is set up. */
  readonly of: Step;
  /** What was shown already, where there is more than one. */
  readonly shown: readonly SignerCheck[];
  /** An app of theirs is known. */
  readonly hasApp: boolean;
  /** Passkeys of theirs are known. */
  readonly hasPasskey: boolean;
  /** An app or a passkey can be set up now. */
  readonly maySetUp: boolean;
  /** The address of this page is one that browsers have passkeys for. */
  readonly takesPasskeys: boolean;
  /** The rules that ask for more than the sender did, by their names, once something was entered. */
  readonly raisedBy: readonly string[];
  /** What the organization's sign-on is called; null where none is asked for. */
  readonly provider: string | null;
  /** Something was entered already, and more is asked for because of it. */
  readonly isRaised: boolean;
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
    /** So long no other is sent. A length and no instant: clocks of browsers are wrong by hours. */
    readonly waitMs: number;
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
  const { recipientId, envelopeId, checked } = requireLinkHolder(ctx);
  const { sealed, ...view } = await inTransaction(ctx, async (ctx) => {
    const recipient = await findRecipient(ctx, recipientId);
    const asked = recipient && (await currentStep(ctx, recipient, checked));
    if (!recipient || !asked) throw signingError("not-found", `recipient ${recipientId}`);
    const { envelope } = await loadCeremony(ctx, envelopeId, false);
    const { organizationName, ...sender } = await loadSender(ctx, envelope);
    const { email, phone } = recipient;
    const { step: method, ...known } = asked;
    const takesApp = method === "authenticator" || method === "second-factor";
    return {
      ...{ method, ...known, title: envelope.title, shortId: envelope.shortId, organizationName, sender },
      provider: isElsewhere(asked.step) ? ((await findProvider(ctx, asked.step))?.name ?? "") : null,
      takesPasskeys: takesPasskeys(ctx.runtime.config.baseUrl),
      shown: checked.map((one) => one.method),
      raisedBy: recipient.furtherChecks.filter(({ at }) => at === "finish").flatMap(({ rules }) => rules),
      isRaised: recipient.furtherChecks.some(({ at }) => at === "finish"),
      goesTo: method === "sms-code" ? maskedPhone(phone) : maskedEmail(email),
      code: await codeOf(ctx, recipient, method),
      sealed: takesApp ? await unconfirmed(ctx, recipient) : null,
    };
  });
  return { ...view, enrollment: sealed && (await enrollmentOf(ctx, sealed, view.organizationName)) };
}

async function codeOf(ctx: Context, { id }: RecipientRow, method: Step): Promise<CheckView["code"]> {
  const row = await findCheck(ctx, id);
  if (!row?.requestedAt || row.method !== method) return { state: "none", failure: null, waitMs: 0 };
  const passedMs = ctx.now().getTime() - row.requestedAt.getTime();
  const isGone = passedMs > CODE_LIMITS.lifeMs || (row.sentAt !== null && row.codeHash === null);
  const state = row.failure ? "failed" : isGone ? "none" : row.sentAt ? "sent" : "sending";
  return { state, failure: row.failure, waitMs: Math.max(0, CODE_LIMITS.resendMs - passedMs) };
}

/** The seed an app has yet to learn. */
async function unconfirmed(ctx: Context, recipient: RecipientRow) {
  const email = reachedAt(recipient);
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
