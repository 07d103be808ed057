import { Archive, CircleCheck, CircleX, Clock, Lock } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { RefreshNowAndThen } from "#components/ui/refresh-now-and-then.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { publicId } from "#lib/ids.ts";
import { type ArchiveView, listArchive } from "#lib/retention/archive/list-archive.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { dayWords } from "../day-words.ts";
import { Pager, pageIn } from "../pager.tsx";
import { RetentionPage } from "../retention-page.tsx";
import { ArchivePlaceCard, ChooseArchiveButton } from "./archive-place.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.retention.archive"))("title") };
}

/** Where completed envelopes are copied to, what is there, and what is late. */
export default async function ArchivePage({
  searchParams,
}: {
  searchParams: Promise<{ page?: string | string[] }>;
}) {
  const page = pageIn((await searchParams).page);
  const ctx = await memberContext();
  const { place, counts, waiting, archived, hasMore, may } = await answerPage(() =>
    listArchive(ctx, { page }),
  );
  const t = await getTranslations("app.retention.archive");
  const { late, broken } = counts;
  return (
    <RetentionPage part="archive" actions={may.manage && !place ? <ChooseArchiveButton /> : null}>
      {place ? (
        <ArchivePlaceCard
          place={{
            ...place,
            setAt: place.setAt.toISOString(),
            triedAt: place.triedAt?.toISOString() ?? null,
          }}
          mayManage={may.manage}
        />
      ) : (
        <EmptyState icon={Archive} title={t("none")}>
          {t("noneHint")}
        </EmptyState>
      )}
      {place && !place.triedAt ? <RefreshNowAndThen /> : null}
      {broken > 0 ? <Notice tone="bad">{t("broken", { count: broken })}</Notice> : null}
      {late > 0 ? <Notice tone="warn">{t("late", { count: late })}</Notice> : null}
      {waiting.length > 0 ? (
        <Sheet title={t("waiting", { count: counts.waiting })}>
          <ul className="divide-y divide-line">
            {waiting.map((one) => (
              <WaitingRow key={one.envelopeId} one={one} />
            ))}
          </ul>
        </Sheet>
      ) : null}
      {counts.archived > 0 ? (
        <Sheet title={t("archived", { count: counts.archived })}>
          <ul className="divide-y divide-line">
            {archived.map((one) => (
              <ArchivedRow key={one.envelopeId} one={one} />
            ))}
          </ul>
        </Sheet>
      ) : null}
      <Pager path="/retention/archive" {...{ page, hasMore }} />
    </RetentionPage>
  );
}

function EnvelopeLink({ one }: { readonly one: { envelopeId: string; shortId: string; title: string } }) {
  return (
    <Link
      href={`/envelopes/${publicId("envelope", one.envelopeId)}` as Route}
      prefetch={false}
      className="font-medium [overflow-wrap:anywhere]"
    >
      {one.title || one.shortId}
    </Link>
  );
}

const ROW = "flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6";

async function WaitingRow({ one }: { readonly one: ArchiveView["waiting"][number] }) {
  const t = await getTranslations("app.retention.archive");
  const refusals = await getTranslations("refusals");
  return (
    <li className={ROW}>
      <div className="min-w-0 flex-1 basis-64">
        <EnvelopeLink one={one} />
        {one.refusal ? <p className="text-small text-bad-700">{refusals(one.refusal as never)}</p> : null}
        {one.triedAt ? (
          <p className="text-small text-ink-600">
            {t("triedAt")} <Instant at={one.triedAt.toISOString()} />
          </p>
        ) : null}
      </div>
      <StatusPill tone={one.isLate ? "bad" : "neutral"} icon={one.isLate ? CircleX : Clock}>
        {one.isLate ? t("isLate") : t("waits")}
      </StatusPill>
      <p className="text-small text-ink-600 sm:w-56 sm:text-end">
        {t("completed")} <Instant at={one.completedAt.toISOString()} />
      </p>
    </li>
  );
}

async function ArchivedRow({ one }: { readonly one: ArchiveView["archived"][number] }) {
  const t = await getTranslations("app.retention.archive");
  const refusals = await getTranslations("refusals");
  const wrong = one.finding ?? one.refusal;
  return (
    <li className={ROW}>
      <div className="min-w-0 flex-1 basis-64">
        <EnvelopeLink one={one} />
        {wrong ? <p className="text-small text-bad-700">{refusals(wrong as never)}</p> : null}
        <p className="text-small text-ink-600">
          {one.lockedUntil
            ? t("lockedUntil", { day: dayWords(one.lockedUntil.toISOString().slice(0, 10)) })
            : t("unlocked")}
          {one.isHeld ? ` · ${t("held")}` : ""}
        </p>
      </div>
      {one.finding ? (
        <StatusPill tone="bad" icon={CircleX}>
          {t("fails")}
        </StatusPill>
      ) : (
        <StatusPill tone="good" icon={one.lockedUntil ? Lock : CircleCheck}>
          {one.lockedUntil ? t("isLocked") : t("isStored")}
        </StatusPill>
      )}
      <p className="text-small text-ink-600 sm:w-56 sm:text-end">
        {t("readBack")} {one.checkedAt ? <Instant at={one.checkedAt.toISOString()} /> : t("never")}
      </p>
    </li>
  );
}
