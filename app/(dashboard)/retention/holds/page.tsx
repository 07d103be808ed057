import { Lock, LockOpen } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { type HoldView, listHolds } from "#lib/retention/list-holds.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { RetentionPage } from "../retention-page.tsx";
import { AskReleaseButton, KeepHoldButton, PlaceHoldButton, ReleaseHoldButton } from "./hold-buttons.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.retention.holds"))("title") };
}

/** Legal holds, those in force first. */
export default async function HoldsPage() {
  const ctx = await memberContext();
  const { holds, may } = await answerPage(() => listHolds(ctx));
  const t = await getTranslations("app.retention.holds");
  return (
    <RetentionPage part="holds" actions={may.manage ? <PlaceHoldButton /> : null}>
      {holds.length === 0 ? (
        <EmptyState icon={LockOpen} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <ul aria-label={t("title")} className="divide-y divide-line rounded-card border border-line bg-paper">
          {holds.map((hold) => (
            <HoldRow key={hold.id} hold={hold} mayManage={may.manage} />
          ))}
        </ul>
      )}
    </RetentionPage>
  );
}

async function HoldRow({ hold, mayManage }: { readonly hold: HoldView; readonly mayManage: boolean }) {
  const t = await getTranslations("app.retention.holds");
  const { id, matter, reason, scope, query, covers, placedBy, placedAt, asked, released } = hold;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-80">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium [overflow-wrap:anywhere]">{matter}</span>
          {released ? (
            <StatusPill tone="neutral" icon={LockOpen}>
              {t("released")}
            </StatusPill>
          ) : (
            <StatusPill tone="warn" icon={Lock}>
              {t("inForce")}
            </StatusPill>
          )}
        </p>
        <p className="mt-1 text-ink-700 [overflow-wrap:anywhere]">
          {t(`covers.${scope}`, { query })} · {t("envelopes", { count: covers })}
        </p>
        <p className="mt-1 whitespace-pre-line [overflow-wrap:anywhere]">{reason}</p>
        <p className="mt-1 text-small text-ink-600">
          {t("placedBy", { name: placedBy })} · <Instant at={placedAt.toISOString()} />
        </p>
        {asked ? (
          <p className="mt-2 text-warn-800 [overflow-wrap:anywhere]">
            {t("askedBy", { name: asked.by, reason: asked.reason })} · <Instant at={asked.at.toISOString()} />
            {asked.isMine ? ` · ${t("awaitsAnother")}` : ""}
          </p>
        ) : null}
        {released ? (
          <p className="mt-1 text-small text-ink-600 [overflow-wrap:anywhere]">
            {t("releasedBy", { name: released.by, reason: released.reason })} ·{" "}
            <Instant at={released.at.toISOString()} />
          </p>
        ) : null}
      </div>
      {mayManage && !released ? (
        <div className="flex flex-wrap gap-2">
          {asked ? <KeepHoldButton id={id} matter={matter} /> : null}
          {asked && !asked.isMine ? <ReleaseHoldButton id={id} matter={matter} count={covers} /> : null}
          {asked ? null : <AskReleaseButton id={id} matter={matter} count={covers} />}
        </div>
      ) : null}
    </li>
  );
}
