import { getTranslations } from "next-intl/server";
import { LiveRefresh } from "#components/signing/live-refresh.tsx";
import { mailTo } from "#components/signing/words.ts";
import { buttonClass, Spinner } from "#components/ui/button.tsx";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { KeptOffline } from "./kept-offline.tsx";
import { refusalSentences } from "./refusal-sentences.ts";
import { SheetPage } from "./sheet-page.tsx";
import { VoidDocuments } from "./void-documents.tsx";
import { AskForLink } from "./when-shown.tsx";

type State = Exclude<CeremonyView["status"], "ready" | "finished" | "completed">;

interface StatePageProps {
  readonly token: string;
  readonly view: CeremonyView;
  readonly status: State;
}

const GROUPS = {
  preparing: "preparing",
  waiting: "waiting",
  declined: "declined",
  delegated: "delegated",
  released: "released",
  skipped: "released",
  "declined-by-other": "declinedByOther",
  voided: "voided",
  expired: "expired",
  ended: "ended",
  destroyed: "destroyed",
} as const satisfies Record<State, string>;

/** Says why there is nothing to sign here now, and what to do instead. */
export async function StatePage({ token, view, status }: StatePageProps) {
  const t = await getTranslations("sign.state");
  const menu = await getTranslations("sign.menu");
  const { title, sender, shortId, me } = view;
  const facts = { title, sender: sender.name, shortId };
  const asksForLink = status === "expired" || status === "ended";
  const group = GROUPS[status];
  const isLive = status === "preparing" || status === "waiting";
  const isCopy = status === "waiting" && me.role === "copy";
  const write = (label: string, subject: string) =>
    view.inPerson ? null : (
      <p>
        <a
          href={mailTo(sender.email, subject)}
          className={`${buttonClass("secondary", "large")} max-sm:w-full`}
        >
          {label}
        </a>
      </p>
    );
  return (
    <SheetPage
      token={token}
      view={view}
      heading={isCopy ? t("waiting.copyHeading") : t(`${group}.heading`, facts)}
      withoutScript={asksForLink ? undefined : "whole"}
    >
      <p className="flex items-start gap-3 text-lead">
        {status === "preparing" ? (
          <span className="mt-1.5 text-action-700">
            <Spinner />
          </span>
        ) : null}
        <span className="min-w-0">{isCopy ? t("waiting.copyLead", facts) : t(`${group}.lead`, facts)}</span>
      </p>
      {status === "voided" && view.endReason ? (
        <blockquote className="border-s-4 border-line ps-4">
          <p className="text-ink-600">{t("voided.reason")}</p>
          <p className="whitespace-pre-wrap" dir="auto">
            {view.endReason}
          </p>
        </blockquote>
      ) : null}
      {status === "voided" && view.documents.length > 0 && !view.inPerson ? (
        <VoidDocuments token={token} view={view} />
      ) : null}
      {asksForLink ? (
        <AskForLink
          token={token}
          label={t(`${status}.askLink`)}
          said={{
            mailed: t("ended.mailed", { email: me.email || me.phone }),
            "sender-asked": t("expired.asked", { ...facts, email: me.email || me.phone }),
          }}
          refusals={await refusalSentences()}
        />
      ) : null}
      {status === "expired" ? write(menu("writeTo", sender), t("expired.subject", facts)) : null}
      {status === "ended" ? write(t("ended.ask", facts), `${title} (${shortId})`) : null}
      <KeptOffline token={token} view={view} />
      {isLive ? <LiveRefresh address={`/sign/${token}/progress`} progress={view.progress} /> : null}
    </SheetPage>
  );
}
