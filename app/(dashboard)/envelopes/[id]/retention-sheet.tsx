import { Lock } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import type { RetentionView } from "#lib/retention/get-retention.ts";
import { dayWords } from "../../retention/day-words.ts";
import { ChooseClassButton } from "./choose-class-button.tsx";
import { ContractEndButton } from "./contract-end-button.tsx";

interface RetentionProps {
  readonly id: string;
  readonly retention: RetentionView;
}

/** Says that a hold covers the envelope, and to those who may know it which one. */
export async function HoldNotice({ retention }: { readonly retention: RetentionView }) {
  const { heldSince, holds } = retention;
  if (!heldSince) return null;
  const t = await getTranslations("app.envelopeRetention");
  return (
    <Notice tone="warn">
      <span className="flex items-start gap-3">
        <Lock aria-hidden="true" className="mt-0.5 size-5 shrink-0" />
        <span className="min-w-0">
          {t("held")} <Instant at={heldSince.toISOString()} />. {t("heldMeans")}
          {holds.map(({ id, matter }) => (
            <span key={id} className="mt-1 block [overflow-wrap:anywhere]">
              {t("matter")} <Link href={"/retention/holds" as Route}>{matter}</Link>
            </span>
          ))}
        </span>
      </span>
    </Notice>
  );
}

/** What its years wait for. */
const startOf = ({ class: { countsFrom, trigger } }: RetentionView) =>
  countsFrom === "owner-left" ? ("startsWithOwner" as const) : (`starts.${trigger}` as const);

function untilWords(
  t: Awaited<ReturnType<typeof getTranslations<"app.envelopeRetention">>>,
  action: RetentionView["class"]["action"],
  dueOn: string,
) {
  const day = dayWords(dueOn);
  return action === "destroy" || action === "keep"
    ? t("until", { day })
    : t(`untilAction.${action}`, { day });
}

/** How long the envelope is kept, and under which rule. */
export async function RetentionSheet({ id, retention }: RetentionProps) {
  const t = await getTranslations("app.envelopeRetention");
  const {
    class: rule,
    because,
    ruleName,
    agreed,
    chosenId,
    choices,
    contract,
    dueOn,
    queue,
    may,
  } = retention;
  const why = because.how === "rule" ? because.kind : because.how;
  const name = rule.id === null ? t("standard") : rule.name;
  return (
    <Sheet
      title={t("title")}
      aside={
        may.choose ? (
          <span className="flex flex-wrap gap-2">
            {contract ? <ContractEndButton id={id} {...contract} /> : null}
            <ChooseClassButton id={id} chosenId={chosenId} choices={choices} />
          </span>
        ) : null
      }
    >
      <div className="px-4 py-4 sm:px-6">
        <p className="font-medium [overflow-wrap:anywhere]">{t("kept", { years: rule.years, name })}</p>
        <p className="text-small whitespace-pre-line text-ink-600 [overflow-wrap:anywhere]">
          {rule.id === null ? t("standardBasis") : rule.basis}
        </p>
        {why === "standard" ? null : (
          <p className="mt-1 text-ink-700 [overflow-wrap:anywhere]">
            {t(`because.${why}`, { name: ruleName ?? "" })}
          </p>
        )}
        {agreed ? (
          <p className="mt-1 text-ink-700 [overflow-wrap:anywhere]">
            {t("agreed", {
              ...{ entity: agreed.coveredEntity, years: agreed.years },
              day: agreed.dueOn ? dayWords(agreed.dueOn) : "none",
            })}
          </p>
        ) : null}
        {contract ? <ContractLines {...{ contract, dueOn }} years={rule.years} /> : null}
        <p className="mt-1 text-ink-700">
          {dueOn
            ? untilWords(t, rule.action, dueOn)
            : rule.action === "keep"
              ? t("forGood")
              : contract
                ? null
                : t(startOf(retention))}
        </p>
        {queue && queue !== "removed" ? <p className="mt-1 text-warn-800">{t(`queue.${queue}`)}</p> : null}
      </div>
    </Sheet>
  );
}

interface ContractLinesProps {
  readonly contract: NonNullable<RetentionView["contract"]>;
  readonly dueOn: string | null;
  readonly years: number;
}

const DAY_MS = 86_400_000;

/** How the day came about: the contract's life, then the limitation period. */
async function ContractLines({ contract, dueOn, years }: ContractLinesProps) {
  const t = await getTranslations("app.envelopeRetention.contract");
  const { endsOn, fieldLabel, fieldId, startsOn } = contract;
  const field = fieldLabel ?? "";
  const end = endsOn
    ? t(fieldId ? "endsByField" : "ends", { day: dayWords(endsOn), field })
    : t(fieldId ? "waits" : "unknown", { field });
  return (
    <p className="mt-1 text-ink-700 [overflow-wrap:anywhere]">
      {end}{" "}
      {startsOn && endsOn && startsOn !== endsOn ? `${t("signedLater", { day: dayWords(startsOn) })} ` : null}
      {startsOn && dueOn
        ? t("sum", {
            ...{ start: dayWords(startsOn), years },
            last: dayWords(new Date(Date.parse(dueOn) - DAY_MS).toISOString().slice(0, 10)),
          })
        : null}
    </p>
  );
}
