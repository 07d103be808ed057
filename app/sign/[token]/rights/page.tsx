import type { Metadata } from "next";
import { getLocale, getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import { CheckPage } from "../check-page.tsx";
import { DeviceStrip } from "../device-strip.tsx";
import { loadCeremony } from "../load-ceremony.ts";
import { refusalSentences } from "../refusal-sentences.ts";
import { SheetPage } from "../sheet-page.tsx";
import { RightForm } from "./right-form.tsx";

interface RightsPageProps {
  readonly params: Promise<{ token: string }>;
}

export async function generateMetadata({ params }: RightsPageProps): Promise<Metadata> {
  await loadCeremony((await params).token);
  return { title: (await getTranslations("sign.rights"))("title") };
}

/** Paper, another way to be reached, withdrawal: before signing and after it. */
export default async function RightsPage({ params }: RightsPageProps) {
  const { token } = await params;
  const door = await loadCeremony(token);
  if (door.kind === "check") return <CheckPage token={token} view={door.check} />;
  const { view } = door;
  const t = await getTranslations("sign.rights");
  const { status, consent, sender, title } = view;
  const isAlive = ["ready", "finished", "completed", "waiting", "preparing"].includes(status);
  const mayWithdraw = isAlive && (status === "ready" || consent.isGiven);
  const refusals = await refusalSentences();
  const rights = isAlive ? (["paper", "contact"] as const) : [];
  const facts = { sender: sender.name, title };
  return (
    <>
      <DeviceStrip token={token} />
      <SheetPage token={token} place="rights" view={view} heading={t("heading")}>
        <p>{t(isAlive ? "lead" : "ended", facts)}</p>
        {consent.withdrawnAt ? (
          <Notice tone="info">
            {t("withdrawn")} {instantIn(await getLocale(), consent.withdrawnAt)}
          </Notice>
        ) : null}
        {[...rights, ...(mayWithdraw ? (["withdraw"] as const) : [])].map((right) => (
          <RightForm
            key={right}
            right={right}
            token={token}
            words={{
              heading: t(`${right}.heading`),
              lead: t(
                right === "withdraw" && status !== "ready" ? "withdraw.leadAfter" : `${right}.lead`,
                facts,
              ),
              field: t(`${right}.field`),
              hint: t(`${right}.hint`),
              submit: t(`${right}.submit`),
            }}
            outcomes={{
              done: t(right === "paper" ? "paper.done" : "contact.done", facts),
              returned: t("withdraw.returned", facts),
              future: t("withdraw.future", facts),
            }}
            refusals={refusals}
          />
        ))}
        <p>
          <a href={`/sign/${token}`} className={buttonClass("secondary", "large")}>
            {t("back")}
          </a>
        </p>
      </SheetPage>
    </>
  );
}
