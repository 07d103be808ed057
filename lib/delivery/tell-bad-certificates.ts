import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { checkReportFacts } from "#lib/evidence/certificate-checks/get-checks.ts";
import { certificateName } from "#lib/evidence/certificate-name.ts";
import { type CertificateId, publicId } from "#lib/ids.ts";
import type { MailContent } from "./core/mail-content.ts";
import { mailWords } from "./core/translate.ts";
import { deliver } from "./send-mail.ts";
import { loadKeepers, loadOrganizationName } from "./store.ts";

const LOCALE = "en";
/** Mails are read on telephones: the page has them all. */
const MOST_TOLD = 5;

/** Tells who looks after keys what the yearly check found wrong, in plain words; nothing when all is well. */
export async function tellBadCertificates(
  ctx: WorkerContext,
  { eventId, runId }: { readonly eventId: string; readonly runId: string },
): Promise<void> {
  requireSystem(ctx);
  const { counts, found, more } = await checkReportFacts(ctx, { runId });
  const bad = found.filter(({ verdict }) => verdict === "revoked" || verdict === "faulty");
  const count = counts.revoked + counts.faulty;
  if (count === 0) return;
  const t = mailWords();
  const told = bad.slice(0, MOST_TOLD).map(({ name, sha256, verdict, reasons }) =>
    t("badCertificates.finding", {
      ...{ name: name ?? sha256.slice(0, 16), verdict },
      why: reasons.map(({ message }) => message).join(" "),
    }),
  );
  const left = Math.max(count - told.length, more > 0 ? 1 : 0);
  await tell(ctx, eventId, "/certificates/checks", {
    subject: t("badCertificates.subject", { count }),
    paragraphs: [
      t("badCertificates.lead", { count, organization: await inTransaction(ctx, loadOrganizationName) }),
      ...told,
      ...(left > 0 ? [t("badCertificates.more", { count: left })] : []),
      ...(counts.unknown > 0 ? [t("badCertificates.unknown", { count: counts.unknown })] : []),
      t("badCertificates.next"),
    ],
    button: t("badCertificates.button"),
  });
}

/** Tells who looks after keys that another's authority has revoked a certificate that is on record here. */
export async function tellFoundRevoked(
  ctx: WorkerContext,
  {
    eventId,
    certificateId,
    revokedAt,
    reason,
  }: {
    readonly eventId: string;
    readonly certificateId: CertificateId;
    readonly revokedAt: Date;
    readonly reason: string;
  },
): Promise<void> {
  requireSystem(ctx);
  const name = await certificateName(ctx, { certificateId });
  if (name === null) return;
  const t = mailWords();
  const date = new Intl.DateTimeFormat(LOCALE, { dateStyle: "long", timeZone: "UTC" }).format(revokedAt);
  await tell(ctx, eventId, `/certificates/${publicId("certificate", certificateId)}`, {
    subject: t("foundRevoked.subject", { name }),
    paragraphs: [t("foundRevoked.lead", { name, date, reason }), t("badCertificates.next")],
    button: t("foundRevoked.button"),
  });
}

async function tell(
  ctx: WorkerContext,
  eventId: string,
  path: string,
  words: { readonly subject: string; readonly paragraphs: readonly string[]; readonly button: string },
): Promise<void> {
  const t = mailWords();
  const { subject, paragraphs, button: label } = words;
  const content: MailContent = {
    ...{ locale: LOCALE, subject, heading: subject, paragraphs },
    button: { label, url: `${ctx.runtime.config.baseUrl}${path}`, plainLink: t("common.plainLink") },
    ...{ notes: [], footer: t("common.aboutAccount") },
  };
  const keepers = await inTransaction(ctx, loadKeepers);
  for (const { memberId, ...to } of keepers) await deliver(ctx, `${eventId}.${memberId}`, to, content);
}
