import { BellOff, Lock, LockOpen } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import type { HoldView } from "#lib/retention/list-holds.ts";
import { AddCustodianButton, WriteNoticeButton } from "./custodian-buttons.tsx";
import { CustodianList } from "./custodian-list.tsx";
import { AskReleaseButton, KeepHoldButton, ReleaseHoldButton } from "./hold-buttons.tsx";

/** One hold: what it covers and why, who was told, and how it ends. */
export async function HoldRow({ hold, mayManage }: { readonly hold: HoldView; readonly mayManage: boolean }) {
  const t = await getTranslations("app.retention.holds");
  const { id, matter, reason, scope, query, covers, placedBy, placedAt, asked, released, notice } = hold;
  const mayChange = mayManage && !released;
  return (
    <li className="flex flex-col gap-4 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
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
            {notice === null ? (
              <StatusPill tone="neutral" icon={BellOff}>
                {t("silent")}
              </StatusPill>
            ) : null}
          </p>
          <p className="mt-1 text-ink-700 [overflow-wrap:anywhere]">
            {t(`covers.${scope}`, { query })}
            {hold.also.map((one) => (
              <span
                key={one.scope}
              >{` · ${t("also.and")} ${t(`covers.${one.scope}`, { query: one.query })}`}</span>
            ))}
            {hold.fromOn || hold.toOn
              ? `, ${t("days", { from: hold.fromOn ?? "none", to: hold.toOn ?? "none" })}`
              : ""}{" "}
            · {t("envelopes", { count: covers })}
          </p>
          <p className="mt-1 whitespace-pre-line [overflow-wrap:anywhere]">{reason}</p>
          <p className="mt-1 text-small text-ink-600">
            {t("placedBy", { name: placedBy })} · <Instant at={placedAt.toISOString()} />
          </p>
          {asked ? (
            <p className="mt-2 text-warn-800 [overflow-wrap:anywhere]">
              {t("askedBy", { name: asked.by, reason: asked.reason })} ·{" "}
              <Instant at={asked.at.toISOString()} />
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
        {mayChange ? (
          <div className="flex flex-wrap gap-2">
            {asked ? <KeepHoldButton id={id} matter={matter} /> : null}
            {asked && !asked.isMine ? <ReleaseHoldButton id={id} matter={matter} count={covers} /> : null}
            {asked ? null : <AskReleaseButton id={id} matter={matter} count={covers} />}
          </div>
        ) : null}
      </div>
      <CustodianList hold={hold} mayChange={mayChange} />
      {mayChange ? (
        <div className="flex flex-wrap gap-2">
          <AddCustodianButton holdId={id} matter={matter} isSilent={notice === null} />
          <WriteNoticeButton holdId={id} matter={matter} notice={notice} />
        </div>
      ) : null}
    </li>
  );
}
