"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, memo, type Ref, useEffect, useMemo, useRef } from "react";
import type { DraftField, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import type { PagePlace } from "./draft-fields.ts";
import type { FieldCommands } from "./field-commands.ts";
import type { Zoom } from "./page-tools.tsx";
import { PageView } from "./page-view.tsx";
import type { Ghost, Hints } from "./use-hints.ts";

export interface FieldActions {
  readonly commands: FieldCommands;
  readonly onSelect: (id: string | null, isAlso?: boolean) => void;
  readonly onSelectAll: (ids: Iterable<string>) => void;
  /** Something got the focus: it is chosen, unless it is one of several that are. */
  readonly onFocused: (id: string) => void;
  /** What is chosen, as of now. */
  readonly selected: () => readonly DraftField[];
  /** Keys that are about all that is chosen. @returns whether that was all. */
  readonly onKey: (event: KeyboardEvent, field: DraftField) => boolean;
  readonly isTemplate: boolean;
  readonly onRemove: (field: DraftField) => void;
  readonly onTell: (text: string) => void;
  readonly onFocus: (id: string) => void;
}

interface PageListProps extends FieldActions {
  readonly ref: Ref<HTMLDivElement>;
  readonly id: string;
  readonly documents: readonly DraftDocument[];
  readonly recipients: readonly DraftRecipient[];
  readonly signers: readonly DraftRecipient[];
  /** In reading order. */
  readonly fields: readonly DraftField[];
  readonly tool: FieldType | null;
  readonly selection: ReadonlySet<string>;
  readonly zoom: Zoom;
  readonly hints: Hints;
  readonly onCurrent: (place: PagePlace) => void;
  readonly onPlace: (type: FieldType, where: PagePlace, at: { x: number; y: number } | null) => void;
}

const NONE: readonly DraftField[] = [];
const NO_GHOSTS: readonly Ghost[] = [];
const NO_SELECTION: ReadonlySet<string> = new Set();

/** Every page of every document, one below the other. */
export const PageList = memo(function PageList(props: PageListProps) {
  const t = useTranslations("app.prepare.fields");
  const { ref, id, documents, recipients, signers, fields, tool, selection, zoom, onCurrent } = props;
  const { commands, onSelect, onSelectAll, onFocused, onKey, onRemove, onTell, onFocus, onPlace } = props;
  const { selected, isTemplate } = props;
  const byPage = useFieldsByPage(fields);
  const { ghosts, accept } = props.hints;
  const ghostsByPage = useMemo(
    () => Map.groupBy(ghosts, ({ documentId, page }) => `${documentId} ${page}`),
    [ghosts],
  );
  const actions = useMemo(
    () => ({
      ...{ commands, onSelect, onSelectAll, onFocused, onKey, onRemove, onTell, onFocus },
      ...{ selected, isTemplate },
    }),
    [commands, onSelect, onSelectAll, onFocused, onKey, onRemove, onTell, onFocus, selected, isTemplate],
  );
  const list = useRef<HTMLDivElement>(null);
  useCurrentPage(list, documents, onCurrent);
  return (
    <div ref={ref} className="min-w-0 overflow-x-auto">
      <div
        ref={list}
        className="mx-auto flex flex-col gap-6"
        style={{ width: `calc(min(100%, 820px) * ${zoom})` }}
      >
        <p id="field-keys" className="sr-only">
          {t("fieldKeys")}
        </p>
        {documents.map(({ id: documentId, name, pages }) => (
          <section key={documentId} aria-label={name} className="flex flex-col gap-4">
            <h2 className="px-4 pt-4 text-small font-medium text-ink-700 [overflow-wrap:anywhere] sm:px-0 md:pt-0">
              {name}
            </h2>
            {pages
              .map((size, page) => ({ size, page }))
              .map(({ size, page }) => {
                const own = byPage.get(`${documentId} ${page}`) ?? NONE;
                const isSelectedHere = selection.size > 0 && own.some((field) => selection.has(field.id));
                return (
                  <PageView
                    key={`${documentId} ${page}`}
                    {...{ documentId, page, size, recipients, signers, tool, actions, onPlace }}
                    envelope={id}
                    documentName={name}
                    pageCount={pages.length}
                    fields={own}
                    ghosts={ghostsByPage.get(`${documentId} ${page}`) ?? NO_GHOSTS}
                    onAccept={accept}
                    selection={isSelectedHere ? selection : NO_SELECTION}
                  />
                );
              })}
          </section>
        ))}
      </div>
    </div>
  );
});

/** Fields of each page; the list of a page that did not change is the same as before. */
function useFieldsByPage(fields: readonly DraftField[]): ReadonlyMap<string, readonly DraftField[]> {
  const before = useRef<ReadonlyMap<string, readonly DraftField[]>>(new Map());
  return useMemo(() => {
    const grouped = Map.groupBy(fields, ({ documentId, page }) => `${documentId} ${page}`);
    const next = new Map<string, readonly DraftField[]>();
    for (const [key, list] of grouped) {
      const known = before.current.get(key);
      const isSame = known?.length === list.length && list.every((field, index) => known[index] === field);
      next.set(key, isSame ? known : list);
    }
    before.current = next;
    return next;
  }, [fields]);
}

/** Tells which page lies across the middle of the window. */
function useCurrentPage(
  list: { readonly current: HTMLElement | null },
  documents: readonly DraftDocument[],
  onCurrent: (place: PagePlace) => void,
): void {
  useEffect(() => {
    const [first] = documents;
    if (first) onCurrent({ documentId: first.id, page: 0 });
    const observer = new IntersectionObserver(
      (entries) => {
        const seen = entries.find(({ isIntersecting }) => isIntersecting)?.target as HTMLElement | undefined;
        if (seen) onCurrent({ documentId: seen.dataset.document!, page: Number(seen.dataset.page) });
      },
      { rootMargin: "-45% 0px -54% 0px" },
    );
    for (const page of list.current?.querySelectorAll("[data-page]") ?? []) observer.observe(page);
    return () => observer.disconnect();
  }, [list, documents, onCurrent]);
}
