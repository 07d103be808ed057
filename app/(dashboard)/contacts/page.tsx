import { CircleAlert, Contact as ContactIcon, SearchX } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { LANGUAGE_NAMES } from "#components/signing/language-names.ts";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page } from "#components/ui/page.tsx";
import { SearchForm } from "#components/ui/search-form.tsx";
import { LISTED, listContacts } from "#lib/envelopes/contacts.ts";
import { isLanguage } from "#lib/envelopes/core/languages.ts";
import { memberContext } from "../../_server/context.ts";
import { ForgetButton, ImportButton } from "./contact-acts.tsx";
import { ContactDialog, type Known } from "./contact-dialog.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.contacts"))("title") };
}

interface Query {
  readonly q?: string | string[];
  readonly group?: string | string[];
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value) ?? "";

export default async function ContactsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const t = await getTranslations("app.contacts");
  const checks = await getTranslations("app.prepare.people.checks");
  const query = await searchParams;
  const [search, group] = [one(query.q).slice(0, 200), one(query.group).slice(0, 60)];
  const contacts = await listContacts(await memberContext(), { search, group: group || null });
  const isFiltered = search.trim() !== "" || group !== "";
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        contacts.length > 0 || isFiltered ? (
          <>
            <ImportButton />
            <ContactDialog />
          </>
        ) : undefined
      }
    >
      {contacts.length === 0 && !isFiltered ? (
        <EmptyState
          icon={ContactIcon}
          title={t("empty")}
          action={
            <div className="flex flex-wrap justify-center gap-3">
              <ImportButton />
              <ContactDialog />
            </div>
          }
        >
          {t("emptyHint")}
        </EmptyState>
      ) : (
        <>
          <SearchForm
            label={t("search")}
            submit={t("find")}
            search={search}
            hidden={{ group }}
            className="mb-4"
          />
          {group ? (
            <p className="mb-4 text-ink-700">
              {t("inGroup", { group })} <Link href={"/contacts" as Route}>{t("showAll")}</Link>
            </p>
          ) : null}
          {contacts.length === 0 ? (
            <EmptyState
              icon={SearchX}
              title={t("noneFound")}
              action={
                <Link href={"/contacts" as Route} className={buttonClass("secondary")}>
                  {t("showAll")}
                </Link>
              }
            />
          ) : (
            <ul
              aria-label={t("title")}
              className="divide-y divide-line rounded-card border border-line bg-paper"
            >
              {contacts.map(({ email, name, company, groups, lost, ...known }) => (
                <li
                  key={email}
                  className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-3 sm:px-6"
                >
                  <div className="min-w-0">
                    <p className="truncate font-medium">{name || email}</p>
                    <p className="truncate text-small text-ink-600">
                      {[name ? email : "", company, known.phone].filter(Boolean).join(" · ")}
                    </p>
                    {known.check || known.language ? (
                      <p className="truncate text-small text-ink-600">
                        {[
                          known.check ? checks(known.check) : "",
                          isLanguage(known.language) ? LANGUAGE_NAMES[known.language] : "",
                        ]
                          .filter(Boolean)
                          .join(" · ")}
                      </p>
                    ) : null}
                    {lost ? (
                      <p className="mt-1 flex items-start gap-1.5 text-small text-bad-700">
                        <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
                        <span>
                          {t("lost")} <Instant at={lost.at.toISOString()} className="whitespace-nowrap" />:{" "}
                          {t(`lostCauses.${lost.cause}`)}
                        </span>
                      </p>
                    ) : null}
                    {groups.length > 0 ? (
                      <p className="mt-1 flex flex-wrap gap-2">
                        {groups.map((each) => (
                          <Link
                            key={each}
                            href={`/contacts?group=${encodeURIComponent(each)}` as Route}
                            className="rounded-full border border-line bg-canvas px-2 py-0.5 text-small text-ink-700 no-underline hover:border-line-strong"
                          >
                            {each}
                          </Link>
                        ))}
                      </p>
                    ) : null}
                  </div>
                  <div className="flex">
                    <ContactButtons
                      contact={{ email, name, company, groups, ...known, isLost: lost !== null }}
                    />
                  </div>
                </li>
              ))}
            </ul>
          )}
          {contacts.length === LISTED ? (
            <p className="mt-3 text-small text-ink-600">{t("newest", { count: LISTED })}</p>
          ) : null}
        </>
      )}
    </Page>
  );
}

const ContactButtons = ({ contact }: { readonly contact: Known }) => (
  <>
    <ContactDialog contact={contact} />
    <ForgetButton contact={contact} />
  </>
);
