"use client";

import { FileUp, UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { calledBy } from "#components/envelopes/people.ts";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { DraftContent, DraftField, EnvelopeLimits } from "#lib/envelopes/core/draft.ts";
import { movedTogether } from "#lib/envelopes/core/field-arrange.ts";
import { type Box, boxAround, inReadingOrder, movedBy, snapped } from "#lib/envelopes/core/field-places.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { signs } from "#lib/envelopes/core/roles.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import type { DocumentId } from "#lib/ids.ts";
import { usePageCommands } from "../../../../page-commands.ts";
import { findLines } from "../draft-requests.ts";
import type { DraftStore } from "../draft-store.ts";
import type { Step } from "../places.ts";
import { BranchBench } from "./branch-bench.tsx";
import { chosenCommands } from "./chosen-commands.ts";
import { type PagePlace, pastedFields } from "./draft-fields.ts";
import { ARROWS } from "./field-box.tsx";
import { copiedFields, copyFields } from "./field-clipboard.ts";
import { fieldCommands } from "./field-commands.ts";
import { FieldProperties } from "./field-properties.tsx";
import { FIELD_GROUPS, fieldName } from "./field-words.ts";
import { firstSettings } from "./first-settings.ts";
import { HintsPanel } from "./hints-panel.tsx";
import { PageList } from "./page-list.tsx";
import { PageTools, ZOOMS, type Zoom } from "./page-tools.tsx";
import { Palette } from "./palette.tsx";
import { PAGE_LINES } from "./use-field-drag.ts";
import { type TagPlace, useHints } from "./use-hints.ts";
import { type Pulls, usePaletteDrag } from "./use-palette-drag.ts";
import { useSelection } from "./use-selection.ts";

const keyOf = ({ documentId, page }: PagePlace): string => `${documentId} ${page}`;

interface FieldsTabProps {
  readonly id: string;
  readonly content: DraftContent;
  readonly documents: readonly DraftDocument[];
  readonly store: DraftStore;
  readonly limits: EnvelopeLimits;
  /** Whose fields are placed next. */
  readonly personId: string | null;
  readonly onPerson: (id: string) => void;
  readonly onGo: (step: Step) => void;
  /** Locks are set here, and hold in what is made from it. */
  readonly isTemplate: boolean;
}

/** Puts fields on pages: by dragging, by clicking, or by keyboard alone. */
export function FieldsTab({
  id,
  content,
  documents,
  store,
  limits,
  personId,
  onPerson,
  onGo,
  isTemplate,
}: FieldsTabProps) {
  const t = useTranslations("app.prepare.fields");
  const { recipients, fields } = content;
  // The same as long as the people are: pages and fields that did not change are not drawn again.
  const signers = useMemo(
    () => recipients.filter((one) => signs(one.role) && one.alternativeTo === ""),
    [recipients],
  );
  const person = signers.find((signer) => signer.id === personId) ?? signers[0] ?? null;
  const selection = useSelection();
  const { choose, chooseAll, has } = selection;
  const [tool, setTool] = useState<FieldType | null>(null);
  const [current, setCurrent] = useState<PagePlace | null>(null);
  const [zoom, setZoom] = useState<Zoom>(1);
  const [told, setTold] = useState("");
  const pages = useRef<HTMLDivElement>(null);
  /** Lines and cells of pages that something was dragged over. */
  const drawn = useRef(new Map<string, readonly Box[]>());
  const commands = useMemo(() => fieldCommands(store.change, () => store.getSnapshot().content), [store]);
  const documentIds = useMemo(() => documents.map(({ id }) => id as string), [documents]);
  const sorted = useMemo(() => inReadingOrder(fields, documentIds), [fields, documentIds]);
  const isFull = fields.length >= limits.fields;

  const focusField = useCallback(
    (fieldId: string) => {
      choose(fieldId);
      requestAnimationFrame(() => {
        const element = document.getElementById(`field-${fieldId}`);
        element?.focus({ preventScroll: true });
        element?.scrollIntoView({ block: "nearest" });
      });
    },
    [choose],
  );

  const place = useCallback(
    (
      type: FieldType,
      where: PagePlace,
      at: { x: number; y: number } | null,
      /** What is dropped lies on lines as what is moved does. */
      pulls: Pulls = null,
    ) => {
      const size = documents.find(({ id }) => id === where.documentId)?.pages[where.page];
      if (!person || !size || isFull) return;
      const own = store.getSnapshot().content.fields.filter(({ recipientId }) => recipientId === person.id);
      const settings = firstSettings(t, type, where, own);
      const height = middleInView(where, pages.current);
      const box = at ? boxAround(type, size, at) : null;
      const others = () =>
        store
          .getSnapshot()
          .content.fields.filter((one) => one.documentId === where.documentId && one.page === where.page);
      const lines = drawn.current.get(keyOf(where)) ?? [];
      const onLines = box && pulls ? snapped(box, [...others(), ...PAGE_LINES], pulls, lines).box : box;
      const fieldId = onLines
        ? commands.put(type, person.id, where, onLines, settings)
        : commands.add(type, person.id, where, { size, height }, settings);
      setTool(null);
      setTold(t("added", { what: t(`types.${type}`), who: calledBy(person), page: where.page + 1 }));
      focusField(fieldId);
    },
    [documents, person, isFull, commands, store, t, focusField],
  );
  const look = useCallback(
    (where: PagePlace) => {
      const key = keyOf(where);
      if (drawn.current.has(key)) return;
      drawn.current.set(key, []);
      findLines(id, where.documentId, where.page).then(
        (answer) => {
          if (answer.isDone) drawn.current.set(key, answer.result);
        },
        () => drawn.current.delete(key),
      );
    },
    [id],
  );
  const grab = usePaletteDrag({ place, look });

  useEffect(() => {
    // A press beside every field lets go of the chosen one.
    const press = (event: PointerEvent) => {
      const target = event.target as Element;
      if (!target.closest("[data-field], [data-keeps-selection]")) choose(null);
    };
    const element = pages.current;
    element?.addEventListener("pointerdown", press);
    return () => element?.removeEventListener("pointerdown", press);
  }, [choose]);

  const remove = useCallback(
    (field: DraftField) => {
      const { fields, recipients } = store.getSnapshot().content;
      const order = inReadingOrder(fields, documentIds);
      const index = order.findIndex(({ id }) => id === field.id);
      const next = order[index + 1] ?? order[index - 1];
      commands.remove(field.id);
      const name = fieldName(
        t,
        field,
        recipients.find(({ id }) => id === field.recipientId),
      );
      setTold(t("removed", { name }));
      if (next) focusField(next.id);
      else {
        choose(null);
        document.getElementById(`tool-${field.type}`)?.focus();
      }
    },
    [store, documentIds, commands, t, focusField, choose],
  );

  const selected = useCallback(
    () => store.getSnapshot().content.fields.filter(({ id }) => has(id)),
    [store, has],
  );
  const onFocused = useCallback((fieldId: string) => !has(fieldId) && choose(fieldId), [has, choose]);
  const latest = useRef({ person, current, signers, paste });
  latest.current = { person, current, signers, paste };
  const onKey = useCallback(
    (event: KeyboardEvent, field: DraftField) => {
      const { person, current, signers, paste } = latest.current;
      const all = selected();
      const free = isTemplate ? all : all.filter(({ isLocked }) => !isLocked);
      const ids = new Set(free.map(({ id }) => id));
      const isCommand = event.ctrlKey || event.metaKey;
      const key = event.key.toLowerCase();
      if (isCommand && key === "a") {
        const { fields } = store.getSnapshot().content;
        const own = fields.filter(
          ({ documentId, page }) => documentId === field.documentId && page === field.page,
        );
        chooseAll(own.map(({ id }) => id));
        return true;
      }
      if (isCommand && (key === "c" || key === "x")) {
        copyFields(all);
        if (key === "x") commands.removeAll(ids);
        setTold(t("copied", { count: all.length }));
        return true;
      }
      if (isCommand && key === "v" && person && current) {
        const signerIds = signers.map(({ id }) => id);
        paste(pastedFields(copiedFields(), current, signerIds, person.id));
        return true;
      }
      if (all.length < 2) return false;
      const arrow = ARROWS[event.key];
      if (arrow && !isCommand && !event.altKey) {
        const page = (event.currentTarget as HTMLElement).parentElement!.getBoundingClientRect();
        const pixels = event.shiftKey ? 10 : 1;
        const [dx, dy] = [(arrow[0] * pixels) / page.width, (arrow[1] * pixels) / page.height];
        commands.placeAll(movedTogether(free, dx, dy), "move many");
        return true;
      }
      if (event.key === "Delete" || event.key === "Backspace") {
        commands.removeAll(ids);
        choose(null);
        setTold(t("removedMany", { count: ids.size }));
        return true;
      }
      if (/^[1-9]$/.test(event.key) && !isCommand && !event.altKey) {
        const signer = signers[Number(event.key) - 1];
        if (signer) commands.changeAll(ids, { recipientId: signer.id });
        if (signer) setTold(t("assigned", { who: calledBy(signer) }));
        return true;
      }
      return false;
    },
    [selected, isTemplate, store, chooseAll, choose, commands, t],
  );

  /** As many as there is room for; at the very place of another one, a little beside it. */
  function paste(given: readonly DraftField[]) {
    const { fields } = store.getSnapshot().content;
    const added = given.slice(0, limits.fields - fields.length).map((field) => {
      const isTaken = fields.some(
        (other) =>
          other.documentId === field.documentId &&
          other.page === field.page &&
          other.x === field.x &&
          other.y === field.y,
      );
      return isTaken ? { ...field, ...movedBy(field, 0.02, 0.014) } : field;
    });
    commands.addAll(added);
    chooseAll(added.map(({ id }) => id));
    setTold(t("pasted", { count: added.length }));
    if (added[0]) requestAnimationFrame(() => document.getElementById(`field-${added[0]!.id}`)?.focus());
  }

  const hints = useHints({
    ...{ id, documents, signers, person },
    room: limits.fields - fields.length,
    onAdd: commands.addAll,
    onTakeOut: useCallback(
      async (documentId: string, places: readonly TagPlace[]) => {
        const marks = places.map((place) => ({ ...place, label: "", isBare: true }));
        const answer = await store.edit(documentId as DocumentId, { marks, additions: [] }, false);
        return answer.isDone && answer.result.isDone ? answer.result.made : null;
      },
      [store],
    ),
  });

  usePageCommands(
    person && current
      ? [
          ...FIELD_GROUPS.flatMap(({ types }) => types).map((type) => ({
            id: `add-${type}`,
            label: t("commands.add", { what: t(`types.${type}`), who: calledBy(person) || t("nobody") }),
            run: () => place(type, current, null),
          })),
          { id: "find", label: t("hints.look"), run: hints.look },
          ...(hints.ghosts.length > 0
            ? [
                {
                  id: "accept",
                  label: t("hints.acceptAll", { count: hints.ghosts.length }),
                  run: () => hints.accept(hints.ghosts),
                },
              ]
            : []),
          {
            id: "all",
            label: t("commands.all", { page: current.page + 1 }),
            keys: "Ctrl+A",
            run: () =>
              chooseAll(
                fields
                  .filter(
                    ({ documentId, page }) => documentId === current.documentId && page === current.page,
                  )
                  .map(({ id }) => id),
              ),
          },
          ...chosenCommands({
            ...{ isTemplate, commands, t, onPaste: paste },
            chosen: fields.filter(({ id }) => selection.ids.has(id)),
            pageCount: (id) => documents.find((document) => document.id === id)?.pages.length ?? 0,
            onRemoved: (count) => {
              choose(null);
              setTold(t("removedMany", { count }));
            },
          }),
          ...ZOOMS.filter((one) => one !== zoom).map((one) => ({
            id: `zoom-${one}`,
            label: t("zoom", { percent: one * 100 }),
            run: () => setZoom(one),
          })),
        ]
      : [],
  );

  if (documents.length === 0)
    return (
      <Missing
        icon={FileUp}
        text={t("noDocument")}
        action={t("toDocuments")}
        onPress={() => onGo("documents")}
      />
    );
  if (!person)
    return (
      <Missing icon={UserPlus} text={t("noSigner")} action={t("toPeople")} onPress={() => onGo("people")} />
    );
  const chosen = fields.filter(({ id }) => selection.ids.has(id));
  const alone = chosen.length === 1 ? chosen[0]! : null;
  return (
    <section
      aria-label={t("title")}
      className="mx-auto grid max-w-[1360px] gap-x-6 px-0 pb-72 sm:px-6 md:grid-cols-[15rem_minmax(0,1fr)_16rem] md:pt-6 md:pb-10"
    >
      <Palette
        {...{ signers, recipients, person, tool, current, documents, fields, isFull }}
        isHiddenOnPhone={chosen.length > 0}
        onPerson={onPerson}
        onTool={setTool}
        onGrab={grab}
        onAdd={(type) => current && place(type, current, null)}
      >
        <PageTools {...{ documents, current, zoom }} onZoom={setZoom} />
        <HintsPanel hints={hints} />
        <BranchBench fields={fields} rules={content.rules} />
      </Palette>
      <PageList
        ref={pages}
        {...{
          id,
          documents,
          recipients,
          signers,
          tool,
          commands,
          zoom,
          selected,
          onKey,
          onFocused,
          isTemplate,
        }}
        selection={selection.ids}
        hints={hints}
        onSelectAll={chooseAll}
        fields={sorted}
        onSelect={choose}
        onCurrent={setCurrent}
        onPlace={place}
        onRemove={remove}
        onTell={setTold}
        onFocus={focusField}
      />
      <FieldProperties
        {...{ id, chosen, isTemplate, current }}
        onChoose={chooseAll}
        onPaste={paste}
        selected={alone}
        {...{ signers, recipients, documents, commands, limits }}
        {...{ fields: sorted, rules: content.rules }}
        onRemove={remove}
        onDone={() => choose(null)}
        onFocus={focusField}
      />
      <p role="status" className="sr-only">
        {told}
      </p>
    </section>
  );
}

interface MissingProps {
  readonly icon: typeof FileUp;
  readonly text: string;
  readonly action: string;
  readonly onPress: () => void;
}

function Missing({ icon, text, action, onPress }: MissingProps) {
  return (
    <div className="mx-auto max-w-[1200px] px-4 py-6 sm:px-6">
      <EmptyState icon={icon} title={text} action={<Button onClick={onPress}>{action}</Button>} />
    </div>
  );
}

/** How far down the page the middle of what is seen of it lies, from 0 to 1. */
function middleInView({ documentId, page }: PagePlace, pages: HTMLElement | null): number {
  const element = pages?.querySelector(`[data-document="${documentId}"][data-page="${page}"]`);
  const rect = element?.getBoundingClientRect();
  if (!rect) return 0.5;
  const [top, bottom] = [Math.max(rect.top, 120), Math.min(rect.bottom, window.innerHeight)];
  return Math.min(1, Math.max(0, ((top + bottom) / 2 - rect.top) / rect.height));
}
