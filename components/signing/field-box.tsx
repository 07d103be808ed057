import { type CSSProperties, type RefObject, useEffect } from "react";
import { MANNERS } from "#lib/envelopes/core/fields/field-types.ts";
import type { FieldState } from "#lib/envelopes/core/fields/form-state.ts";
import {
  isUnnamed,
  type NearWords,
  nearWords,
  type PageWords,
} from "#lib/envelopes/core/fields/near-words.ts";
import type { CeremonyFieldView } from "#lib/signing/open-ceremony.ts";
import type { FieldValue } from "./value-queue.ts";
import { fillIn, type SignWords } from "./words.ts";

export interface FieldActions {
  enter(fieldId: string, value: string, when: "now" | "after-typing"): void;
  edit(fieldId: string): void;
  leave(fieldId: string): void;
  /** A place for a mark was pressed. */
  mark(fieldId: string): void;
  next(): void;
  /** Gives a file; resolves to what is wrong with it, in words. */
  give(fieldId: string, file: File): Promise<string | null>;
  /** Has a telephone give the file. */
  telephone(fieldId: string): void;
  decline(): void;
}

export interface ControlProps {
  readonly field: CalledField;
  readonly state: FieldValue;
  /** What rules and formulas make of it just now. */
  readonly form: FieldState;
  /** As the document will have it. */
  readonly written: string;
  /** What is wrong with it, in words. */
  readonly problem: string | null;
  readonly isEditing: boolean;
  /** The person was at it last: what is wrong with it is said beside it, of the others only read out. */
  readonly isCurrent: boolean;
  readonly words: SignWords["field"];
  readonly actions: FieldActions;
}

export const controlId = (fieldId: string): string => `field-${fieldId}`;
export const problemId = (fieldId: string): string => `field-${fieldId}-problem`;

/**
 * Where a field is on its page, and how large its letters can be without leaving it.
 *
 * @param pageAspect height of the page by its width.
 */
export function placeOf({ type, x, y, width, height }: CeremonyFieldView, pageAspect: number): CSSProperties {
  const percent = (fraction: number) => `${(fraction * 100).toFixed(4)}%`;
  // What is asked for in a small place is said in small letters, and not cut off.
  const isButton = MANNERS[type] === "mark" || MANNERS[type] === "file";
  const most = Math.min(height * pageAspect * 0.62, isButton ? width * 0.2 : 1);
  const fontSize = `min(16px, calc(var(--page-width) * ${most.toFixed(5)}))`;
  return { left: percent(x), top: percent(y), width: percent(width), height: percent(height), fontSize };
}

/** A field as it is called here: where nobody labelled it, by what stands around it. */
export interface CalledField extends CeremonyFieldView {
  readonly called?: NearWords & {
    /** Of several that would be called alike, which; null for the only one. */
    readonly number: number | null;
  };
}

export function labelOf({ label, type, settings, called }: CalledField, words: SignWords["field"]): string {
  const own = label || settings.option || called?.text || words[type];
  return called?.number ? `${own} ${called.number}` : own;
}

/** Calls fields that nobody labelled by what stands around them on their page, no two of them alike. */
export function callFields(
  fields: readonly CeremonyFieldView[],
  texts: ReadonlyMap<string, PageWords | null>,
): readonly CalledField[] {
  const unnamed = fields.filter(isUnnamed);
  if (unnamed.length === 0) return fields;
  const found = new Map(
    unnamed.map((field) => {
      const pages = new Map(
        Array.from({ length: field.page + 1 }, (_, page) => [
          page,
          texts.get(`${field.documentId}:${page}`) ?? null,
        ]),
      );
      return [field.id, nearWords(field, pages)] as const;
    }),
  );
  const alike = new Map<string, string[]>();
  const keyOf = ({ id, documentId, page, type }: CeremonyFieldView) => {
    const { text, section } = found.get(id)!;
    return JSON.stringify([documentId, page, text ?? type, section]);
  };
  for (const field of unnamed) {
    const same = alike.get(keyOf(field));
    if (same) same.push(field.id);
    else alike.set(keyOf(field), [field.id]);
  }
  return fields.map((field): CalledField => {
    const near = found.get(field.id);
    if (!near) return field;
    const same = alike.get(keyOf(field))!;
    return { ...field, called: { ...near, number: same.length > 1 ? same.indexOf(field.id) + 1 : null } };
  });
}

/** How a field is announced: what it is, where it is, whether it must be filled. */
export function nameOf(field: CalledField, words: SignWords["field"]): string {
  const isAsked = field.isRequired && field.type !== "date";
  const section = field.called?.section;
  const [plain, required] = section
    ? [words.whereSection, words.whereSectionRequired]
    : [words.where, words.whereRequired];
  const template = isAsked ? required : plain;
  const { group, help } = field.settings;
  const own = labelOf(field, words);
  const label = group && group !== own ? `${group}: ${own}` : own;
  const name = fillIn(template, { label, page: field.page + 1, section: section ?? "" });
  return help ? `${name}. ${help}` : name;
}

/** A small field is easy to hit all the same: its margin reacts too, and lies below its neighbors. */
export const REACH =
  "before:absolute before:top-1/2 before:left-1/2 before:-z-10 before:size-full before:min-h-11 before:min-w-11 before:-translate-x-1/2 before:-translate-y-1/2 before:content-['']";
/** For a label around an input that is not seen itself. */
export const INNER_FOCUS =
  "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus";
const OPEN = "bg-field-50/75 ring-1 ring-inset ring-field-700 text-field-700";
const CALM = "ring-1 ring-inset ring-action-700/25 hover:ring-action-700 text-ink-600";
const WRONG = "bg-bad-50/80 ring-2 ring-inset ring-bad-700 text-bad-700";

/**
 * What was entered before the page's script was there to hear of it counts as entered, and what has the focus is being
 * edited.
 *
 * @param entered what stands in the control and not in the page as it was sent; null when nothing does.
 */
export function useEarlyEntry<E extends HTMLElement>(
  control: RefObject<E | null>,
  fieldId: string,
  actions: FieldActions,
  entered: (element: E) => string | null,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the script takes the page over.
  useEffect(() => {
    const element = control.current!;
    const value = entered(element);
    if (value !== null) actions.enter(fieldId, value, "now");
    if (document.activeElement === element) actions.edit(fieldId);
  }, []);
}

/** What covers a field's place. @param isCalm nothing has to be done here. */
export function surfaceClass(isCalm: boolean, problem: string | null): string {
  return `absolute inset-0 size-full ${problem ? WRONG : isCalm ? CALM : OPEN}`;
}
