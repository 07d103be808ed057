import { FileSignature, Flame, Lock, SearchX, Users } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { StatePill } from "#components/envelopes/state-pill.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { hasPermission } from "#lib/authorize.ts";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import { LIST_VIEWS } from "#lib/envelopes/core/list-views.ts";
import { ENVELOPE_STATES, type EnvelopeListItem, listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { listFilters, listFolders } from "#lib/envelopes/organize.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { NewEnvelopeButton } from "../../new-envelope-button.tsx";
import { addressOf } from "./address-of.ts";
import { FilterMenu } from "./filter-menu.tsx";
import { ListActs } from "./list-acts.tsx";
import { ListFilter } from "./list-filter.tsx";
import { ViewTabs } from "./view-tabs.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.list"))("title") };
}

interface Query {
  readonly view?: string | string[];
  readonly folder?: string | string[];
  readonly tag?: string | string[];
  readonly state?: string | string[];
  readonly q?: string | string[];
  readonly older?: string | string[];
  readonly newer?: string | string[];
}

const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value) ?? "";

export default async function EnvelopesPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  const ctx = await memberContext();
  const t = await getTranslations("app.list");
  const state = ENVELOPE_STATES.find((known) => known === one(query.state)) ?? null;
  const search = one(query.q).slice(0, 200);
  const [older, newer] = [one(query.older), one(query.newer)];
  const view = LIST_VIEWS.find((known) => known === one(query.view)) ?? "all";
  const folders = await listFolders(ctx);
  const folder = folders.find(({ id }) => id === one(query.folder))?.id ?? null;
  const tag = one(query.tag).slice(0, 60) || null;
  const wish = { view, state, search: search.trim(), folder, tag };
  const filters = await listFilters(ctx);
  const { items, olderCursor, newerCursor } = await listEnvelopes(ctx, {
    ...wish,
    cursor: (newer || older).slice(0, 200) || null,
    direction: newer ? "newer" : "older",
  });
  const isFiltered = view !== "all" || addressOf(wish) !== "/envelopes";
  const isEmpty = items.length === 0 && !isFiltered && !older && !newer;
  const link = (to: Readonly<Record<string, string>>) => {
    const kept = Object.fromEntries(new URLSearchParams(addressOf(wish).split("?")[1] ?? ""));
    return `/envelopes?${new URLSearchParams({ ...kept, ...to })}` as Route;
  };
  const mayCreate = hasPermission(ctx.actor, "envelope.create");
  return (
    <Page
      title={t("title")}
      lead={hasPermission(ctx.actor, "envelope.read-all") ? t("leadAll") : t("leadOwn")}
    >
      {isEmpty ? null : (
        <>
          <ViewTabs view={view} changed={items.map(({ id, state }) => `${id}${state}`).join()} />
          <ListFilter state={state ?? ""} search={search} folder={folder ?? ""} view={view} folders={folders}>
            <FilterMenu filters={filters} wish={wish} />
          </ListFilter>
        </>
      )}
      {items.length === 0 ? (
        !isEmpty ? (
          <EmptyState
            icon={SearchX}
            title={t("noneFound")}
            action={
              <Link href={"/envelopes" as Route} className={buttonClass("secondary")}>
                {t("showAll")}
              </Link>
            }
          >
            {t("noneFoundHint")}
          </EmptyState>
        ) : (
          <EmptyState
            icon={FileSignature}
            title={t("empty")}
            action={mayCreate ? <NewEnvelopeButton label={t("emptyAction")} kind="secondary" /> : undefined}
          >
            {mayCreate ? t("emptyHint") : t("emptyHintReader")}
          </EmptyState>
        )
      ) : (
        <>
          <ListActs folders={folders}>
            <ul
              aria-label={t("title")}
              className="divide-y divide-line rounded-card border border-line bg-paper"
            >
              {items.map((item) => (
                <EnvelopeRow key={item.id} item={item} mayChoose={mayCreate} />
              ))}
            </ul>
          </ListActs>
          {olderCursor || newerCursor ? (
            <nav aria-label={t("pages")} className="mt-4 flex justify-between gap-3">
              <PageLink href={newerCursor ? link({ newer: newerCursor }) : null}>{t("newer")}</PageLink>
              <PageLink href={olderCursor ? link({ older: olderCursor }) : null}>{t("older")}</PageLink>
            </nav>
          ) : null}
        </>
      )}
    </Page>
  );
}

function PageLink({ href, children }: { readonly href: Route | null; readonly children: string }) {
  if (!href) return <span />;
  return (
    <Link href={href} className={buttonClass("secondary")}>
      {children}
    </Link>
  );
}

async function EnvelopeRow({
  item,
  mayChoose,
}: {
  readonly item: EnvelopeListItem;
  readonly mayChoose: boolean;
}) {
  const t = await getTranslations("app.list");
  const { id, title, state, recipients, changedAt, ownerName } = item;
  const { isHeld, isDestroyed, shortId } = item;
  const done = recipients.filter(({ isDone }) => isDone).length;
  const address = `/envelopes/${publicId("envelope", id)}` as Route;
  return (
    <li className="relative grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 py-3 hover:bg-canvas sm:px-6 md:min-h-16 md:grid-cols-[minmax(0,1fr)_9.5rem_8rem_14rem]">
      <div className={`contents min-w-0 md:block ${mayChoose ? "md:ps-9" : ""}`}>
        {mayChoose && !isDestroyed ? (
          <input
            type="checkbox"
            name="chosen"
            value={publicId("envelope", id)}
            aria-label={t("choose", { title: title || shortId })}
            className="absolute top-4 left-6 z-10 hidden size-5 accent-action-700 md:block"
          />
        ) : null}
        <Link
          href={address}
          prefetch={false}
          className="order-1 block truncate font-medium text-ink-900 no-underline before:absolute before:inset-0 hover:underline"
        >
          {isDestroyed ? shortId : title || t("untitled")}
          {isHeld ? (
            <Lock
              role="img"
              aria-label={t("held")}
              className="ms-2 inline size-4 align-[-2px] text-warn-800"
            />
          ) : null}
        </Link>
        <p className="order-3 col-span-full truncate text-small text-ink-600">
          {item.isShared && !isDestroyed ? (
            <span className="me-2 inline-flex items-center gap-1 rounded-full bg-info-50 px-2 text-caption text-info-700">
              <Users aria-hidden="true" className="size-3" />
              {t("sharedBy", { name: ownerName })}
            </span>
          ) : null}
          {isDestroyed ? t("destroyed") : waitsFor(t, item)}
          {item.tags.map((tag) => (
            <span
              key={tag}
              className="ms-2 rounded-full border border-line bg-canvas px-2 text-caption text-ink-700"
            >
              {tag}
            </span>
          ))}
        </p>
      </div>
      <div className="order-2 justify-self-end md:order-none md:justify-self-start">
        {isDestroyed ? (
          <StatusPill tone="neutral" icon={Flame}>
            {t("destroyedState")}
          </StatusPill>
        ) : (
          <StatePill state={item.scheduledAt ? "scheduled" : state} />
        )}
      </div>
      <div className="order-4 col-span-full flex justify-between gap-4 text-small md:contents">
        <p className="text-ink-700 md:text-small">
          {isDestroyed
            ? ""
            : recipients.length === 0
              ? t("nobody")
              : t("progress", { done, all: recipients.length })}
        </p>
        <p className="text-end text-ink-600 md:justify-self-end md:text-small">
          <Instant at={changedAt.toISOString()} />
          <span className="hidden truncate md:block">{ownerName}</span>
        </p>
      </div>
    </li>
  );
}

function waitsFor(
  t: Awaited<ReturnType<typeof getTranslations<"app.list">>>,
  { state, awaits, waitingFor, scheduledAt, scheduledZone }: EnvelopeListItem,
): string {
  if (scheduledAt) return t("scheduled", { at: instantIn("en", scheduledAt, scheduledZone ?? "UTC") });
  if (waitingFor) return t("delayed");
  if (state === "sent" && awaits.length > 0)
    return awaits.length > 2
      ? t("awaitsMany", { name: awaits[0]!, others: awaits.length - 1 })
      : t("awaits", { names: awaits.join(", ") });
  return t(`hints.${state}`);
}
