import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isPrivileged } from "#lib/evidence/core/review-terms.ts";
import { mailWords } from "./core/translate.ts";
import { findReviewUnderWay, loadPresent } from "./reports-store.ts";
import { deliver } from "./send-mail.ts";
import { loadKeepers, loadOwners } from "./store.ts";

/**
 * Tells who decides in an access review that it waits for them, by when, and what happens without an answer; owners once
 * more when the last day is over.
 */
export async function tellReview(
  ctx: WorkerContext,
  input: { readonly eventId: string; readonly reviewId: string; readonly isOverdue: boolean },
): Promise<void> {
  requireSystem(ctx);
  const { eventId, reviewId, isOverdue } = input;
  const found = await inTransaction(ctx, async (ctx) => {
    const open = await findReviewUnderWay(ctx, reviewId);
    if (!open) return null;
    if (isOverdue) return { ...open, people: await loadOwners(ctx) };
    const theirs = open.items.flatMap(({ role, managerId }) =>
      managerId && !isPrivileged(role) ? [managerId] : [],
    );
    const managers = await loadPresent(ctx, [...new Set(theirs)]);
    const all = [...(await loadKeepers(ctx)), ...managers];
    return { ...open, people: [...new Map(all.map((one) => [one.memberId, one])).values()] };
  });
  if (!found) return;
  const t = mailWords();
  const which = isOverdue ? "reviewOverdue" : "reviewOpened";
  const { dueOn: day, terms } = found.review;
  for (const { memberId, name, email } of found.people)
    await deliver(
      ctx,
      `${eventId}.${memberId}`,
      { name, email },
      {
        ...{ locale: "en", subject: t(`${which}.subject`, { day }), heading: t(`${which}.heading`) },
        paragraphs: [t(`${which}.lead`, { day, silence: terms.onSilence })],
        button: {
          label: t(`${which}.button`),
          url: `${ctx.runtime.config.baseUrl}/reports/review`,
          plainLink: t("common.plainLink"),
        },
        notes: [],
        footer: t("common.aboutAccount"),
      },
    );
}
