import { Download, Stamp } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { listStamps, type StampView } from "#lib/evidence/stamps/list-stamps.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { RetentionPage } from "../retention-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.retention.renewals"))("title") };
}

/** The time-stamps over records that are kept as they were sealed. */
export default async function RenewalsPage() {
  const ctx = await memberContext();
  const { records, renewals, stamps } = await answerPage(() => listStamps(ctx));
  const t = await getTranslations("app.retention.renewals");
  return (
    <RetentionPage part="renewals">
      {stamps.length === 0 ? (
        <EmptyState icon={Stamp} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <>
          <Notice tone="info">{t("counted", { records, renewals })}</Notice>
          <ul
            aria-label={t("title")}
            className="divide-y divide-line rounded-card border border-line bg-paper"
          >
            {stamps.map((stamp) => (
              <StampRow key={`${stamp.kind} ${stamp.subject}`} stamp={stamp} />
            ))}
          </ul>
        </>
      )}
    </RetentionPage>
  );
}

async function StampRow({ stamp }: { readonly stamp: StampView }) {
  const t = await getTranslations("app.retention.renewals");
  const { kind, subject, about, renewals, renewedAt, until } = stamp;
  const name = kind === "checkpoint" ? subject : about;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium">{t(`kinds.${kind}`)}</p>
        {name ? <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{name}</p> : null}
      </div>
      <div className="flex flex-col gap-1 text-small text-ink-600 sm:w-72">
        <span>
          <StatusPill tone={renewals > 0 ? "good" : "info"} icon={Stamp}>
            {renewals > 0 ? t("renewed", { renewals }) : t("own")}
          </StatusPill>
        </span>
        {renewedAt ? (
          <span>
            {t("last")} <Instant at={renewedAt.toISOString()} />
          </span>
        ) : null}
        <span>
          {t("until")} <Instant at={until.toISOString()} />
        </span>
      </div>
      <a
        href={`/retention/renewals/${kind}/${subject}`}
        download
        aria-label={t("downloadOf", { kind: t(`kinds.${kind}`), about: name })}
        className={buttonClass("secondary")}
      >
        <Download aria-hidden="true" className="size-4" />
        {t("download")}
      </a>
    </li>
  );
}
