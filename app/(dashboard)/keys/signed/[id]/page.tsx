import { BadgeCheck, CircleHelp, RotateCcw, ShieldAlert } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { type CertificateId, parsePublicId, publicId } from "#lib/ids.ts";
import { countSignedWith, listSignedWith, type Signed } from "#lib/signing/list-signed-with.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";

interface SignedPageProps {
  readonly params: Promise<{ id: string }>;
  readonly searchParams: Promise<{ lost?: string | string[]; after?: string | string[] }>;
}

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.keys.signed"))("title") };
}

/** Everything a key signed; after its loss, what of it still stands. */
export default async function SignedPage({ params, searchParams }: SignedPageProps) {
  const certificateId = parsePublicId<CertificateId>("certificate", (await params).id);
  if (!certificateId) notFound();
  const { lost, after: from } = await searchParams;
  const after = typeof from === "string" && /^\d{1,15}_[0-9a-f-]{36}$/.test(from) ? from : null;
  const given = new Date(typeof lost === "string" ? lost : "");
  const lostAt = Number.isNaN(given.getTime()) ? null : given;
  const ctx = await memberContext();
  const { signed, next } = await answerPage(() => listSignedWith(ctx, { certificateId, lostAt, after }));
  const { total, counts: all } = await answerPage(() => countSignedWith(ctx, { certificateId, lostAt }));
  const t = await getTranslations("app.keys.signed");
  const counts = (["stands", "send-again", "after-loss", "without-proof"] as const)
    .map((standing) => ({ standing, count: all[standing] ?? 0 }))
    .filter(({ count }) => count > 0);
  const here = `/keys/signed/${publicId("certificate", certificateId)}`;
  const query = (cursor: string | null) => {
    const asked = new URLSearchParams({
      ...(lostAt ? { lost: lostAt.toISOString() } : {}),
      ...(cursor ? { after: cursor } : {}),
    }).toString();
    return asked && `?${asked}`;
  };
  return (
    <Page
      title={t("title")}
      lead={
        <Link href={"/keys" as Route} className="inline-flex min-h-11 items-center sm:min-h-8">
          {t("back")}
        </Link>
      }
    >
      {lostAt ? (
        <div className="mb-4 flex flex-col gap-3">
          <Notice tone="warn">
            {t("blocked")} <Instant at={lostAt.toISOString()} />.
          </Notice>
          <ul className="flex flex-col gap-2">
            {counts.map(({ standing, count }) => (
              <li key={standing}>
                <span className="font-medium">{t(`counts.${standing}`, { count })}</span>{" "}
                <span className="text-ink-700">{t(`meaning.${standing}`)}</span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      {total > 0 ? (
        <p className="mb-4 flex flex-wrap items-center justify-between gap-3">
          <span>{t("total", { count: total })}</span>
          <a href={`${here}/list.csv${query(null)}`} download className={buttonClass("secondary")}>
            {t("csv")}
          </a>
        </p>
      ) : null}
      {signed.length === 0 ? (
        <EmptyState icon={BadgeCheck} title={t("none")}>
          {t("noneHint")}
        </EmptyState>
      ) : (
        <ul aria-label={t("title")} className="divide-y divide-line rounded-card border border-line bg-paper">
          {signed.map((one) => (
            <SignedRow key={one.id} one={one} />
          ))}
        </ul>
      )}
      {after || next ? (
        <nav aria-label={t("pages")} className="mt-4 flex flex-wrap gap-3">
          {after ? (
            <Link href={`${here}${query(null)}` as Route} className={buttonClass("secondary")}>
              {t("newest")}
            </Link>
          ) : null}
          {next ? (
            <Link href={`${here}${query(next)}` as Route} className={buttonClass("secondary")}>
              {t("older")}
            </Link>
          ) : null}
        </nav>
      ) : null}
    </Page>
  );
}

const LOOKS = {
  stands: { tone: "good", icon: BadgeCheck },
  "send-again": { tone: "warn", icon: RotateCcw },
  "after-loss": { tone: "bad", icon: ShieldAlert },
  "without-proof": { tone: "bad", icon: CircleHelp },
} as const;

async function SignedRow({ one }: { readonly one: Signed }) {
  const t = await getTranslations("app.keys.signed");
  const { envelope, document, act, at, level, standing, digestHex } = one;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-3 sm:px-6">
      <div className="min-w-0 flex-1 basis-72">
        {envelope ? (
          <Link
            href={`/envelopes/${publicId("envelope", envelope.id)}` as Route}
            prefetch={false}
            className="inline-flex min-h-11 items-center font-medium [overflow-wrap:anywhere] sm:min-h-8"
          >
            {envelope.title || t("untitled")}
          </Link>
        ) : (
          <p className="font-medium">{t(`kinds.${act as "report"}`)}</p>
        )}
        <p className="text-small [overflow-wrap:anywhere] text-ink-600">
          {document ? `${document.name} · ` : null}
          {envelope && !document ? `${t(`kinds.${act as "report"}`)} · ` : null}
          {envelope ? `${envelope.shortId} · ` : null}
          {act === "program" ? t("bare") : level}
        </p>
        <p className="text-small text-ink-600">
          {t(`acts.${document ? (act as "sealed") : "sealed"}`)} <Instant at={at.toISOString()} withSeconds />
        </p>
        <HashChip value={digestHex} label={t("digest")} copyLabel={t("copy")} copiedLabel={t("copied")} />
      </div>
      {standing ? <StatusPill {...LOOKS[standing]}>{t(`standings.${standing}`)}</StatusPill> : null}
    </li>
  );
}
