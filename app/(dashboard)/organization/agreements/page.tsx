import { BadgeCheck, Ban, Clock, type LucideIcon } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { type PillTone, StatusPill } from "#components/ui/status-pill.tsx";
import { type AgreementItem, listAgreements } from "#lib/envelopes/agreements/list-agreements.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { Gated } from "../../reason/gated.tsx";
import { dayWords } from "../../retention/day-words.ts";
import { EndButton, RecordForm } from "./agreement-acts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.agreements"))("title") };
}

/** The agreements without which no health data is sent. */
export default async function AgreementsPage() {
  const ctx = await memberContext();
  const { items, hasOne } = await answerPage(() => listAgreements(ctx));
  const t = await getTranslations("app.agreements");
  return (
    <Page title={t("title")} lead={t("lead")} width="reading">
      <div className="flex flex-col gap-6">
        <Notice tone={hasOne ? "good" : "info"}>{t(hasOne ? "has" : "hasNone")}</Notice>
        <Sheet title={t("list")}>
          {items.length === 0 ? (
            <p className="px-4 py-4 text-ink-700 sm:px-6">{t("none")}</p>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((one) => (
                <Agreement key={one.id} one={one} />
              ))}
            </ul>
          )}
        </Sheet>
        <Sheet title={t("form.title")}>
          <RecordForm today={ctx.now().toISOString().slice(0, 10)} />
        </Sheet>
      </div>
    </Page>
  );
}

const LOOKS: Readonly<Record<AgreementItem["state"], { tone: PillTone; icon: LucideIcon }>> = {
  counts: { tone: "good", icon: BadgeCheck },
  over: { tone: "neutral", icon: Clock },
  ended: { tone: "neutral", icon: Ban },
};

async function Agreement({ one }: { readonly one: AgreementItem }) {
  const t = await getTranslations("app.agreements");
  const { id, coveredEntity, businessAssociate, signedOn, endsOn, keepYears, recordedBy, recordedAt, state } =
    one;
  const parties = t("parties", { covered: coveredEntity, associate: businessAssociate });
  return (
    <li className="flex flex-col gap-2 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <p className="min-w-0 font-medium [overflow-wrap:anywhere]">{parties}</p>
        <StatusPill {...LOOKS[state]}>{t(`states.${state}`)}</StatusPill>
      </div>
      <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
        {t("signed", { day: dayWords(signedOn) })},{" "}
        {endsOn ? t("endsOn", { day: dayWords(endsOn) }) : t("openEnd")}.{" "}
        {keepYears === null ? "" : `${t("keeps", { years: keepYears })} `}
        {t("recorded", { name: recordedBy ?? t("somebody") })}, <Instant at={recordedAt.toISOString()} />.
      </p>
      <div className="flex flex-wrap items-center gap-4">
        <Gated purpose="export" id={null}>
          <a href={`/organization/agreements/${id}/file`} download className="underline">
            {t("file")}
          </a>
        </Gated>
        {state === "ended" ? null : <EndButton id={id} about={parties} />}
      </div>
    </li>
  );
}
