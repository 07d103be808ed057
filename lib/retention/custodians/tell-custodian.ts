import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { sha256, toBase64Url } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { MailContent } from "#lib/delivery/core/mail-content.ts";
import { mailWords } from "#lib/delivery/core/translate.ts";
import { deliver } from "#lib/delivery/send-mail.ts";
import type { NoticeKind } from "../core/hold-notice.ts";
import { loadHold } from "../hold-store.ts";
import { loadOrganization } from "../store.ts";
import { changeCustodian, lockCustodian, saveNoticeToken } from "./store.ts";

const LOCALE = "en";

export interface AskedNotice {
  readonly eventId: string;
  readonly custodianId: string;
  readonly kind: NoticeKind;
  /** Of all mails to this person about this hold. */
  readonly number: number;
}

/** Mails somebody what a hold asks of them, with a link of their own, and records what became of it; once for an event. */
export async function tellCustodian(ctx: WorkerContext, asked: AskedNotice): Promise<void> {
  requireSystem(ctx);
  const { eventId, custodianId, kind, number } = asked;
  const { custodian, hold, organization } = await inTransaction(ctx, async (ctx) => {
    const custodian = await lockCustodian(ctx, custodianId);
    const hold = await loadHold(ctx, custodian.holdId);
    return { custodian, hold, organization: (await loadOrganization(ctx)).name };
  });
  const isEnd = kind === "released" || kind === "removed";
  // A mail is not sent after a newer one.
  if (custodian.mailed >= number) return;
  if (!isEnd && (hold.releasedAt || custodian.endedAt)) return;
  const t = mailWords();
  const words = { organization, name: custodian.name };
  const url = isEnd ? null : await newNoticeLink(ctx, custodianId);
  const subject = t(`holdNotice.${kind}.subject`, words);
  const content: MailContent = {
    ...{ locale: LOCALE, subject, heading: subject, paragraphs: [t(`holdNotice.${kind}.lead`, words)] },
    ...(isEnd || hold.notice === null
      ? {}
      : { quote: { intro: t("common.theyWrote", { name: organization }), text: hold.notice } }),
    ...(url ? { button: { label: t("holdNotice.button"), url, plainLink: t("common.plainLink") } } : {}),
    notes: isEnd ? [] : [t("holdNotice.note")],
    footer: t("common.aboutAccount"),
  };
  const refused = await deliver(ctx, `${eventId}.${custodianId}`, custodian, content);
  await inTransaction(ctx, async (ctx) => {
    const { mailed } = await lockCustodian(ctx, custodianId);
    // A newer one may have been sent meanwhile; this one went out all the same.
    if (mailed < number) await changeCustodian(ctx, custodianId, { mailed: number, refusal: refused });
    const of = { hold: hold.id, custodian: custodianId, kind };
    const data = { ...of, via: ctx.runtime.mail.name, reason: refused ?? undefined };
    const type = refused === null ? "hold-notice.mailed" : "hold-notice.refused";
    await appendEvent(ctx, { type, envelopeId: null, data });
  });
}

async function newNoticeLink(ctx: WorkerContext, custodianId: string): Promise<string> {
  const token = ctx.runtime.random(32);
  const { organizationId } = ctx;
  const row = { organizationId, tokenSha256: sha256(token), custodianId, createdAt: ctx.now() };
  await inTransaction(ctx, (ctx) => saveNoticeToken(ctx, row));
  return `${ctx.runtime.config.baseUrl}/hold-notice/${toBase64Url(token)}`;
}
