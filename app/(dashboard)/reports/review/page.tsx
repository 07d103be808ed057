import { UsersRound } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { isPrivileged } from "#lib/evidence/core/review-terms.ts";
import { listReviews, type ReviewsView } from "#lib/evidence/reviews/review-access.ts";
import { ROLES } from "#lib/identity/invite-member.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { dayWords } from "../../retention/day-words.ts";
import { ActButton } from "../act-button.tsx";
import { endReview } from "../actions.ts";
import { EarlierReviews } from "../earlier-reviews.tsx";
import { ReviewItemRow } from "./review-item.tsx";
import { BeginButton, ScheduleButtons } from "./terms-buttons.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.review"))("title") };
}

/** Everybody's access, looked at by somebody and confirmed or ended. */
export default async function ReviewPage() {
  const ctx = await memberContext();
  const { open, closed, schedule, mayManage } = await answerPage(() => listReviews(ctx));
  const t = await getTranslations("app.review");
  const ownId = ctx.actor.kind === "member" ? ctx.actor.memberId : "";
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      heading={
        <>
          {mayManage ? (
            <Link href={"/reports" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
              {t("back")}
            </Link>
          ) : null}
          <h1 className="text-h2 sm:text-h1">{t("title")}</h1>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        {open ? (
          <Open open={open} ownId={ownId} mayManage={mayManage} />
        ) : (
          <EmptyState
            icon={UsersRound}
            title={t("noneOpen")}
            action={mayManage ? <BeginButton /> : undefined}
          >
            {t(mayManage ? "noneOpenHint" : "noneOpenTeam")}
          </EmptyState>
        )}
        {mayManage ? (
          <Sheet title={t("quarterly.title")} aside={<ScheduleButtons schedule={schedule} />}>
            <p className="px-4 py-4 text-ink-700 sm:px-6">
              {schedule
                ? t("quarterly.on", {
                    scope: t(`terms.scopes.${schedule.scope}`),
                    days: schedule.days,
                    silence: t(`terms.silences.${schedule.onSilence}`),
                  })
                : t("quarterly.off")}
            </p>
          </Sheet>
        ) : null}
        {mayManage ? <EarlierReviews closed={closed} /> : null}
      </div>
    </Page>
  );
}

/** What who leads a team may give somebody. */
const TEAM_ROLES = ROLES.filter((role) => !isPrivileged(role));

async function Open({
  open,
  ownId,
  mayManage,
}: {
  readonly open: NonNullable<ReviewsView["open"]>;
  readonly ownId: string;
  readonly mayManage: boolean;
}) {
  const t = await getTranslations("app.review");
  const done = open.items.filter(({ decision }) => decision !== null).length;
  const isDone = done === open.items.length;
  return (
    <Sheet
      title={t("open")}
      aside={
        <span className="text-small text-ink-600">
          {t("progress", { done, total: open.items.length })} · {t("due", { day: dayWords(open.dueOn) })}
        </span>
      }
    >
      <ul aria-label={t("title")} className="divide-y divide-line">
        {open.items.map(({ since, ...item }) => (
          <ReviewItemRow
            key={item.memberId}
            reviewId={open.id}
            item={{ ...item, since: since.toISOString() }}
            isSelf={item.memberId === ownId}
            roles={mayManage ? ROLES : TEAM_ROLES}
          />
        ))}
      </ul>
      <div className={mayManage ? "border-t border-line px-4 py-4 sm:px-6" : "hidden"}>
        <ActButton
          label={t("close")}
          act={endReview.bind(null, open.id)}
          done={t("closed")}
          isDisabled={!isDone}
        />
      </div>
    </Sheet>
  );
}
