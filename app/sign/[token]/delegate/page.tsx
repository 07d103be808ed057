import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { attests } from "#lib/envelopes/core/roles.ts";
import { CheckPage } from "../check-page.tsx";
import { loadCeremony } from "../load-ceremony.ts";
import { refusalSentences } from "../refusal-sentences.ts";
import { SheetPage } from "../sheet-page.tsx";
import { DelegateForm } from "./delegate-form.tsx";

interface DelegatePageProps {
  readonly params: Promise<{ token: string }>;
}

export async function generateMetadata({ params }: DelegatePageProps): Promise<Metadata> {
  await loadCeremony((await params).token);
  return { title: (await getTranslations("sign.delegate"))("title") };
}

/** Where somebody names the person who should sign instead of them. */
export default async function DelegatePage({ params }: DelegatePageProps) {
  const { token } = await params;
  const door = await loadCeremony(token);
  if (door.kind === "check") return <CheckPage token={token} view={door.check} />;
  const { view } = door;
  if (view.status !== "ready") redirect(`/sign/${token}`);
  const t = await getTranslations("sign.delegate");
  const { sender, title, delegation } = view;
  const facts = { sender: sender.name, title };
  const isOpen = delegation.rule !== "nobody" && !delegation.needsSender;
  const back = (
    <p>
      <a href={`/sign/${token}`} className={buttonClass("secondary", "large")}>
        {t("back")}
      </a>
    </p>
  );
  return (
    <SheetPage token={token} place="delegate" view={view} heading={t("heading")}>
      {isOpen ? (
        <DelegateForm
          token={token}
          needsPhone={delegation.needsPhone}
          nameLength={ENVELOPE_LIMITS.nameLength}
          leads={[t("lead", facts), ...(delegation.rule === "domain" ? [t("domain")] : [])]}
          words={{
            ...{ name: t("name"), email: t("email"), phone: t("phone"), phoneHint: t("phoneHint") },
            ...{ reason: t("reason"), reasonHint: t("reasonHint", facts), submit: t("submit") },
            ...{ doneHeading: t("doneHeading"), done: t("done", { name: "{name}", title }) },
          }}
          refusals={await refusalSentences()}
          back={back}
        />
      ) : (
        <Notice tone="info">
          {attests(view.me.role)
            ? (await refusalSentences())["signing/delegation-attests"]
            : t(delegation.needsSender ? "needsSender" : "off", facts)}
        </Notice>
      )}
      {isOpen ? null : back}
    </SheetPage>
  );
}
