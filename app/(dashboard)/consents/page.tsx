import { Download, HandHelping, SearchX } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page } from "#components/ui/page.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { type LedgerPerson, searchLedger } from "#lib/evidence/consents/read-ledger.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { Gated } from "../reason/gated.tsx";
import { KindPill } from "./kind-pill.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.consents"))("title") };
}

/** Who said what about electronic records, person by person. */
export default async function ConsentsPage({
  searchParams,
}: {
  searchParams: Promise<{ q?: string | string[] }>;
}) {
  const ctx = await memberContext();
  if (!hasPermission(ctx.actor, "consent.read") && hasPermission(ctx.actor, "consent.manage"))
    redirect("/consents/notices" as Route);
  const { q } = await searchParams;
  const search = (Array.isArray(q) ? q[0] : q)?.slice(0, 200) ?? "";
  const people = await answerPage(() => searchLedger(ctx, { search }));
  const t = await getTranslations("app.consents");
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          {people.length > 0 ? (
            <Gated purpose="export" id={null}>
              <a href="/consents/ledger.csv" download className={buttonClass("quiet")}>
                <Download aria-hidden="true" className="size-5" />
                {t("csv")}
              </a>
            </Gated>
          ) : null}
          <Link href={"/consents/notices" as Route} className={buttonClass("secondary")}>
            {t("notices")}
          </Link>
        </>
      }
    >
      {people.length === 0 && search === "" ? (
        <EmptyState icon={HandHelping} title={t("empty")}>
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <>
          <SearchForm label={t("search")} submit={t("submit")} search={search} className="mb-4" />
          {people.length === 0 ? (
            <EmptyState icon={SearchX} title={t("noneFound")}>
              {t("noneFoundHint")}
            </EmptyState>
          ) : (
            <ul
              aria-label={t("title")}
              className="divide-y divide-line rounded-card border border-line bg-paper"
            >
              {people.map((person) => (
                <PersonRow key={person.key} person={person} />
              ))}
            </ul>
          )}
        </>
      )}
    </Page>
  );
}

async function PersonRow({ person }: { readonly person: LedgerPerson }) {
  const { key, name, email, lastKind, lastAt } = person;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium [overflow-wrap:anywhere]">
          <Link href={`/consents/${key}` as Route} prefetch={false}>
            {name}
          </Link>
        </p>
        <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{email}</p>
      </div>
      <KindPill kind={lastKind} />
      <p className="text-small text-ink-600 sm:w-56 sm:text-end">
        <Instant at={lastAt.toISOString()} />
      </p>
    </li>
  );
}
