"use client";

import { type KeyboardEvent, type RefObject, useRef } from "react";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { MASK } from "#lib/envelopes/core/fields/form-field.ts";
import {
  type ControlProps,
  controlId,
  INNER_FOCUS,
  labelOf,
  nameOf,
  problemId,
  REACH,
  surfaceClass,
  useEarlyEntry,
} from "./field-box.tsx";
import { svgSource } from "./svg-source.ts";

const LONGEST = 1_000;

/** What a browser may fill in by itself (WCAG 1.3.5), and which keys it offers. */
const COMPLETES: Partial<Record<FieldType, string>> = {
  ...{ name: "name", forename: "given-name", surname: "family-name", title: "organization-title" },
  ...{ company: "organization", email: "email", phone: "tel", zip: "postal-code" },
};
const MODES: Partial<Record<FieldType, "decimal" | "numeric" | "email" | "tel">> = {
  ...{ number: "decimal", amount: "decimal", email: "email", phone: "tel" },
  ...{ ssn: "numeric", ein: "numeric", zip: "numeric" },
};

/** What was typed over a value that this screen never got. */
const unmasked = (typed: string, before: string): string =>
  before === MASK ? typed.replaceAll(MASK[0]!, "") : typed;

/**
 * A value to type. At rest it shows what the server drew, as the sealed document will have it; while it is edited the
 * input that lies over it comes forward: in its place on a wide screen, in a strip above the bar on a narrow one.
 */
export function TextControl(props: ControlProps) {
  const { field, state, problem, words, isEditing } = props;
  return (
    <>
      <div aria-hidden="true" className={surfaceClass(state.value !== "" || !field.isRequired, problem)}>
        <AtRest {...props} />
      </div>
      <label
        htmlFor={controlId(field.id)}
        data-cover={isEditing ? "" : undefined}
        className={isEditing ? stripClass(field) : `absolute inset-0 cursor-text ${REACH} ${INNER_FOCUS}`}
      >
        <span className={isEditing ? "mb-1 flex justify-between gap-3 sm:sr-only" : "sr-only"}>
          <span className="font-medium">{labelOf(field, words)}</span>
          <span className="text-ink-600">{field.isRequired ? words.required : words.optional}</span>
        </span>
        <ValueInput {...props} />
        {isEditing && field.settings.help ? (
          <span aria-hidden="true" className="mt-1 block text-ink-600 max-sm:mb-1">
            {field.settings.help}
          </span>
        ) : null}
        {isEditing && problem ? (
          <span
            aria-hidden="true"
            className="mt-1 block rounded-control bg-bad-50 px-2 py-1 text-base text-bad-700"
          >
            {problem}
          </span>
        ) : null}
      </label>
    </>
  );
}

function AtRest({ field, state, written, words }: ControlProps) {
  const isFilled = state.value !== "";
  if (isFilled && state.value === state.saved && state.svg !== null)
    return <img src={svgSource(state.svg)} alt="" className="absolute inset-0 size-full" />;
  const lines = field.isMultiline ? "whitespace-pre-wrap" : "grid content-center";
  return (
    <span
      dir="auto"
      className={`absolute inset-0 overflow-hidden px-[0.2em] leading-tight ${lines} ${isFilled ? "text-ink-900" : "font-medium"}`}
    >
      <span className={field.isMultiline ? "" : "truncate"}>
        {isFilled ? written || state.value : labelOf(field, words)}
      </span>
    </span>
  );
}

function stripClass({ x, width }: ControlProps["field"]): string {
  const side = x + width / 2 > 0.5 ? "sm:right-0" : "sm:left-0";
  const wide = `sm:absolute sm:top-1/2 sm:w-full sm:min-w-[min(18rem,60vw)] sm:-translate-y-1/2 sm:rounded-control sm:bg-paper sm:shadow-float ${side}`;
  const narrow =
    "max-sm:fixed max-sm:inset-x-0 max-sm:bottom-[calc(var(--bar)+var(--keyboard))] max-sm:border-t max-sm:border-line max-sm:bg-paper max-sm:px-4 max-sm:pt-3 max-sm:pb-1";
  return `text-base text-ink-900 ${wide} ${narrow}`;
}

/** What a value is typed into. */
export function ValueInput({ field, state, problem, isEditing, words, actions }: ControlProps) {
  const { id, isMultiline } = field;
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  useEarlyEntry(input, id, actions, ({ value, defaultValue }) =>
    value === defaultValue ? null : unmasked(value, state.value),
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const isDone = event.key === "Enter" && !event.nativeEvent.isComposing;
    if (!isDone || (isMultiline && !event.ctrlKey && !event.metaKey)) return;
    event.preventDefault();
    actions.next();
  };
  const shared = {
    ref: input as RefObject<never>,
    id: controlId(id),
    dir: "auto",
    maxLength: LONGEST,
    // A day that is kept apart is chosen anew: a mask is no date.
    value: field.type === "day" && state.value === MASK ? "" : state.value,
    placeholder: field.settings.placeholder,
    autoComplete: COMPLETES[field.type] ?? "off",
    inputMode: MODES[field.type],
    "aria-label": nameOf(field, words),
    "aria-invalid": problem ? true : undefined,
    "aria-describedby": problem ? problemId(id) : undefined,
    onChange: ({ target }: { target: { value: string } }) =>
      actions.enter(id, unmasked(target.value, state.value), "after-typing"),
    onFocus: () => actions.edit(id),
    onBlur: () => actions.leave(id),
    onKeyDown,
    style: isEditing && field.settings.align ? { textAlign: field.settings.align } : undefined,
    className: isEditing
      ? "placeholder:text-ink-600 block min-h-11 w-full resize-none rounded-control border-2 border-action-700 bg-paper px-2 py-1.5 text-base text-ink-900"
      : "absolute inset-0 size-full resize-none overflow-hidden border-0 bg-paper p-0 text-base text-ink-900 opacity-0 focus:opacity-100",
  };
  return isMultiline ? (
    <textarea rows={isEditing ? 3 : 1} {...shared} />
  ) : (
    <input
      type={field.type === "day" ? "date" : field.settings.isSensitive ? "password" : "text"}
      enterKeyHint="next"
      min={field.type === "day" ? field.settings.from : undefined}
      max={field.type === "day" ? field.settings.to : undefined}
      {...shared}
    />
  );
}
