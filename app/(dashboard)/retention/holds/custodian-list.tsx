import { BellOff, Check, Clock, type LucideIcon, TriangleAlert, UserMinus } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { type PillTone, StatusPill } from "#components/ui/status-pill.tsx";
import type { CustodianState, CustodianView, HoldView } from "#lib/retention/list-holds.ts";
import { RemindCustodianButton, RemoveCustodianButton } from "./custodian-buttons.tsx";

const LOOKS: Readonly<Record<CustodianState, { readonly tone: PillTone; readonly icon: LucideIcon }>> = {
  "not-told": { tone: "neutral", icon: BellOff },
  told: { tone: "info", icon: Clock },
  overdue: { tone: "warn", icon: TriangleAlert },
  acknowledged: { tone: "good", icon: Check },
  removed: { tone: "neutral", icon: UserMinus },
};

interface CustodianListProps {
  readonly hold: HoldView;
  readonly mayChange: boolean;
}

/** Who is asked to keep what a hold is about, in which words, and who has answered. */
export async function CustodianList({ hold, mayChange }: CustodianListProps) {
  const t = await getTranslations("app.retention.holds.custodians");
  const { custodians, notice } = hold;
  const asked = custodians.filter(({ state }) => state !== "removed");
  const answered = asked.filter(({ state }) => state === "acknowledged").length;
  return (
    <>
      {notice === null ? null : (
        <details className="text-ink-700">
          <summary className="min-h-6 cursor-pointer">{t("words")}</summary>
          <blockquote className="mt-2 border-s-2 border-line-strong ps-4 whitespace-pre-line [overflow-wrap:anywhere]">
            {notice}
          </blockquote>
        </details>
      )}
      {custodians.length === 0 ? null : (
        <section aria-label={t("title", { matter: hold.matter })}>
          <h3 className="font-medium">
            {notice === null
              ? t("countSilent", { count: asked.length })
              : t("count", { count: asked.length, answered })}
          </h3>
          <ul className="mt-2 divide-y divide-line rounded-control border border-line">
            {custodians.map((custodian) => (
              <CustodianRow
                key={custodian.id}
                holdId={hold.id}
                custodian={custodian}
                mayChange={mayChange}
                mayRemind={mayChange && notice !== null}
              />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

interface CustodianRowProps {
  readonly holdId: string;
  readonly custodian: CustodianView;
  readonly mayChange: boolean;
  readonly mayRemind: boolean;
}

async function CustodianRow({ holdId, custodian, mayChange, mayRemind }: CustodianRowProps) {
  const t = await getTranslations("app.retention.holds.custodians");
  const { id, name, email, state, since, asked, refusal } = custodian;
  const isWaiting = state === "told" || state === "overdue";
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-3 py-3 sm:px-4">
      <div className="min-w-0 flex-1 basis-64">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 [overflow-wrap:anywhere]">
          <span>
            {name} <span className="text-ink-600">{email}</span>
          </span>
          <StatusPill {...LOOKS[state]}>{t(`states.${state}`)}</StatusPill>
        </p>
        {since ? (
          <p className="text-small text-ink-600">
            {t(`since.${state}`, { asked })} <Instant at={since.toISOString()} />
          </p>
        ) : null}
        {refusal ? (
          <p className="text-small text-bad-700 [overflow-wrap:anywhere]">{t("refused", { refusal })}</p>
        ) : null}
      </div>
      {mayChange && state !== "removed" ? (
        <div className="flex flex-wrap gap-2">
          {mayRemind && isWaiting ? <RemindCustodianButton holdId={holdId} id={id} name={name} /> : null}
          <RemoveCustodianButton holdId={holdId} id={id} name={name} isTold={since !== null} />
        </div>
      ) : null}
    </li>
  );
}
