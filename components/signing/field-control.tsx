"use client";

import { PenLine } from "lucide-react";
import { memo } from "react";
import {
  type ControlProps,
  controlId,
  INNER_FOCUS,
  labelOf,
  nameOf,
  placeOf,
  problemId,
  REACH,
  surfaceClass,
} from "./field-box.tsx";
import { svgSource } from "./svg-source.ts";
import { TextControl } from "./text-control.tsx";
import { fillIn } from "./words.ts";

export type FieldControlProps = ControlProps & { readonly pageAspect: number };

/** One field on its page: something to press, to check or to type in, where the sender put it. */
export const FieldControl = memo(function FieldControl({ pageAspect, ...props }: FieldControlProps) {
  const { field, problem, isEditing } = props;
  const Control = CONTROLS[field.type];
  const layer = isEditing ? "z-20" : problem ? "z-10" : "";
  return (
    <div data-field style={placeOf(field, pageAspect)} className={`absolute ${layer}`}>
      <Control {...props} />
      {problem ? (
        <p
          id={problemId(field.id)}
          role="alert"
          className={
            isEditing && isTyped(field.type) ? "sr-only" : `${BUBBLE} ${field.x > 0.5 ? "right-0" : "left-0"}`
          }
        >
          {problem}
        </p>
      ) : null}
    </div>
  );
});

const BUBBLE =
  "absolute top-full mt-1 w-max max-w-[min(20rem,80vw)] rounded-control bg-bad-50 px-2 py-1 text-base text-bad-700 ring-1 ring-bad-700";

/** Their editor says it itself. */
const isTyped = (type: string) => type === "text" || type === "name";

const CONTROLS = {
  signature: MarkControl,
  initials: MarkControl,
  checkbox: CheckboxControl,
  date: DatePlace,
  name: TextControl,
  text: TextControl,
};

function MarkControl({ field, state, problem, words, actions }: ControlProps) {
  const isFilled = state.value !== "";
  const isSignature = field.type === "signature";
  const held = { label: labelOf(field, words), page: field.page + 1 };
  const asked = isSignature ? words.sign : words.initial;
  return (
    <button
      type="button"
      id={controlId(field.id)}
      aria-label={
        isFilled
          ? fillIn(isSignature ? words.signed : words.initialed, held)
          : `${asked}: ${nameOf(field, words)}`
      }
      aria-describedby={problem ? problemId(field.id) : undefined}
      onClick={() => actions.mark(field.id)}
      onFocus={() => actions.edit(field.id)}
      onBlur={() => actions.leave(field.id)}
      className={`${surfaceClass(isFilled || !field.isRequired, problem)} ${REACH} grid place-items-center`}
    >
      {isFilled && state.svg ? (
        <img src={svgSource(state.svg)} alt="" className="absolute inset-0 size-full" />
      ) : isFilled ? (
        <span className="animate-pulse">{words.saving}</span>
      ) : (
        <span className="flex max-w-full items-center gap-[0.4em] overflow-hidden px-[0.3em] leading-none font-semibold">
          <PenLine aria-hidden="true" className="size-[1em] shrink-0" />
          <span className="truncate py-[0.1em]">{asked}</span>
        </span>
      )}
    </button>
  );
}

function CheckboxControl({ field, state, problem, words, actions }: ControlProps) {
  const isChecked = state.value !== "";
  const isDrawn = state.value === state.saved && state.svg !== null;
  return (
    <label className={`${surfaceClass(isChecked || !field.isRequired, problem)} ${REACH} ${INNER_FOCUS}`}>
      {isDrawn ? (
        <img src={svgSource(state.svg!)} alt="" className="absolute inset-0 size-full" />
      ) : (
        <svg viewBox="0 0 20 20" aria-hidden="true" className="absolute inset-0 size-full text-ink-900">
          <rect
            {...{ x: 0.8, y: 0.8, width: 18.4, height: 18.4 }}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.2"
          />
          {isChecked ? (
            <path d="M4.5 10.5 8.3 14.3 15.6 5.6" fill="none" stroke="currentColor" strokeWidth="2.2" />
          ) : null}
        </svg>
      )}
      <input
        type="checkbox"
        id={controlId(field.id)}
        aria-label={nameOf(field, words)}
        aria-describedby={problem ? problemId(field.id) : undefined}
        aria-invalid={problem ? true : undefined}
        checked={isChecked}
        onChange={(event) => actions.enter(field.id, event.target.checked ? "yes" : "", "now")}
        onFocus={() => actions.edit(field.id)}
        onBlur={() => actions.leave(field.id)}
        className="absolute inset-0 size-full cursor-pointer opacity-0"
      />
    </label>
  );
}

/** The server writes the date at the moment of signing. */
function DatePlace({ field, words }: ControlProps) {
  return (
    <div
      title={words.dateHint}
      className="absolute inset-0 grid place-items-center overflow-hidden bg-canvas/70 text-ink-600 ring-1 ring-line-strong/60 ring-inset"
    >
      <span className="sr-only">{`${nameOf(field, words)}: ${words.dateHint}`}</span>
      <span aria-hidden="true" className="max-w-full truncate px-[0.3em] text-[0.85em] leading-tight">
        {labelOf(field, words)}
      </span>
    </div>
  );
}
