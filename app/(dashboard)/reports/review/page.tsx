import { UsersRound } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { listReviews, type ReviewsView } from "#lib/evidence/reviews/review-access.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { ActButton } from "../act-button.tsx";
import { beginReview, endReview } from "../actions.ts";
import { EarlierReviews } from "../earlier-reviews.tsx";
import { ReviewItemRow } from "./review-item.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.review"))("title") };
}

/** Everybody's access, looked at by somebody and confirmed or ended. */
export default async function ReviewPage() {
  const ctx = await memberContext();
  const { open, closed } = await answerPage(() => listReviews(ctx));
  const t = await getTranslations("app.review");
  const ownId = ctx.actor.kind === "member" ? ctx.actor.memberId : "";
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      heading={
        <>
          <Link href={"/reports" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
            {t("back")}
          </Link>
          <h1 className="text-h2 sm:text-h1">{t("title")}</h1>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        {open ? (
          <Open open={open} ownId={ownId} />
        ) : (
          <EmptyState
            icon={UsersRound}
            title={t("noneOpen")}
            action={<ActButton label={t("begin")} act={beginReview} />}
          >
            {t("noneOpenHint")}
          </EmptyState>
        )}
        <EarlierReviews closed={closed} />
      </div>
    </Page>
  );
}

async function Open({
  open,
  ownId,
}: {
  readonly open: NonNullable<ReviewsView["open"]>;
  readonly ownId: string;
}) {
  const t = await getTranslations("app.review");
  const done = open.items.filter(({ decision }) => decision !== null).length;
  const isDone = done === open.items.length;
  return (
    <Sheet
      title={t("open")}
      aside={
        <span className="text-small text-ink-600">
          {t("progress", { done, total: open.items.length })} · <Instant at={open.openedAt.toISOString()} />
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
          />
        ))}
      </ul>
      <div className="border-t border-line px-4 py-4 sm:px-6">
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
