import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { type ApprovalView, getApproval } from "#lib/envelopes/approvals/approve-sending.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";
import { AskForApproval, DecideApproval } from "./approval-acts.tsx";

interface Address {
  readonly params: Promise<{ id: string }>;
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.approval"))("title") };
}

/** Whether a draft may go out: asked by its sender, answered by somebody else. */
export default async function ApprovalPage({ params }: Address) {
  const { id } = await params;
  const ctx = await memberContext();
  const approval = await answerPage(() => getApproval(ctx, { envelopeId: envelopeIdIn(id) }));
  const t = await getTranslations("app.approval");
  const list = await getTranslations("app.list");
  const { title, may, state, version, approvalId } = approval;
  const mayAskNow = may.ask && approval.isNeeded && (state !== "approved" || approval.isOutdated);
  return (
    <Page
      title={t("title")}
      width="reading"
      heading={
        <>
          <Link
            href={`/envelopes/${id}` as Route}
            className="mb-1 inline-flex min-h-8 items-center text-small [overflow-wrap:anywhere]"
          >
            {title || list("untitled")}
          </Link>
          <h1 className="text-h2 sm:text-h1">{t("title")}</h1>
        </>
      }
    >
      <div className="flex flex-col gap-6">
        <Notice tone={toneOf(approval)}>{t(`states.${sayingOf(approval)}`)}</Notice>
        {state === "none" ? null : (
          <Sheet title={t("history")}>
            <dl className="grid gap-x-6 gap-y-1 p-4 sm:grid-cols-[auto_1fr] sm:p-6">
              <dt className="text-ink-600">{t("asked")}</dt>
              <dd className="mb-2 [overflow-wrap:anywhere] sm:mb-0">
                {approval.askedBy}, <Instant at={approval.askedAt!.toISOString()} />
                {approval.note ? <span className="block">“{approval.note}”</span> : null}
              </dd>
              {approval.decidedAt ? (
                <>
                  <dt className="text-ink-600">{state === "approved" ? t("approved") : t("returned")}</dt>
                  <dd className="[overflow-wrap:anywhere]">
                    {approval.decidedBy}, <Instant at={approval.decidedAt.toISOString()} />
                    {approval.reason ? <span className="block">“{approval.reason}”</span> : null}
                  </dd>
                </>
              ) : null}
            </dl>
          </Sheet>
        )}
        {may.decide && approvalId ? (
          <Sheet title={t("decide")}>
            <div className="flex flex-col gap-4 p-4 sm:p-6">
              <p className="text-ink-700">{t("decideLead")}</p>
              <div>
                <Link href={`/envelopes/${id}` as Route} className={buttonClass("secondary")}>
                  {t("look")}
                </Link>
              </div>
              <DecideApproval id={id} approvalId={approvalId} isOutdated={approval.isOutdated} />
            </div>
          </Sheet>
        ) : null}
        {mayAskNow ? (
          <Sheet title={t("ask")}>
            <div className="p-4 sm:p-6">
              <AskForApproval id={id} version={version} isAsked={state === "asked"} />
            </div>
          </Sheet>
        ) : null}
      </div>
    </Page>
  );
}

function sayingOf({ isNeeded, state, isOutdated }: ApprovalView) {
  if (!isNeeded && state !== "asked") return "free";
  if (isOutdated && (state === "approved" || state === "asked")) return "outdated";
  return state === "withdrawn" ? "none" : state;
}

function toneOf(approval: ApprovalView): "good" | "warn" | "info" {
  const saying = sayingOf(approval);
  if (saying === "approved" || saying === "free") return "good";
  return saying === "asked" ? "info" : "warn";
}
