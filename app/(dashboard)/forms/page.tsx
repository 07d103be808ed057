import { FileCheck2, FileQuestion, Library } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page, Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { jurisdictionName, US, US_STATES } from "#lib/envelopes/core/forms/jurisdictions.ts";
import {
  describeLibrary,
  type FormListItem,
  type LibraryView,
  listForms,
} from "#lib/envelopes/forms/list-forms.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { dayWords } from "../retention/day-words.ts";
import { CatalogueForm } from "./catalogue-form.tsx";
import { FormFilter } from "./form-filter.tsx";
import { ShippedButton } from "./shipped-button.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.forms"))("title") };
}

type Query = Readonly<Record<string, string | string[] | undefined>>;
const one = (value: Query[string]) => (typeof value === "string" ? value : "");

/** Forms of authorities and publishers: found by place, subject, type and words. */
export default async function FormsPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  const wanted = {
    q: one(query.q),
    place: one(query.place),
    subject: one(query.subject),
    type: one(query.type),
  };
  const ctx = await memberContext();
  const t = await getTranslations("app.forms");
  const locale = await getLocale();
  const library = await answerPage(() => describeLibrary(ctx));
  const list = await answerPage(() =>
    listForms(ctx, {
      search: wanted.q.slice(0, 200),
      ...{ jurisdiction: wanted.place || null, subject: wanted.subject || null, kind: wanted.type || null },
      cursor: one(query.at) || null,
      direction: query.way === "back" ? "back" : "on",
    }),
  );
  const nameOf = (code: string) => jurisdictionName(code, locale, t("federal"));
  const fixed = [US, ...US_STATES.map(({ code }) => code)];
  const others = library.jurisdictions.filter((code) => !fixed.includes(code));
  const places = [...fixed, ...others].map((value) => ({ value, label: nameOf(value) }));
  const pageAddress = (at: string, way: string) =>
    `/forms?${new URLSearchParams({ ...wanted, at, way })}` as Route;
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <Link href={"/forms/packages" as Route} className={buttonClass("secondary")}>
          {t("packages")}
        </Link>
      }
    >
      {library.isEmpty ? (
        <EmptyState
          icon={Library}
          title={t("empty")}
          action={
            library.may.import ? <ShippedButton label={t("addShipped", { count: library.shipped })} /> : null
          }
        >
          {t(library.may.import ? "emptyHint" : "emptyHintOthers")}
        </EmptyState>
      ) : (
        <>
          <FormFilter wanted={wanted} places={places} subjects={library.subjects} kinds={library.kinds} />
          {list.items.length === 0 ? (
            <EmptyState icon={FileQuestion} title={t("noneFound")}>
              {t("noneFoundHint")}
            </EmptyState>
          ) : (
            <ul
              aria-label={t("title")}
              className="divide-y divide-line rounded-card border border-line bg-paper"
            >
              {list.items.map((item) => (
                <FormRow key={item.id} item={item} place={nameOf(item.jurisdiction)} />
              ))}
            </ul>
          )}
          <nav aria-label={t("pages")} className="mt-4 flex justify-between gap-3">
            {list.previousCursor ? (
              <Link href={pageAddress(list.previousCursor, "back")} className={buttonClass("secondary")}>
                {t("previous")}
              </Link>
            ) : (
              <span />
            )}
            {list.nextCursor ? (
              <Link href={pageAddress(list.nextCursor, "on")} className={buttonClass("secondary")}>
                {t("next")}
              </Link>
            ) : null}
          </nav>
        </>
      )}
      {library.may.import ? <Catalogues library={library} /> : null}
    </Page>
  );
}

async function FormRow({ item, place }: { readonly item: FormListItem; readonly place: string }) {
  const t = await getTranslations("app.forms");
  const { id, title, number, agency, subject, kind, edition, editionOn, checkedOn, hasFile } = item;
  return (
    <li className="relative flex flex-wrap items-center gap-x-6 gap-y-2 px-4 py-3 hover:bg-canvas sm:px-6">
      <div className="min-w-0 flex-1 basis-80">
        <Link
          href={`/forms/${publicId("form", id)}` as Route}
          prefetch={false}
          className="block font-medium text-ink-900 no-underline [overflow-wrap:anywhere] before:absolute before:inset-0 hover:underline"
        >
          {number ? `${title} · ${number}` : title}
        </Link>
        <p className="text-small text-ink-600">
          {[place, agency, subject, kind].filter(Boolean).join(" · ")}
        </p>
      </div>
      <p className="text-small text-ink-600 sm:text-end">
        {edition ? `${edition}, ${dayWords(editionOn)}` : t("editionOf", { day: dayWords(editionOn) })}
        <span className="block">
          {checkedOn ? t("checkedOn", { day: dayWords(checkedOn) }) : t("neverChecked")}
        </span>
      </p>
      <StatusPill tone={hasFile ? "good" : "neutral"} icon={hasFile ? FileCheck2 : FileQuestion}>
        {t(hasFile ? "ready" : "noFile")}
      </StatusPill>
    </li>
  );
}

async function Catalogues({ library }: { readonly library: LibraryView }) {
  const t = await getTranslations("app.forms");
  const { imports, isEmpty, shipped } = library;
  const isShippedHere = imports.some(({ isShipped }) => isShipped);
  return (
    <div className="mt-8">
      <Sheet
        title={t("catalogues")}
        aside={
          !isEmpty && !isShippedHere ? (
            <ShippedButton kind="secondary" label={t("addShipped", { count: shipped })} />
          ) : null
        }
      >
        <CatalogueForm />
        {imports.length > 0 ? (
          <ul aria-label={t("broughtBefore")} className="divide-y divide-line border-t border-line">
            {imports.map((one) => (
              <li
                key={one.id}
                className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3 sm:px-6"
              >
                <div className="min-w-0 flex-1 basis-72">
                  <p className="font-medium [overflow-wrap:anywhere]">
                    {one.isShipped ? t("shippedSet") : one.fileName}
                  </p>
                  <p className="text-small text-ink-600">
                    {t("brought", {
                      ...{ added: one.added, changed: one.changed, same: one.same },
                      newEditions: one.newEditions,
                    })}{" "}
                    {one.wrong > 0 ? (
                      <a
                        href={`/forms/imports/${publicId("formImport", one.id)}`}
                        download
                        className="underline"
                      >
                        {t("downloadWrongCount", { count: one.wrong })}
                      </a>
                    ) : null}
                  </p>
                </div>
                <p className="text-small text-ink-600">
                  <Instant at={one.createdAt.toISOString()} /> · {one.memberName}
                </p>
              </li>
            ))}
          </ul>
        ) : null}
      </Sheet>
    </div>
  );
}
