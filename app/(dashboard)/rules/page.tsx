import { Ban, CircleCheck, CircleX, Clock, Workflow } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { publicId } from "#lib/ids.ts";
import { getRules, type RulesView, type RunView } from "#lib/integrations/rules/get-rules.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { RuleActs } from "./rule-acts.tsx";
import { EditRuleButton } from "./rule-editor.tsx";
import { ruleSentence } from "./rule-words.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.rules"))("title") };
}

/** What is done by itself, and what was. */
export default async function RulesPage() {
  const ctx = await memberContext();
  const { rules, runs, choices } = await answerPage(() => getRules(ctx));
  const t = await getTranslations("app.rules");
  return (
    <Page title={t("title")} lead={t("lead")} actions={<EditRuleButton choices={choices} rule={null} />}>
      <div className="flex flex-col gap-6">
        {rules.length === 0 ? (
          <EmptyState icon={Workflow} title={t("empty")}>
            {t("emptyHint")}
          </EmptyState>
        ) : (
          <RuleList rules={rules} choices={choices} />
        )}
        <Sheet title={t("runs")}>
          {runs.length === 0 ? (
            <p className="px-4 py-5 text-ink-700 sm:px-6">{t("noRuns")}</p>
          ) : (
            <ol className="divide-y divide-line">
              {runs.map((run) => (
                <Run key={run.id} run={run} />
              ))}
            </ol>
          )}
        </Sheet>
      </div>
    </Page>
  );
}

async function RuleList({ rules, choices }: Pick<RulesView, "rules" | "choices">) {
  const t = await getTranslations("app.rules");
  return (
    <ul aria-label={t("title")} className="divide-y divide-line rounded-card border border-line bg-paper">
      {rules.map((rule) => (
        <li key={rule.id} className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-4 sm:px-6">
          <div className="min-w-0 flex-1 basis-72">
            <h2 className="font-medium [overflow-wrap:anywhere]">{rule.name}</h2>
            <p className="text-ink-700 [overflow-wrap:anywhere]">
              {ruleSentence(t as unknown as Parameters<typeof ruleSentence>[0], rule, choices)}
            </p>
          </div>
          <div className="flex flex-wrap items-center gap-2">
            <StatusPill tone={rule.isOn ? "good" : "neutral"} icon={rule.isOn ? CircleCheck : Ban}>
              {t(rule.isOn ? "on" : "off")}
            </StatusPill>
            <EditRuleButton choices={choices} rule={rule} />
            <RuleActs id={rule.id} name={rule.name} isOn={rule.isOn} />
          </div>
        </li>
      ))}
    </ul>
  );
}

const LOOKS = {
  waiting: { tone: "warn", icon: Clock },
  done: { tone: "good", icon: CircleCheck },
  failed: { tone: "bad", icon: CircleX },
  skipped: { tone: "neutral", icon: Ban },
} as const;

const KNOWN = [
  "rule-too-deep",
  "rule-too-often",
  "web/unavailable",
  "web/not-public",
  "envelopes/approval-needed",
  "envelopes/approval-outdated",
  "envelopes/not-ready",
  "envelopes/member-not-found",
] as const;

async function Run({ run }: { readonly run: RunView }) {
  const t = await getTranslations("app.rules");
  const refusals = await getTranslations("refusals");
  const { ruleName, envelopeId, title, state, detail, attempts, nextAt, at, madeEnvelopeId } = run;
  const known = KNOWN.find((code) => code === detail);
  const reason = known
    ? t(`reasons.${known}`)
    : detail.startsWith("http-")
      ? t("reasons.http", { status: detail.slice(5) })
      : refusals.has(detail as "internal")
        ? refusals(detail as "envelopes/not-found")
        : t("reasons.other", { reason: detail });
  return (
    <li className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-3 sm:px-6">
      <StatusPill {...LOOKS[state]}>{t(`runStates.${state}`)}</StatusPill>
      <span className="min-w-0 flex-1 basis-56 [overflow-wrap:anywhere]">
        {ruleName}
        {envelopeId && title !== null ? (
          <>
            {" · "}
            <Link
              href={`/envelopes/${publicId("envelope", envelopeId)}` as Route}
              prefetch={false}
              className="underline"
            >
              {title}
            </Link>
          </>
        ) : null}
        {madeEnvelopeId ? (
          <>
            {" · "}
            <Link
              href={`/envelopes/${publicId("envelope", madeEnvelopeId)}` as Route}
              prefetch={false}
              className="underline"
            >
              {t("made")}
            </Link>
          </>
        ) : null}
        {detail ? <span className="block text-small text-ink-600">{reason}</span> : null}
      </span>
      <span className="text-small text-ink-600">
        {attempts > 1 ? `${t("attempts", { count: attempts })} · ` : null}
        <Instant at={at.toISOString()} />
        {nextAt && attempts > 0 ? (
          <>
            {" · "}
            {t("next")} <Instant at={nextAt.toISOString()} />
          </>
        ) : null}
      </span>
    </li>
  );
}
