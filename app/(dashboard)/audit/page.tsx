import { ScrollText, SearchX } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { isRefusal } from "#lib/errors.ts";
import { EVENT_FORMS, MOST_EXPORTED } from "#lib/evidence/core/explorer/event-files.ts";
import { addressOfQuery, type EventQuery, eventQueryIn } from "#lib/evidence/core/explorer/event-query.ts";
import { type EventPage, searchEvents } from "#lib/evidence/explorer/search-events.ts";
import { memberContext } from "../../_server/context.ts";
import { answerPage } from "../../_server/page.ts";
import { Gated } from "../reason/gated.tsx";
import { EventRow } from "./event-row.tsx";
import { FilterForm } from "./filter-form.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.auditExplorer"))("title") };
}

type Query = Readonly<Record<string, string | string[] | undefined>>;

/** What happened: every event the member may read, found by who, when, what and where from. */
export default async function AuditPage({ searchParams }: { searchParams: Promise<Query> }) {
  const given = await searchParams;
  const one = (name: string) => [given[name]].flat()[0] ?? null;
  const ctx = await memberContext();
  const t = await getTranslations("app.auditExplorer");
  const query = eventQueryIn(one);
  const cursor = one("older")?.slice(0, 200) ?? null;
  const { events, olderCursor, refusal } = await answerPage(() =>
    refusing(() => searchEvents(ctx, { ...query, cursor })),
  );
  const refused = refusal ?? (one("refused") === "too-many" ? "evidence/too-many-events" : null);
  const address = (more: Readonly<Record<string, string>> = {}) =>
    `/audit?${new URLSearchParams([...addressOfQuery(query), ...Object.entries(more)])}` as Route;
  const isFiltered = addressOfQuery(query).length > 0 || cursor !== null;
  return (
    <Page
      title={t("title")}
      lead={t(hasPermission(ctx.actor, "audit.read-all") ? "lead" : "leadOwn")}
      actions={
        hasPermission(ctx.actor, "journal.read") ? (
          <Gated purpose="export" id={null}>
            <a href="/audit/journal" download className={buttonClass("secondary")}>
              {t("journal")}
            </a>
          </Gated>
        ) : null
      }
    >
      <div className="flex flex-col gap-4">
        <FilterForm query={query} />
        {refused ? <Refused code={refused} /> : null}
        {events.length === 0 ? (
          <NothingFound isFiltered={isFiltered} />
        ) : (
          <>
            <Gated purpose="export" id={null}>
              <Downloads query={query} />
            </Gated>
            <ol
              aria-label={t("list")}
              className="divide-y divide-line rounded-card border border-line bg-paper"
            >
              {events.map((event) => (
                <EventRow key={event.id} event={event} />
              ))}
            </ol>
          </>
        )}
        {cursor || olderCursor ? (
          <nav aria-label={t("pages")} className="flex justify-end gap-3">
            {cursor ? (
              <Link href={address()} className={buttonClass("quiet")}>
                {t("newest")}
              </Link>
            ) : null}
            {olderCursor ? (
              <Link href={address({ older: olderCursor })} className={buttonClass("secondary")}>
                {t("older")}
              </Link>
            ) : null}
          </nav>
        ) : null}
      </div>
    </Page>
  );
}

/** A search that is refused shows why, and nothing found. */
async function refusing(search: () => Promise<EventPage>): Promise<EventPage & { refusal: string | null }> {
  try {
    return { ...(await search()), refusal: null };
  } catch (error) {
    if (!isRefusal(error, "evidence/too-many-people")) throw error;
    return { events: [], olderCursor: null, refusal: error.code };
  }
}

async function Refused({ code }: { readonly code: string }) {
  const refusals = await getTranslations("refusals");
  return <Notice tone="warn">{refusals(code as "evidence/too-many-events")}</Notice>;
}

async function NothingFound({ isFiltered }: { readonly isFiltered: boolean }) {
  const t = await getTranslations("app.auditExplorer");
  if (!isFiltered)
    return (
      <EmptyState icon={ScrollText} title={t("empty")}>
        {t("emptyHint")}
      </EmptyState>
    );
  return (
    <EmptyState
      icon={SearchX}
      title={t("noneFound")}
      action={
        <Link href={"/audit" as Route} className={buttonClass("secondary")}>
          {t("showAll")}
        </Link>
      }
    >
      {t("noneFoundHint")}
    </EmptyState>
  );
}

async function Downloads({ query }: { readonly query: EventQuery }) {
  const t = await getTranslations("app.auditExplorer");
  return (
    <section aria-label={t("download")} className="flex flex-wrap items-center gap-x-3 gap-y-2 text-small">
      <h2 className="font-medium">{t("download")}</h2>
      {EVENT_FORMS.map((form) => (
        <a
          key={form}
          href={`/audit/export?${new URLSearchParams([...addressOfQuery(query), ["form", form]])}`}
          data-takes-away
          className={buttonClass("secondary")}
        >
          {form.toUpperCase()}
        </a>
      ))}
      <p className="text-ink-600">{t("limit", { most: MOST_EXPORTED })}</p>
    </section>
  );
}
