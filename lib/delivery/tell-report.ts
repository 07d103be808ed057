import { hasPermission, type MemberActor, requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { reportWords } from "#lib/evidence/core/reports/report-words.ts";
import { publicId, type ReportId } from "#lib/ids.ts";
import { mailWords } from "./core/translate.ts";
import { findScheduledReport, loadPresent } from "./reports-store.ts";
import { deliver } from "./send-mail.ts";

/**
 * Mails those whom the schedule names that a report is ready, or that it is late. The mail holds nothing of what the
 * report says: it is read where reading is on record.
 */
export async function tellReport(
  ctx: WorkerContext,
  input: { readonly eventId: string; readonly reportId: ReportId; readonly isLate: boolean },
): Promise<void> {
  requireSystem(ctx);
  const { eventId, reportId, isLate } = input;
  const found = await inTransaction(ctx, async (ctx) => {
    const scheduled = await findScheduledReport(ctx, reportId);
    return scheduled && { ...scheduled, people: await loadPresent(ctx, scheduled.recipients) };
  });
  if (!found || (isLate && found.report.state === "ready")) return;
  const t = mailWords();
  const { kind, fromDay: from, toDay: to } = found.report;
  const words = { name: reportWords()(`kinds.${kind}`), from, to };
  const which = isLate ? "reportLate" : "reportReady";
  const path = isLate ? "/reports" : `/reports/${publicId("report", reportId)}`;
  // Whoever may not read reports any more hears of none.
  const mayRead = ({ role }: { role: MemberActor["role"] }) =>
    hasPermission({ kind: "member", role } as MemberActor, "report.read");
  for (const { memberId, role: _, ...person } of found.people.filter(mayRead))
    await deliver(ctx, `${eventId}.${memberId}`, person, {
      ...{ locale: "en", subject: t(`${which}.subject`, words), heading: t(`${which}.heading`, words) },
      paragraphs: [t(`${which}.lead`, words)],
      button: {
        label: t(`${which}.button`),
        url: ctx.runtime.config.baseUrl + path,
        plainLink: t("common.plainLink"),
      },
      notes: [],
      footer: t("common.aboutAccount"),
    });
}
