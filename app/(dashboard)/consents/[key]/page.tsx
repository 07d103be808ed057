import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { HashChip } from "#components/ui/hash-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page } from "#components/ui/page.tsx";
import { type LedgerEntry, readPerson } from "#lib/evidence/consents/read-ledger.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { KindPill } from "../kind-pill.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.consents"))("title") };
}

/** Everything one person agreed to, took back and asked for, newest first. */
export default async function PersonPage({ params }: { params: Promise<{ key: string }> }) {
  const { key } = await params;
  const ctx = await memberContext();
  const { email, entries } = await answerPage(() => readPerson(ctx, { key }));
  const t = await getTranslations("app.consents");
  return (
    <Page
      title={entries[0]!.name}
      width="reading"
      heading={
        <>
          <Link href={"/consents" as Route} className="mb-1 inline-flex min-h-8 items-center text-small">
            {t("back")}
          </Link>
          <h1 className="text-h2 [overflow-wrap:anywhere] sm:text-h1">{entries[0]!.name}</h1>
        </>
      }
      lead={email}
    >
      <ol aria-label={t("history")} className="divide-y divide-line rounded-card border border-line bg-paper">
        {entries.map((entry) => (
          <Entry key={`${entry.at.toISOString()} ${entry.kind}`} entry={entry} />
        ))}
      </ol>
    </Page>
  );
}

async function Entry({ entry }: { readonly entry: LedgerEntry }) {
  const t = await getTranslations("app.consents");
  const { kind, at, envelopeId, title, shortId, version, locale, mode, noticeSha256, demonstration } = entry;
  return (
    <li className="flex flex-col gap-2 px-4 py-4 sm:px-6">
      <p className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <KindPill kind={kind} />
        <span className="text-small text-ink-600">
          <Instant at={at.toISOString()} />
        </span>
      </p>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <Link href={`/envelopes/${publicId("envelope", envelopeId)}` as Route} prefetch={false}>
          {title}
        </Link>
        <span className="font-mono text-small text-ink-600">{shortId}</span>
      </div>
      {entry.detail === "" ? null : (
        <blockquote
          className="border-s-4 border-line ps-3 whitespace-pre-wrap [overflow-wrap:anywhere]"
          dir="auto"
        >
          {entry.detail}
        </blockquote>
      )}
      {kind === "given" && version ? (
        <div className="text-small text-ink-700">
          <p>{t("under", { version, locale: locale ?? "", mode: mode ?? "business" })}</p>
          <p>{t(`demonstrations.${demonstration ?? "none"}`)}</p>
          {noticeSha256 ? (
            <div className="mt-1">
              <HashChip
                value={noticeSha256}
                label={t("hash")}
                copyLabel={t("copy")}
                copiedLabel={t("copied")}
              />
            </div>
          ) : null}
        </div>
      ) : null}
      {kind === "paper-requested" ? (
        <p className="text-small text-ink-700">
          {entry.paperSentAt ? (
            <>
              {t("paperSent")} <Instant at={entry.paperSentAt.toISOString()} />
            </>
          ) : (
            t("paperOpen")
          )}
        </p>
      ) : null}
    </li>
  );
}
