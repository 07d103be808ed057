import type { Metadata, Route } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { inGroups } from "#components/ui/in-groups.ts";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { getTrustList, SERVICES_ON_A_PAGE } from "#lib/evidence/trust/list-trust-lists.ts";
import { isUuid } from "#lib/ids.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerPage } from "../../../../_server/page.ts";
import { ListActs } from "../list-acts.tsx";
import { ListFacts } from "../list-facts.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.trust"))("one") };
}

interface Props {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: Promise<{ readonly q?: string | string[]; readonly page?: string | string[] }>;
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value) ?? "";

/** What is in one list. */
export default async function TrustListPage({ params, searchParams }: Props) {
  const { id } = await params;
  if (!isUuid(id)) notFound();
  const query = await searchParams;
  const search = one(query.q).slice(0, 200);
  const page = /^\d{1,4}$/.test(one(query.page)) ? Math.max(1, Number(one(query.page))) : 1;
  const ctx = await memberContext();
  const { list, services, count } = await answerPage(() => getTrustList(ctx, { listId: id, search, page }));
  const t = await getTranslations("app.trust");
  const at = (number: number) =>
    `/organization/trust/${id}?${new URLSearchParams({ ...(search ? { q: search } : {}), page: String(number) })}` as Route;
  return (
    <Page
      title={list.name}
      width="reading"
      actions={<ListActs id={id} name={list.name} isOffered={list.isOffered} />}
    >
      <div className="flex flex-col gap-6">
        <ListFacts list={list} />
        <Sheet title={t("services", { count })}>
          <SearchForm
            label={t("search")}
            submit={t("find")}
            search={search}
            className="border-b border-line px-4 py-3 sm:px-6"
          />
          {services.length === 0 ? <p className="px-4 py-4 text-ink-700 sm:px-6">{t("noneFound")}</p> : null}
          <ul className="divide-y divide-line">
            {services.map((service) => (
              <li key={service.id} className="px-4 py-3 sm:px-6">
                <p className="font-medium [overflow-wrap:anywhere]">{service.name}</p>
                <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
                  {service.provider === service.name ? "" : `${service.provider} · `}
                  {t(`uses.${service.use}`)}
                </p>
                {service.subject === service.name ? null : (
                  <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{service.subject}</p>
                )}
                {service.grantedFrom ? (
                  <p className="text-small text-ink-600">
                    {t("from")} <Instant at={service.grantedFrom.toISOString()} />
                    {service.grantedUntil ? (
                      <>
                        {" "}
                        {t("until")} <Instant at={service.grantedUntil.toISOString()} />
                      </>
                    ) : null}
                  </p>
                ) : null}
                <p className="mt-1 font-mono text-small break-words text-ink-600">
                  SHA-256 {inGroups(service.certificateSha256)}
                </p>
              </li>
            ))}
          </ul>
        </Sheet>
        <nav aria-label={t("pages")} className="flex justify-between gap-3">
          {page > 1 ? (
            <Link href={at(page - 1)} className={buttonClass("secondary")}>
              {t("back")}
            </Link>
          ) : (
            <span />
          )}
          {page * SERVICES_ON_A_PAGE < count ? (
            <Link href={at(page + 1)} className={buttonClass("secondary")}>
              {t("more")}
            </Link>
          ) : null}
        </nav>
      </div>
    </Page>
  );
}
