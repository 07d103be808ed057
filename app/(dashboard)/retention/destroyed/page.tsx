import { Archive, Download, SearchX } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { publicId } from "#lib/ids.ts";
import { type DestroyedView, listDestroyed } from "#lib/retention/list-destroyed.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { Gated } from "../../reason/gated.tsx";
import { RetentionPage } from "../retention-page.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.retention.destroyed"))("title") };
}

/** Tombstones, and the certificates over them. */
export default async function DestroyedPage({
  searchParams,
}: {
  searchParams: Promise<{ q?: string | string[] }>;
}) {
  const { q } = await searchParams;
  const search = (Array.isArray(q) ? q[0] : q)?.slice(0, 200) ?? "";
  const ctx = await memberContext();
  const view = await answerPage(() => listDestroyed(ctx, { search }));
  const t = await getTranslations("app.retention.destroyed");
  const isEmpty = view.destructions.length === 0 && view.envelopes.length === 0 && search === "";
  return (
    <RetentionPage part="destroyed">
      {isEmpty ? (
        <EmptyState icon={Archive} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <>
          <Certificates view={view} />
          <Tombstones view={view} search={search} />
        </>
      )}
    </RetentionPage>
  );
}

async function Certificates({ view }: { readonly view: DestroyedView }) {
  const t = await getTranslations("app.retention.destroyed");
  if (view.destructions.length === 0) return null;
  return (
    <Sheet title={t("certificates")}>
      <ul className="divide-y divide-line">
        {view.destructions.map(({ id, approvedAt, envelopes, certificate }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-4 sm:px-6">
            <div className="min-w-0 flex-1 basis-64">
              <p className="font-medium">{t("count", { count: envelopes })}</p>
              <p className="text-small text-ink-600">
                {t("approved")} <Instant at={approvedAt.toISOString()} />
              </p>
              <p className="font-mono text-small text-ink-600 [overflow-wrap:anywhere]">
                {publicId("destruction", id)}
              </p>
            </div>
            {certificate ? (
              <Gated purpose="export" id={null}>
                <a
                  href={`/retention/destroyed/${publicId("destruction", id)}/certificate`}
                  download
                  className={buttonClass("secondary")}
                >
                  <Download aria-hidden="true" className="size-5" />
                  {t("download")}
                </a>
              </Gated>
            ) : (
              <p className="text-small text-ink-700">{t("beingMade")}</p>
            )}
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

async function Tombstones({ view, search }: { readonly view: DestroyedView; readonly search: string }) {
  const t = await getTranslations("app.retention.destroyed");
  return (
    <>
      <SearchForm label={t("search")} submit={t("submit")} search={search} />
      {view.envelopes.length === 0 ? (
        <EmptyState icon={SearchX} title={t("noneFound")}>
          {t("noneFoundHint")}
        </EmptyState>
      ) : (
        <ul
          aria-label={t("tombstones")}
          className="divide-y divide-line rounded-card border border-line bg-paper"
        >
          {view.envelopes.map(({ envelopeId, tombstone, purgedAt }) => (
            <li
              key={envelopeId}
              className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6"
            >
              <div className="min-w-0 flex-1 basis-64">
                <Link
                  href={`/envelopes/${publicId("envelope", envelopeId)}` as Route}
                  prefetch={false}
                  className="font-mono font-medium"
                >
                  {tombstone.shortId}
                </Link>
                <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
                  {t("was", { state: tombstone.endedAs, count: tombstone.documents.length })} ·{" "}
                  {tombstone.retention.class}
                </p>
              </div>
              <p className="text-small text-ink-600">
                {purgedAt ? <Instant at={purgedAt.toISOString()} /> : t("underWay")}
              </p>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
