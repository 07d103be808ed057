import { CheckCircle2, Clock } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { BackLink } from "#components/ui/back-link.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { listCertificateChecks } from "#lib/evidence/certificate-checks/get-checks.ts";
import type { CheckFinding, CheckRunView } from "#lib/evidence/core/certificate-check/check-facts.ts";
import { findKeyRecord, type KeyRecordView } from "#lib/evidence/key-records/download-key-record.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { RecordLink } from "../../keys/record-link.tsx";
import { Gated } from "../../reason/gated.tsx";
import { CheckButton } from "./check-button.tsx";
import { VerdictPill } from "./verdict-pill.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.certificateChecks"))("title") };
}

const VERDICTS = ["valid", "expired", "revoked", "faulty", "unknown"] as const;

/** Every look at all certificates, what the newest found, and when the next one is due. */
export default async function CertificateChecksPage() {
  const ctx = await memberContext();
  const { runs, found, nextAt, stored, mayAsk } = await answerPage(() => listCertificateChecks(ctx));
  const records = new Map<string, KeyRecordView | null>();
  for (const { id, endedAt } of runs)
    if (endedAt) records.set(id, await findKeyRecord(ctx, { kind: "certificate-check", subjectId: id }));
  const t = await getTranslations("app.certificateChecks");
  return (
    <Page
      title={t("title")}
      width="reading"
      back={<BackLink href="/certificates" label={t("back")} />}
      lead={t("lead")}
      actions={mayAsk && stored > 0 ? <CheckButton count={stored} /> : null}
    >
      <div className="flex flex-col gap-6">
        <Notice>
          {nextAt ? (
            <>
              {t("next")} <Instant at={nextAt.toISOString()} />
            </>
          ) : (
            t("nothing")
          )}
        </Notice>
        <Gated purpose="export" id={null}>
          <Sheet title={t("runs")}>
            {runs.length === 0 ? (
              <p className="px-4 py-5 text-ink-700 sm:px-6">{t("noRuns")}</p>
            ) : (
              <ul className="divide-y divide-line">
                {runs.map((run) => (
                  <RunRow
                    key={run.id}
                    run={run}
                    record={records.get(run.id) ?? null}
                    mayDownload={hasPermission(ctx.actor, "evidence.download")}
                  />
                ))}
              </ul>
            )}
          </Sheet>
        </Gated>
        {runs.length > 0 ? <FoundList found={found} /> : null}
        {runs.some(({ endedAt }) => endedAt === null) ? <RefreshNowAndThen /> : null}
      </div>
    </Page>
  );
}

interface RunRowProps {
  readonly run: CheckRunView;
  readonly record: KeyRecordView | null;
  readonly mayDownload: boolean;
}

async function RunRow({ run, record, mayDownload }: RunRowProps) {
  const t = await getTranslations("app.certificateChecks");
  const { id, startedAt, startedBy, endedAt, counts, checked } = run;
  const day = startedAt.toISOString().slice(0, 10);
  return (
    <li className="flex flex-col gap-3 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-medium">
            <Instant at={startedAt.toISOString()} /> · {t(endedAt ? "total" : "progress", { checked })}
          </p>
          <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
            {startedBy ? t("askedBy", { name: startedBy }) : t("yearly")}
          </p>
        </div>
        <StatusPill tone={endedAt ? "good" : "info"} icon={endedAt ? CheckCircle2 : Clock}>
          {t(endedAt ? "done" : "underWay")}
        </StatusPill>
      </div>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-small">
        {VERDICTS.map((verdict) => (
          <div key={verdict} className="flex gap-2">
            <dt className="text-ink-600">{t(`verdicts.${verdict}`)}</dt>
            <dd className="font-medium tabular-nums">{counts[verdict]}</dd>
          </div>
        ))}
      </dl>
      {endedAt ? (
        <div className="flex flex-wrap items-center gap-3">
          <RecordLink record={record} href={`/certificates/checks/${id}/record`} isDue />
          {mayDownload ? (
            <a href={`/certificates/checks/${id}/results.csv`} download className={buttonClass("quiet")}>
              {t("results")} <span className="sr-only">{t("resultsOf", { day })}</span>
            </a>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

async function FoundList({ found }: { readonly found: readonly CheckFinding[] }) {
  const t = await getTranslations("app.certificateChecks");
  return (
    <Sheet title={t("found")}>
      <p className="px-4 pt-4 text-small text-ink-600 sm:px-6">
        {t(found.length === 0 ? "noneFound" : "foundHint")}
      </p>
      <ul className="divide-y divide-line">
        {found.map((one) => (
          <li key={`${one.source} ${one.sha256}`} className="flex flex-col gap-2 px-4 py-4 sm:px-6">
            <div className="flex flex-wrap items-start justify-between gap-3">
              <p className="min-w-0 flex-1 basis-64 font-medium [overflow-wrap:anywhere]">
                {one.certificateId ? (
                  <Link
                    href={`/certificates/${publicId("certificate", one.certificateId)}` as Route}
                    prefetch={false}
                  >
                    {one.name}
                  </Link>
                ) : (
                  t(`sources.${one.source}`)
                )}
              </p>
              <VerdictPill verdict={one.verdict} label={t(`verdicts.${one.verdict}`)} />
            </div>
            <HashChip
              value={one.sha256}
              label={t("fingerprint")}
              copyLabel={t("copy")}
              copiedLabel={t("copied")}
            />
            <ul className="list-disc ps-5 text-small text-ink-700">
              {one.reasons.map(({ code, message }) => (
                <li key={code} className="[overflow-wrap:anywhere]">
                  {message}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}
