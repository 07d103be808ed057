"use client";

import { PenLine } from "lucide-react";
import dynamic from "next/dynamic";
import { type ComponentType, memo, useRef } from "react";
import { type FieldType, isTyped } from "#lib/envelopes/core/fields/field-types.ts";
import { CHECKED, groupOf } from "#lib/envelopes/core/fields/form-field.ts";
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
  useEarlyEntry,
} from "./field-box.tsx";
import { svgSource } from "./svg-source.ts";
import { TextControl } from "./text-control.tsx";
import { fillIn } from "./words.ts";

export type FieldControlProps = ControlProps & {
  readonly pageAspect: number;
  /** Within the text instead of on its page. */
  readonly isReader?: boolean;
};

/** One field on its page: something to press, to check or to type in, where the sender put it. */
export const FieldControl = memo(function FieldControl({
  pageAspect,
  isReader,
  ...props
}: FieldControlProps) {
  const { field, problem, isEditing, isCurrent } = props;
  const Control =
    props.form.isFixed || props.form.presence === "skipped" ? fixedFor(field.type) : CONTROLS[field.type];
  if (isReader) return <ReaderField {...props} control={Control} />;
  // On a telephone it is filled in below the page: its place shows which one that is.
  const layer = isEditing
    ? "z-20 max-sm:outline-2 max-sm:outline-offset-2 max-sm:outline-focus"
    : problem
      ? "z-10"
      : "";
  return (
    <div data-field style={placeOf(field, pageAspect)} className={`absolute ${layer}`}>
      <Control {...props} />
      {problem ? (
        <p
          id={problemId(field.id)}
          role="alert"
          className={
            !isCurrent || (isEditing && isTyped(field.type))
              ? "sr-only"
              : `${BUBBLE} ${field.x > 0.5 ? "right-0" : "left-0"}`
          }
        >
          {problem}
        </p>
      ) : null}
    </div>
  );
});

const BUBBLE =
  "pointer-events-none absolute top-full mt-1 w-max max-w-[min(20rem,80vw)] rounded-control bg-bad-50 px-2 py-1 text-base text-bad-700 ring-1 ring-bad-700";

const lazily = <P extends object>(load: () => Promise<{ default: ComponentType<P> }>) =>
  dynamic(load, { ssr: false, loading: () => <span className="absolute inset-0 bg-canvas/70" /> });
// Few documents ask for these, so few people load them.
const FileControl = lazily(() => import("./file-control.tsx"));
const ChoiceControl = lazily(() => import("./choice-control.tsx"));
const AnswerControl = lazily(() => import("./answer-control.tsx"));
const FixedControl = lazily(() => import("./fixed-control.tsx"));
const ReaderField = lazily(() => import("./reader-field.tsx"));

const CONTROLS: Readonly<Record<FieldType, ComponentType<ControlProps>>> = {
  ...{ signature: MarkControl, initials: MarkControl, date: DatePlace },
  ...{ checkbox: CheckboxControl, radio: CheckboxControl, dropdown: ChoiceControl },
  ...{ stamp: FileControl, attachment: FileControl, image: FileControl },
  ...{ approve: AnswerControl, decline: AnswerControl },
  ...{ formula: FixedControl, link: FixedControl, note: FixedControl, payment: FixedControl },
  ...{ name: TextControl, forename: TextControl, surname: TextControl, title: TextControl },
  ...{ company: TextControl, text: TextControl, cells: TextControl, day: TextControl },
  ...{ number: TextControl, amount: TextControl, email: TextControl, phone: TextControl },
  ...{ ssn: TextControl, ein: TextControl, zip: TextControl, pattern: TextControl },
};

/** What nobody changes here is only shown. */
const fixedFor = (type: FieldType) => (type === "date" || type === "decline" ? CONTROLS[type] : FixedControl);

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
  const isRadio = field.type === "radio";
  const isChecked = state.value !== "";
  const isDrawn = state.value === state.saved && state.svg !== null;
  const input = useRef<HTMLInputElement>(null);
  useEarlyEntry(input, field.id, actions, ({ checked, defaultChecked }) =>
    checked === defaultChecked ? null : checked ? CHECKED : "",
  );
  return (
    <label
      className={`${surfaceClass(isChecked || !field.isRequired, problem)} ${REACH} ${INNER_FOCUS} ${isRadio ? "rounded-full" : ""}`}
    >
      {isDrawn ? (
        <img src={svgSource(state.svg!)} alt="" className="absolute inset-0 size-full" />
      ) : (
        <svg viewBox="0 0 20 20" aria-hidden="true" className="absolute inset-0 size-full text-ink-900">
          <rect
            {...{ x: 0.8, y: 0.8, width: 18.4, height: 18.4, rx: isRadio ? 9.2 : 0 }}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.2"
          />
          {isChecked && isRadio ? <circle cx="10" cy="10" r="5.4" fill="currentColor" /> : null}
          {isChecked && !isRadio ? (
            <path d="M4.5 10.5 8.3 14.3 15.6 5.6" fill="none" stroke="currentColor" strokeWidth="2.2" />
          ) : null}
        </svg>
      )}
      <input
        ref={input}
        type={isRadio ? "radio" : "checkbox"}
        name={groupOf(field) ?? field.id}
        id={controlId(field.id)}
        aria-label={nameOf(field, words)}
        aria-describedby={problem ? problemId(field.id) : undefined}
        aria-invalid={problem ? true : undefined}
        checked={isChecked}
        onChange={(event) => actions.enter(field.id, event.target.checked ? CHECKED : "", "now")}
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
