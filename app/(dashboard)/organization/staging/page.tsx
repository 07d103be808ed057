import { CircleCheck, CircleDashed } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { getStaging, type StagingView } from "#lib/signing/staging/get-staging.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { CarryButton, OpenForm, SwitchButton } from "./staging-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.staging"))("title") };
}

/** Where things are tried out, and what is left to do until the same holds for real. */
export default async function StagingPage() {
  const ctx = await memberContext();
  const view = await answerPage(() => getStaging(ctx));
  const t = await getTranslations("app.staging");
  const { isHere, staging, real, steps } = view;
  const other = isHere ? real : staging;
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      width="reading"
      actions={
        other?.isMember ? (
          <SwitchButton organizationId={other.id} label={t(isHere ? "switchBack" : "switch")} />
        ) : null
      }
    >
      <div className="flex flex-col gap-6">
        {isHere ? <Notice tone="info">{t("here")}</Notice> : null}
        {staging ? null : (
          <Sheet title={t("open.title")}>
            <OpenForm />
          </Sheet>
        )}
        {staging && !steps ? (
          <Notice tone="info">
            {t.rich("notMember", { at: () => <Instant at={staging.createdAt.toISOString()} /> })}
          </Notice>
        ) : null}
        {steps ? <Steps view={view} steps={steps} /> : null}
      </div>
    </Page>
  );
}

interface StepsProps {
  readonly view: StagingView;
  readonly steps: NonNullable<StagingView["steps"]>;
}

async function Steps({ view: { certificate, toCarry, isHere }, steps }: StepsProps) {
  const t = await getTranslations("app.staging");
  return (
    <Sheet title={t("steps.title")}>
      {certificate ? (
        <p className="px-4 pt-4 text-ink-700 sm:px-6 [overflow-wrap:anywhere]">
          {t("certificate", { name: certificate })}
        </p>
      ) : null}
      <ol className="divide-y divide-line">
        {steps.map(({ step, isDone, isThere }) => {
          const Icon = isDone ? CircleCheck : CircleDashed;
          return (
            <li key={step} className="flex gap-3 px-4 py-3 sm:px-6">
              <Icon
                aria-hidden="true"
                className={`mt-0.5 size-5 shrink-0 ${isDone ? "text-good-700" : "text-ink-600"}`}
              />
              <div className="min-w-0">
                <p>{t(`steps.${step as "opened"}`)}</p>
                <p className="text-small text-ink-600">
                  {t(isDone ? "steps.done" : "steps.open")} · {t(isThere ? "steps.there" : "steps.hereWord")}
                </p>
              </div>
            </li>
          );
        })}
      </ol>
      <div className="flex flex-col gap-3 border-t border-line px-4 py-4 sm:px-6">
        <p className="text-small text-ink-700">{t("keyHint")}</p>
        <div className="flex flex-wrap gap-2">
          <Link href={"/organization/seal" as Route} className={buttonClass("secondary")}>
            {t("toSeal")}
          </Link>
          {toCarry > 0 && !isHere ? <CarryButton count={toCarry} /> : null}
        </div>
      </div>
    </Sheet>
  );
}
