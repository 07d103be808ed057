import { CircleCheck, CircleX, Dices } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { getSample, type SampleView } from "#lib/evidence/reviews/sample-review.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { ActButton } from "../act-button.tsx";
import { beginSample, endSample } from "../actions.ts";
import { EarlierReviews } from "../earlier-reviews.tsx";
import { JudgeButtons } from "./judge-buttons.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.sample"))("title") };
}

/** Completed envelopes that chance picked, looked at one after the other. */
export default async function SamplePage() {
  const ctx = await memberContext();
  const { open, closed } = await answerPage(() => getSample(ctx));
  const t = await getTranslations("app.sample");
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
          <Open open={open} />
        ) : (
          <EmptyState
            icon={Dices}
            title={t("noneOpen")}
            action={<ActButton label={t("begin")} act={beginSample} />}
          >
            {t("noneOpenHint")}
          </EmptyState>
        )}
        <EarlierReviews closed={closed} />
      </div>
    </Page>
  );
}

async function Open({ open }: { readonly open: NonNullable<SampleView["open"]> }) {
  const t = await getTranslations("app.sample");
  const done = open.items.filter(({ decision }) => decision !== null).length;
  const total = open.items.length;
  return (
    <Sheet
      title={t("open")}
      aside={
        <span className="text-small text-ink-600">{t("progress", { done, total, outOf: open.outOf })}</span>
      }
    >
      {open.items.some(({ findings }) => findings === null) ? <RefreshNowAndThen /> : null}
      <p className="px-4 py-4 text-ink-700 sm:px-6">{t("steps")}</p>
      <ul aria-label={t("open")} className="divide-y divide-line border-t border-line">
        {open.items.map((item) => (
          <Item key={item.envelopeId} reviewId={open.id} item={item} />
        ))}
      </ul>
      <div className="border-t border-line px-4 py-4 sm:px-6">
        <ActButton
          label={t("close")}
          act={endSample.bind(null, open.id)}
          done={t("closed")}
          isDisabled={done < total}
        />
      </div>
    </Sheet>
  );
}

interface ItemProps {
  readonly reviewId: string;
  readonly item: NonNullable<SampleView["open"]>["items"][number];
}

async function Item({ reviewId, item }: ItemProps) {
  const t = await getTranslations("app.sample");
  const checks = await getTranslations("app.retention.checks.findings");
  const { envelopeId, shortId, title, findings, decision, note } = item;
  const bad = (findings ?? []).map((code) => (checks.has(code as never) ? checks(code as never) : code));
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-3 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <Link
          href={`/envelopes/${publicId("envelope", envelopeId)}` as Route}
          prefetch={false}
          className="font-medium [overflow-wrap:anywhere]"
        >
          {title || shortId}
        </Link>
        <p className={`text-small ${bad.length > 0 ? "text-bad-700" : "text-ink-600"}`}>
          {findings === null
            ? t("machineLooks")
            : bad.length > 0
              ? t("machineBad", { what: bad.join("; ") })
              : t("machineGood")}
        </p>
        {note ? <p className="text-small whitespace-pre-line [overflow-wrap:anywhere]">{note}</p> : null}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {decision ? (
          <StatusPill
            tone={decision === "holds" ? "good" : "bad"}
            icon={decision === "holds" ? CircleCheck : CircleX}
          >
            {t(decision)}
          </StatusPill>
        ) : findings ? (
          <JudgeButtons reviewId={reviewId} envelopeId={envelopeId} title={title || shortId} />
        ) : null}
      </div>
    </li>
  );
}
