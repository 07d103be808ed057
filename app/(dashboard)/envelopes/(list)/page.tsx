import { Archive, Download, FileSignature, Flame, Lock, SearchX, Users } from "lucide-react";
import type { Metadata, Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import type { CSSProperties } from "react";
import { StatePill } from "#components/envelopes/state-pill.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Page } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { hasPermission } from "#lib/authorize.ts";
import type { ListColumn } from "#lib/envelopes/core/list-views.ts";
import { listFolders } from "#lib/envelopes/folders.ts";
import { type EnvelopeListItem, listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { getColumns, listChoices, listFilters } from "#lib/envelopes/organize.ts";
import { listColleagues } from "#lib/envelopes/share-envelope.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { NewEnvelopeButton } from "../../new-envelope-button.tsx";
import { OwnPartButton } from "../../own-part-button.tsx";
import { Gated } from "../../reason/gated.tsx";
import { waitsFor } from "../../waits-for.ts";
import { ActiveFilters } from "./active-filters.tsx";
import { addressOf, nothingIn, wishQuery } from "./address-of.ts";
import { ColumnChooser } from "./column-chooser.tsx";
import { FilterMenu } from "./filter-menu.tsx";
import { FolderDialog } from "./folder-dialog.tsx";
import { ListActs } from "./list-acts.tsx";
import { ListFilter } from "./list-filter.tsx";
import { wishIn } from "./list-wish.ts";
import { ViewTabs } from "./view-tabs.tsx";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("app.list"))("title") };
}

type Query = Readonly<Record<string, string | string[] | undefined>>;

export default async function EnvelopesPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams;
  const ctx = await memberContext();
  const t = await getTranslations("app.list");
  const value = (name: string) => [query[name] ?? ""].flat()[0] ?? "";
  const [older, newer] = [value("older"), value("newer")];
  const allFolders = await listFolders(ctx);
  const folders = allFolders.map(({ id, path }) => ({ id, name: path }));
  const asked = wishIn(value);
  const wish = { ...asked, folder: folders.find(({ id }) => id === asked.folder)?.id ?? null };
  const { view } = wish;
  const [filters, choices, columns] = [await listFilters(ctx), await listChoices(ctx), await getColumns(ctx)];
  const { items, olderCursor, newerCursor } = await listEnvelopes(ctx, {
    ...wish,
    cursor: (newer || older).slice(0, 200) || null,
    direction: newer ? "newer" : "older",
  });
  const isFiltered = view !== "all" || addressOf(wish) !== "/envelopes";
  const isNarrowed = addressOf(wish) !== addressOf(nothingIn(view));
  const isEmpty = items.length === 0 && !isFiltered && !older && !newer;
  const link = (to: Readonly<Record<string, string>>) => {
    const kept = Object.fromEntries(wishQuery(wish));
    return `/envelopes?${new URLSearchParams({ ...kept, ...to })}` as Route;
  };
  const mayCreate = hasPermission(ctx.actor, "envelope.create");
  const may = {
    manage: hasPermission(ctx.actor, "envelope.manage"),
    download: hasPermission(ctx.actor, "evidence.download"),
  };
  const mayChoose = may.manage || may.download;
  return (
    <Page
      title={t("title")}
      lead={hasPermission(ctx.actor, "envelope.read-all") ? t("leadAll") : t("leadOwn")}
      actions={
        isEmpty ? undefined : (
          <Gated purpose="export" id={null}>
            <a href={`/envelopes/list.csv?${wishQuery(wish)}`} download className={buttonClass("secondary")}>
              <Download aria-hidden="true" className="size-5" />
              {t("export")}
            </a>
          </Gated>
        )
      }
    >
      {isEmpty ? null : (
        <>
          <ViewTabs
            wish={wish}
            changed={items.map(({ id, state, isFiledAway }) => `${id}${state}${isFiledAway}`).join()}
          />
          <ListFilter {...{ wish, folders, choices }}>
            <FilterMenu filters={filters} wish={wish} />
            <ColumnChooser columns={columns} />
            {may.manage ? <FolderDialog folders={allFolders} /> : null}
          </ListFilter>
          <ActiveFilters {...{ wish, folders, choices }} />
        </>
      )}
      {items.length === 0 ? (
        !isEmpty ? (
          <EmptyState
            icon={SearchX}
            title={isNarrowed ? t("noneFound") : t("noneInViewTitle")}
            action={
              <Link
                href={(isNarrowed ? addressOf(nothingIn(view)) : "/envelopes") as Route}
                className={buttonClass("secondary")}
              >
                {isNarrowed ? t("clearAll") : t("showAll")}
              </Link>
            }
          >
            {isNarrowed ? t("noneFoundHint") : t("noneInView")}
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
          <Gated purpose="download" id={null}>
            <ListActs
              {...{ folders, may }}
              colleagues={may.manage ? await listColleagues(ctx) : []}
              isAway={view === "archived"}
              choosable={mayChoose ? items.filter(isChoosable).length : 0}
            >
              <div className="rounded-card border border-line bg-paper">
                <ColumnHeads {...{ columns, mayChoose }} />
                <ul aria-label={t("title")} className="divide-y divide-line">
                  {items.map((item) => (
                    <EnvelopeRow key={item.id} {...{ item, columns, folders, mayChoose }} />
                  ))}
                </ul>
              </div>
            </ListActs>
          </Gated>
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

const gridClass =
  "grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-4 sm:px-6 md:grid-cols-(--columns)";

/** Titles have half of what there is, columns share the rest. */
const gridOf = (columns: readonly ListColumn[]) =>
  ({
    "--columns": `minmax(0, ${Math.max(2, 7 - columns.length)}fr) ${columns
      .map((column) => (column === "state" ? "8.5rem" : "minmax(0, 1fr)"))
      .join(" ")}`,
  }) as CSSProperties;

/** What stands below, for who sees the list as a table; each row says it itself to who hears it. */
async function ColumnHeads({
  columns,
  mayChoose,
}: {
  readonly columns: readonly ListColumn[];
  readonly mayChoose: boolean;
}) {
  const t = await getTranslations("app.list");
  return (
    <div
      aria-hidden="true"
      style={gridOf(columns)}
      className={`hidden border-b border-line py-2 text-small text-ink-600 md:grid ${gridClass.replace("grid ", "")}`}
    >
      <span className={mayChoose ? "ps-9" : ""}>{t("titleColumn")}</span>
      {columns.map((column) => (
        <span key={column}>{t(`columnNames.${column}`)}</span>
      ))}
    </div>
  );
}

const isChoosable = ({ isReadable, isDestroyed }: EnvelopeListItem) => isReadable && !isDestroyed;

interface RowProps {
  readonly item: EnvelopeListItem;
  readonly columns: readonly ListColumn[];
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  readonly mayChoose: boolean;
}

async function EnvelopeRow({ item, columns, folders, mayChoose }: RowProps) {
  const t = await getTranslations("app.list");
  const { id, title, isReadable, isHeld, isDestroyed, shortId, ownPlace } = item;
  const name = isDestroyed ? shortId : title || t("untitled");
  const address = `/envelopes/${publicId("envelope", id)}` as Route;
  return (
    <li
      style={gridOf(columns)}
      className={`relative py-3 md:min-h-16 ${isReadable ? "hover:bg-canvas" : ""} ${gridClass}`}
    >
      <div className={`contents min-w-0 md:block ${mayChoose ? "md:ps-9" : ""}`}>
        {mayChoose && isChoosable(item) ? (
          <label className="absolute start-1 top-1 z-10 grid size-11 place-items-center sm:start-3">
            <input
              type="checkbox"
              name="chosen"
              value={publicId("envelope", id)}
              aria-label={t("choose", { title: title || shortId })}
              className="size-5 accent-action-700"
            />
          </label>
        ) : null}
        {isReadable ? (
          <Link
            href={address}
            prefetch={false}
            className={`order-1 block truncate font-medium text-ink-900 no-underline before:absolute before:inset-0 hover:underline ${mayChoose ? "ps-8 md:ps-0" : ""}`}
          >
            {name}
            {isHeld ? (
              <Lock
                role="img"
                aria-label={t("held")}
                className="ms-2 inline size-4 align-[-2px] text-warn-800"
              />
            ) : null}
          </Link>
        ) : (
          <span
            className={`order-1 block truncate font-medium text-ink-900 ${mayChoose ? "ps-8 md:ps-0" : ""}`}
          >
            {name}
          </span>
        )}
        <p className="order-3 col-span-full truncate text-small text-ink-600">
          {item.isShared && !isDestroyed ? (
            <span className="me-2 inline-flex items-center gap-1 rounded-full bg-info-50 px-2 text-caption text-info-700">
              <Users aria-hidden="true" className="size-3" />
              {t("sharedBy", { name: item.ownerName })}
            </span>
          ) : null}
          {isDestroyed
            ? t("destroyed")
            : isReadable
              ? waitsFor(t, item)
              : t("sentToYou", { name: item.ownerName })}
          {item.isFiledAway ? (
            <span className="ms-2 inline-flex items-center gap-1 rounded-full bg-canvas px-2 text-caption text-ink-700">
              <Archive aria-hidden="true" className="size-3" />
              {t("filedAway")}
            </span>
          ) : null}
          {item.tags.map((tag) => (
            <span
              key={tag}
              className="ms-2 rounded-full border border-line bg-canvas px-2 text-caption text-ink-700"
            >
              {tag}
            </span>
          ))}
        </p>
        {ownPlace ? (
          <div className="order-last col-span-full mt-1">
            <OwnPartButton envelope={publicId("envelope", id)} recipient={ownPlace} title={name} />
          </div>
        ) : null}
      </div>
      {columns.map((column) => (
        <div
          key={column}
          className={
            column === "state"
              ? "order-2 justify-self-end md:order-none md:justify-self-start"
              : "order-4 col-span-full flex min-w-0 gap-2 text-small text-ink-700 md:order-none md:col-span-1 md:block"
          }
        >
          {column === "state" ? null : (
            <span className="shrink-0 text-ink-600 md:sr-only">{t(`columnNames.${column}`)}</span>
          )}
          <ColumnValue {...{ column, item, folders }} />
        </div>
      ))}
    </li>
  );
}

async function ColumnValue({
  column,
  item,
  folders,
}: Pick<RowProps, "item" | "folders"> & { readonly column: ListColumn }) {
  const t = await getTranslations("app.list");
  const { state, isDestroyed, recipients } = item;
  const text = (words: string) => <span className="block truncate">{words}</span>;
  const instant = (at: Date | null) => (at ? <Instant at={at.toISOString()} /> : text("–"));
  switch (column) {
    case "state":
      return isDestroyed ? (
        <StatusPill tone="neutral" icon={Flame}>
          {t("destroyedState")}
        </StatusPill>
      ) : (
        <StatePill state={item.scheduledAt ? "scheduled" : state} />
      );
    case "people":
      if (isDestroyed || !item.isReadable) return text("–");
      return text(
        recipients.length === 0
          ? t("nobody")
          : t("progress", { done: recipients.filter(({ isDone }) => isDone).length, all: recipients.length }),
      );
    case "sent":
      return instant(item.sentAt);
    case "expires":
      return instant(item.expiresAt);
    case "template":
      return text(item.template ?? "–");
    case "class":
      return text(item.className ?? "–");
    case "signature":
      return text(t(`signatureNames.${item.signatureKind}`));
    case "amount":
      return <span className="block truncate tabular-nums">{item.amount ?? "–"}</span>;
    case "folder":
      return text(folders.find(({ id }) => id === item.folderId)?.name ?? "–");
    case "number":
      return <span className="block truncate font-mono">{item.shortId}</span>;
    case "sender":
      return text(item.ownerName || "–");
    case "changed":
      return instant(item.changedAt);
  }
}
