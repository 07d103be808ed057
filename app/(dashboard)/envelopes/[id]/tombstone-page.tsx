import { Download, Flame } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { buttonClass } from "#components/ui/button.tsx";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { publicId } from "#lib/ids.ts";
import type { RetentionView } from "#lib/retention/get-retention.ts";
import { Gated } from "../../reason/gated.tsx";
import { dayWords } from "../../retention/day-words.ts";

interface TombstonePageProps {
  readonly left: NonNullable<RetentionView["destroyed"]>;
  /** May download the certificate over the destruction. */
  readonly mayCertify: boolean;
  /** The trail, which is kept. */
  readonly children: ReactNode;
}

/** What is left of an envelope that was destroyed. */
export async function TombstonePage({ left, mayCertify, children }: TombstonePageProps) {
  const t = await getTranslations("app.tombstone");
  const { tombstone, at, destructionId, hasCertificate } = left;
  const { shortId } = tombstone;
  const certificate = `/retention/destroyed/${publicId("destruction", destructionId)}/certificate`;
  return (
    <Page
      title={shortId}
      heading={
        <>
          <Link href={"/envelopes" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
            {t("back")}
          </Link>
          <h1 className="text-h2 sm:text-h1">{t("heading", { shortId })}</h1>
        </>
      }
      lead={
        <span className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1">
          <StatusPill tone="neutral" icon={Flame}>
            {t("destroyed")}
          </StatusPill>
          <Instant at={at.toISOString()} />
        </span>
      }
      actions={
        mayCertify && hasCertificate ? (
          <Gated purpose="export" id={null}>
            <a href={certificate} download className={buttonClass()}>
              <Download aria-hidden="true" className="size-5" />
              {t("certificate")}
            </a>
          </Gated>
        ) : null
      }
    >
      <div className="flex flex-col gap-6">
        <Notice>{t("what")}</Notice>
        <Facts left={left} />
        <Hashes left={left} />
        {children}
      </div>
    </Page>
  );
}

async function Facts({ left }: Pick<TombstonePageProps, "left">) {
  const t = await getTranslations("app.tombstone");
  const { endedAs, endedAt, sentAt, retention, approvals, recipients } = left.tombstone;
  const facts: [string, ReactNode][] = [
    ...(sentAt ? [[t("sent"), <Instant key="sent" at={sentAt} />] satisfies [string, ReactNode]] : []),
    [t(`ended.${endedAs}`), <Instant key="ended" at={endedAt} />],
    [
      t("class"),
      t("kept", { years: retention.years, name: retention.class, day: dayWords(retention.dueOn) }),
    ],
    [t("basis"), retention.basis],
    [t("people"), t("peopleCount", { count: recipients })],
    ...approvals.map(({ act, member, role, at }): [string, ReactNode] => [
      t(`acts.${act}`),
      <span key={act}>
        {t(`roles.${role}`)} <span className="font-mono text-small">{member}</span>, <Instant at={at} />
      </span>,
    ]),
  ];
  return (
    <Sheet title={t("facts")}>
      <dl className="divide-y divide-line">
        {facts.map(([label, value]) => (
          <div key={label} className="grid gap-x-6 px-4 py-3 sm:grid-cols-[12rem_1fr] sm:px-6">
            <dt className="text-ink-600">{label}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}

async function Hashes({ left }: Pick<TombstonePageProps, "left">) {
  const t = await getTranslations("app.tombstone");
  const { documents, papers, certificates, chain } = left.tombstone;
  const rows = [
    ...documents.flatMap(({ originalSha256, sha256 }, index) => [
      { label: t("uploaded", { number: index + 1 }), hash: originalSha256 },
      { label: t("final", { number: index + 1 }), hash: sha256 },
    ]),
    ...papers.map(({ kind, sha256 }) => ({
      label: t.has(`papers.${kind}`) ? t(`papers.${kind}`) : kind,
      hash: sha256,
    })),
    ...certificates.map(({ serial, sha256 }) => ({ label: t("serial", { serial }), hash: sha256 })),
    { label: t("chain", { count: chain.events }), hash: chain.head },
  ];
  return (
    <Sheet title={t("hashes")}>
      <dl className="divide-y divide-line">
        {rows.map(({ label, hash }) => (
          <div
            key={`${label} ${hash}`}
            className="grid gap-x-6 gap-y-1 px-4 py-3 sm:grid-cols-[20rem_1fr] sm:px-6"
          >
            <dt className="text-ink-600 [overflow-wrap:anywhere]">{label}</dt>
            <dd className="min-w-0">
              <HashChip
                value={hash}
                label={`${label}, SHA-256`}
                copyLabel={t("copy")}
                copiedLabel={t("copied")}
              />
            </dd>
          </div>
        ))}
      </dl>
    </Sheet>
  );
}
