import { CircleCheck, CircleX, ClipboardCheck } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { publicId } from "#lib/ids.ts";
import { listQualityChecks, type QualityView } from "#lib/retention/check-quality.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { RetentionPage } from "../retention-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.retention.checks"))("title") };
}

/** What was found when completed envelopes were looked at again. */
export default async function ChecksPage() {
  const ctx = await memberContext();
  const { all, failed, checks, late } = await answerPage(() => listQualityChecks(ctx));
  const t = await getTranslations("app.retention.checks");
  return (
    <RetentionPage part="checks">
      {late.count > 0 ? (
        <>
          <Notice tone="warn">{t("late", { count: late.count })}</Notice>
          <ul
            aria-label={t("lateTitle")}
            className="divide-y divide-line rounded-card border border-line bg-paper"
          >
            {late.envelopes.map((one) => (
              <LateRow key={one.envelopeId} one={one} />
            ))}
          </ul>
        </>
      ) : null}
      {all === 0 ? (
        <EmptyState icon={ClipboardCheck} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <>
          <Notice tone={failed > 0 ? "bad" : "good"}>
            {failed > 0 ? t("bad", { failed, all }) : t("good", { all })}
          </Notice>
          <ul
            aria-label={t("title")}
            className="divide-y divide-line rounded-card border border-line bg-paper"
          >
            {checks.map((check) => (
              <CheckRow key={check.envelopeId} check={check} />
            ))}
          </ul>
        </>
      )}
    </RetentionPage>
  );
}

async function LateRow({ one }: { readonly one: QualityView["late"]["envelopes"][number] }) {
  const t = await getTranslations("app.retention.checks");
  const { envelopeId, shortId, title, dueAt } = one;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6">
      <Link
        href={`/envelopes/${publicId("envelope", envelopeId)}` as Route}
        prefetch={false}
        className="min-w-0 flex-1 basis-64 font-medium [overflow-wrap:anywhere]"
      >
        {title || shortId}
      </Link>
      <p className="text-small text-ink-600">
        {t("dueSince")} <Instant at={dueAt.toISOString()} />
      </p>
    </li>
  );
}

async function CheckRow({ check }: { readonly check: QualityView["checks"][number] }) {
  const t = await getTranslations("app.retention.checks");
  const { envelopeId, shortId, title, findings, checkedAt } = check;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <Link
          href={`/envelopes/${publicId("envelope", envelopeId)}` as Route}
          prefetch={false}
          className="font-medium [overflow-wrap:anywhere]"
        >
          {title || shortId}
        </Link>
        {findings.map((finding) => (
          <p key={finding} className="text-small text-bad-700">
            {t(`findings.${finding}`)}
          </p>
        ))}
      </div>
      {findings.length === 0 ? (
        <StatusPill tone="good" icon={CircleCheck}>
          {t("holds")}
        </StatusPill>
      ) : (
        <StatusPill tone="bad" icon={CircleX}>
          {t("fails")}
        </StatusPill>
      )}
      <p className="text-small text-ink-600 sm:w-56 sm:text-end">
        <Instant at={checkedAt.toISOString()} />
      </p>
    </li>
  );
}
