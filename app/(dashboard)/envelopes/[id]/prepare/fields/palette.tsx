"use client";

import { Keyboard, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { type PointerEvent, type ReactNode, useEffect, useState } from "react";
import { calledBy } from "#components/envelopes/people.ts";
import { PersonMark } from "#components/envelopes/person-chip.tsx";
import { Button } from "#components/ui/button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { DraftField, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { hasSingleKeys } from "../../../../single-keys.ts";
import { TYPED_IN } from "../use-undo-keys.ts";
import type { PagePlace } from "./draft-fields.ts";
import { FIELD_GROUPS, FIELD_ICONS } from "./field-words.ts";
import { KeyboardHelp } from "./keyboard-help.tsx";

interface PaletteProps {
  readonly signers: readonly DraftRecipient[];
  readonly recipients: readonly DraftRecipient[];
  readonly person: DraftRecipient;
  /** The kind that a press on a page puts there. */
  readonly tool: FieldType | null;
  readonly current: PagePlace | null;
  readonly documents: readonly DraftDocument[];
  readonly fields: readonly DraftField[];
  readonly isFull: boolean;
  readonly isHiddenOnPhone: boolean;
  readonly onPerson: (id: string) => void;
  readonly onTool: (tool: FieldType | null) => void;
  readonly onGrab: (event: PointerEvent<HTMLElement>, type: FieldType) => void;
  readonly onAdd: (type: FieldType) => void;
  readonly children: ReactNode;
}

/** What can be put on a page, and for whom; a bar at the bottom on phones. */
export function Palette(props: PaletteProps) {
  const t = useTranslations("app.prepare.fields");
  const { signers, recipients, person, tool, current, documents, fields, isFull, onTool } = props;
  const [isHelping, setHelping] = useState(false);
  const [isMore, setMore] = useState(false);
  useEffect(() => {
    // Before the list of keys of all pages, which says nothing of fields.
    const press = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof Element && event.target.closest(TYPED_IN);
      if (event.key !== "?" || !hasSingleKeys() || isTyping || event.ctrlKey || event.metaKey || event.altKey)
        return;
      event.preventDefault();
      setHelping(true);
    };
    window.addEventListener("keydown", press, true);
    return () => window.removeEventListener("keydown", press, true);
  }, []);
  const index = recipients.findIndex(({ id }) => id === person.id);
  const count = fields.filter(({ recipientId }) => recipientId === person.id).length;
  const document = documents.find(({ id }) => id === current?.documentId);
  const page = (current?.page ?? 0) + 1;
  const addLabel =
    documents.length > 1 && document
      ? t("addToPageOf", { page, name: document.name })
      : t("addToPage", { page });
  return (
    <aside
      aria-label={t("palette")}
      className={`fixed inset-x-0 bottom-0 z-20 border-t border-line bg-paper px-3 pt-2 pb-3 shadow-float md:sticky md:inset-auto md:top-32 md:z-auto md:block md:max-h-[calc(100dvh-9rem)] md:self-start md:overflow-y-auto md:rounded-card md:border md:p-4 md:shadow-none ${props.isHiddenOnPhone ? "hidden" : ""}`}
    >
      <div className="flex items-center gap-2">
        <Button
          kind="secondary"
          aria-expanded={isMore}
          aria-controls="field-tools"
          onClick={() => setMore(!isMore)}
          className="shrink-0 md:hidden"
        >
          {t(isMore ? "toKinds" : "moreTools")}
        </Button>
        <PersonMark person={person} index={index} />
        <SelectField
          label={t("for")}
          hidesLabel
          value={person.id}
          onChange={(event) => props.onPerson(event.target.value)}
          options={signers.map((signer, place) => ({
            value: signer.id,
            label: `${place + 1} · ${calledBy(signer) || t("nobody")}`,
          }))}
          className="min-w-0 flex-1"
        />
      </div>
      <p className="mt-1 hidden text-small text-ink-600 md:block">{t("count", { count })}</p>
      <section
        aria-label={t("tools")}
        className={`mt-2 max-h-44 flex-col gap-2 overflow-y-auto md:mt-3 md:flex md:max-h-none md:overflow-visible ${isMore ? "hidden" : "flex"}`}
      >
        {FIELD_GROUPS.map(({ name, types }) => (
          <section key={name} aria-labelledby={`tools-${name}`}>
            <h3 id={`tools-${name}`} className="mb-1 text-small text-ink-600">
              {t(`groups.${name}`)}
            </h3>
            <ul className="grid grid-cols-3 gap-1 md:grid-cols-2">
              {types.map((type) => {
                const Icon = FIELD_ICONS[type];
                return (
                  <li key={type}>
                    <button
                      type="button"
                      id={`tool-${type}`}
                      aria-pressed={tool === type}
                      disabled={isFull}
                      onPointerDown={(event) => props.onGrab(event, type)}
                      onClick={() => onTool(tool === type ? null : type)}
                      className="flex min-h-11 w-full touch-none items-center justify-center gap-2 rounded-control border border-line bg-paper px-1 text-small text-ink-900 select-none hover:border-line-strong hover:bg-canvas aria-pressed:border-action-700 aria-pressed:bg-action-50 aria-pressed:text-action-700 md:min-h-10 md:cursor-grab md:justify-start md:gap-1 md:px-1 md:text-[0.8125rem]"
                    >
                      <Icon aria-hidden="true" className="size-4 shrink-0" />
                      <span className="min-w-0 leading-tight text-pretty md:text-start">
                        {t(`types.${type}`)}
                      </span>
                    </button>
                  </li>
                );
              })}
            </ul>
          </section>
        ))}
      </section>
      <div className={`mt-2 md:mt-3 md:block ${tool && !isMore ? "" : "hidden"}`}>
        <Button
          kind="secondary"
          disabled={!tool || !current || isFull}
          onClick={() => tool && props.onAdd(tool)}
          className="w-full"
        >
          <Plus aria-hidden="true" className="size-5 shrink-0" />
          <span className="min-w-0 [overflow-wrap:anywhere]">{addLabel}</span>
        </Button>
      </div>
      <p className={`mt-2 text-small text-ink-600 ${tool && !isMore ? "" : "hidden md:block"}`}>
        {tool ? t("hintArmed", { what: t(`types.${tool}`) }) : t("hint")}
      </p>
      <div
        id="field-tools"
        className={`mt-3 max-h-[50dvh] overflow-y-auto border-t border-line pt-3 md:block md:max-h-none md:overflow-visible ${isMore ? "" : "hidden"}`}
      >
        {props.children}
        <Button kind="quiet" onClick={() => setHelping(true)} className="mt-2 w-full">
          <Keyboard aria-hidden="true" className="size-5" />
          {t("keys")}
        </Button>
      </div>
      <KeyboardHelp isOpen={isHelping} onOpenChange={setHelping} />
    </aside>
  );
}
