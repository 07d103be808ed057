"use client";

import { FileUp, UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { DraftContent, DraftField, ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { boxAround, inReadingOrder } from "#lib/envelopes/core/field-places.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import type { DraftStore } from "../draft-store.ts";
import type { Step } from "../places.ts";
import type { PagePlace } from "./draft-fields.ts";
import { fieldCommands } from "./field-commands.ts";
import { FieldProperties } from "./field-properties.tsx";
import { fieldName } from "./field-words.ts";
import { firstSettings } from "./first-settings.ts";
import { PageList } from "./page-list.tsx";
import { PageTools, type Zoom } from "./page-tools.tsx";
import { Palette } from "./palette.tsx";
import { usePaletteDrag } from "./use-palette-drag.ts";

interface FieldsTabProps {
  readonly id: string;
  readonly content: DraftContent;
  readonly documents: readonly DraftDocument[];
  readonly store: DraftStore;
  readonly limits: typeof ENVELOPE_LIMITS;
  /** Whose fields are placed next. */
  readonly personId: string | null;
  readonly onPerson: (id: string) => void;
  readonly onGo: (step: Step) => void;
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
}: FieldsTabProps) {
  const t = useTranslations("app.prepare.fields");
  const { recipients, fields } = content;
  const signers = recipients.filter((one) => one.role === "signer" && one.alternativeTo === "");
  const person = signers.find((signer) => signer.id === personId) ?? signers[0] ?? null;
  const [selectedId, setSelected] = useState<string | null>(null);
  const [tool, setTool] = useState<FieldType | null>(null);
  const [current, setCurrent] = useState<PagePlace | null>(null);
  const [zoom, setZoom] = useState<Zoom>(1);
  const [told, setTold] = useState("");
  const pages = useRef<HTMLDivElement>(null);
  const commands = useMemo(() => fieldCommands(store.change, () => store.getSnapshot().content), [store]);
  const documentIds = useMemo(() => documents.map(({ id }) => id as string), [documents]);
  const sorted = useMemo(() => inReadingOrder(fields, documentIds), [fields, documentIds]);
  const isFull = fields.length >= limits.fields;

  const focusField = useCallback((fieldId: string) => {
    setSelected(fieldId);
    requestAnimationFrame(() => {
      const element = document.getElementById(`field-${fieldId}`);
      element?.focus({ preventScroll: true });
      element?.scrollIntoView({ block: "nearest" });
    });
  }, []);

  const place = useCallback(
    (type: FieldType, where: PagePlace, at: { x: number; y: number } | null) => {
      const size = documents.find(({ id }) => id === where.documentId)?.pages[where.page];
      if (!person || !size || isFull) return;
      const own = store.getSnapshot().content.fields.filter(({ recipientId }) => recipientId === person.id);
      const settings = firstSettings(t, type, where, own);
      const height = middleInView(where, pages.current);
      const fieldId = at
        ? commands.put(type, person.id, where, boxAround(type, size, at), settings)
        : commands.add(type, person.id, where, { size, height }, settings);
      setTool(null);
      setTold(
        t("added", { what: t(`types.${type}`), who: person.name || person.email, page: where.page + 1 }),
      );
      focusField(fieldId);
    },
    [documents, person, isFull, commands, store, t, focusField],
  );
  const grab = usePaletteDrag(place);

  useEffect(() => {
    // A press beside every field lets go of the chosen one.
    const press = (event: PointerEvent) => {
      const target = event.target as Element;
      if (!target.closest("[data-field], [data-keeps-selection]")) setSelected(null);
    };
    const element = pages.current;
    element?.addEventListener("pointerdown", press);
    return () => element?.removeEventListener("pointerdown", press);
  }, []);

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
        setSelected(null);
        document.getElementById(`tool-${field.type}`)?.focus();
      }
    },
    [store, documentIds, commands, t, focusField],
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
  const selected = fields.find((field) => field.id === selectedId) ?? null;
  return (
    <section
      aria-label={t("title")}
      className="mx-auto grid max-w-[1360px] gap-x-6 px-0 pb-72 sm:px-6 md:grid-cols-[15rem_minmax(0,1fr)_16rem] md:pt-6 md:pb-10"
    >
      <Palette
        {...{ signers, recipients, person, tool, current, documents, fields, isFull }}
        isHiddenOnPhone={selected !== null}
        onPerson={onPerson}
        onTool={setTool}
        onGrab={grab}
        onAdd={(type) => current && place(type, current, null)}
      >
        <PageTools {...{ documents, current, zoom }} onZoom={setZoom} />
      </Palette>
      <PageList
        ref={pages}
        {...{ id, documents, recipients, signers, tool, selectedId, commands, zoom }}
        fields={sorted}
        onSelect={setSelected}
        onCurrent={setCurrent}
        onPlace={place}
        onRemove={remove}
        onTell={setTold}
        onFocus={focusField}
      />
      <FieldProperties
        {...{ selected, signers, recipients, documents, commands, limits }}
        {...{ fields: sorted, rules: content.rules }}
        onRemove={remove}
        onDone={() => setSelected(null)}
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
