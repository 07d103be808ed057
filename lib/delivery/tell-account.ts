import { requireSystem } from "#lib/authorize.ts";
import { sha256, toBase64Url } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { AccountId, MemberId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { loadAccount, loadMember, saveLoginToken } from "./store.ts";

const LOCALE = "en";
const LINK_MS = 15 * 60_000;
const INVITATION_MS = 7 * 86_400_000;

/** Mails a link that signs in once. */
export async function mailSignInLink(
  ctx: WorkerContext,
  input: { eventId: string; accountId: AccountId },
): Promise<void> {
  requireSystem(ctx);
  const account = await inTransaction(ctx, (ctx) => loadAccount(ctx, input.accountId));
  const t = mailWords();
  const url = await loginLink(ctx, account.id, "sign-in-link", LINK_MS);
  const content: MailContent = {
    locale: LOCALE,
    subject: t("signInLink.subject"),
    heading: t("signInLink.heading"),
    paragraphs: [t("signInLink.lead")],
    button: { label: t("signInLink.button"), url, plainLink: t("common.plainLink") },
    notes: [],
    footer: t("common.aboutAccount"),
  };
  await deliver(ctx, input.eventId, account, content);
}

/** Tells a new member how to get in. */
export async function mailInvitation(
  ctx: WorkerContext,
  input: { eventId: string; memberId: MemberId; inviter: string },
) {
  requireSystem(ctx);
  const { account, organizationName } = await inTransaction(ctx, (ctx) => loadMember(ctx, input.memberId));
  const t = mailWords();
  const words = { organization: organizationName, inviter: input.inviter };
  const url = await loginLink(ctx, account.id, "invitation", INVITATION_MS);
  const content: MailContent = {
    locale: LOCALE,
    subject: t("memberAdded.subject", words),
    heading: t("memberAdded.heading", words),
    paragraphs: [t("memberAdded.lead", words)],
    button: { label: t("memberAdded.button"), url, plainLink: t("common.plainLink") },
    notes: [],
    footer: t("common.aboutAccount"),
  };
  await deliver(ctx, input.eventId, account, content);
}

async function loginLink(
  ctx: WorkerContext,
  accountId: AccountId,
  purpose: string,
  lifeMs: number,
): Promise<string> {
  const token = ctx.runtime.random(32);
  const createdAt = ctx.now();
  const expiresAt = new Date(createdAt.getTime() + lifeMs);
  await inTransaction(ctx, (ctx) =>
    saveLoginToken(ctx, { tokenSha256: sha256(token), purpose, accountId, createdAt, expiresAt }),
  );
  return `${ctx.runtime.config.baseUrl}/sign-in/link/${toBase64Url(token)}`;
}
