import { CircleCheck, CircleX, DatabaseBackup } from "lucide-react";
import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { listBackups, type RunView } from "#lib/retention/backups/list-backups.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.backups"))("title") };
}

/** When everything was backed up, and whether it came back whole on trial. */
export default async function BackupsPage() {
  const ctx = await memberContext();
  const { isOn, lastBackup, lastDrill, runs } = await answerPage(() => listBackups(ctx));
  const t = await getTranslations("app.backups");
  return (
    <Page title={t("title")} lead={t("lead")} width="reading">
      <div className="flex flex-col gap-6">
        {isOn ? null : <Notice tone="warn">{t("off")}</Notice>}
        {lastBackup?.refusal ? <Notice tone="bad">{t("backupFailed")}</Notice> : null}
        {lastDrill?.refusal ? <Notice tone="bad">{t("drillFailed")}</Notice> : null}
        {runs.length === 0 ? (
          <EmptyState icon={DatabaseBackup} title={t("empty")}>
            {t(isOn ? "emptyHint" : "offHint")}
          </EmptyState>
        ) : (
          <ul
            aria-label={t("title")}
            className="divide-y divide-line rounded-card border border-line bg-paper"
          >
            {runs.map((run) => (
              <RunRow key={run.id} run={run} />
            ))}
          </ul>
        )}
      </div>
    </Page>
  );
}

async function RunRow({ run }: { readonly run: RunView }) {
  const t = await getTranslations("app.backups");
  const { kind, finishedAt, refusal, facts } = run;
  const counts = {
    ...{ rows: facts.rows ?? 0, files: facts.files ?? 0, added: facts.filesAdded ?? 0 },
    ...{ events: facts.events ?? 0, compared: facts.compared ?? 0, differing: facts.differing ?? 0 },
    findings: facts.findings?.length ?? 0,
  };
  const reason = refusal && t.has(`refusals.${refusal}` as never) ? refusal : "other";
  return (
    <li className="flex flex-col gap-1 px-4 py-3 sm:px-6">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1">
        <p className="font-medium">
          {t(`kinds.${kind}`)} · <Instant at={finishedAt.toISOString()} />
        </p>
        <StatusPill tone={refusal ? "bad" : "good"} icon={refusal ? CircleX : CircleCheck}>
          {refusal ? t(`failed.${kind}`) : t(`done.${kind}`)}
        </StatusPill>
      </div>
      {facts.rows === undefined ? null : (
        <p className="text-small text-ink-600">{t(`counts.${kind}`, counts)}</p>
      )}
      {refusal ? (
        <p className="text-small text-bad-700">
          {t(`refusals.${reason}` as never, { code: refusal } as never)}
        </p>
      ) : null}
      {facts.sha256 ? (
        <p className="font-mono text-small text-ink-600 [overflow-wrap:anywhere]">
          {t("sha256", { value: facts.sha256 })}
        </p>
      ) : null}
    </li>
  );
}
