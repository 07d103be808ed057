"use client";

import type { ComponentType } from "react";
import { isTyped } from "#lib/envelopes/core/fields/field-types.ts";
import { groupOf } from "#lib/envelopes/core/fields/form-field.ts";
import { type ControlProps, controlId, labelOf, nameOf, problemId } from "./field-box.tsx";
import { ValueInput } from "./text-control.tsx";

interface ReaderFieldProps extends ControlProps {
  /** What stands in the field's place on the page. */
  readonly control: ComponentType<ControlProps>;
}

/** A field within the text: the browser's own control, as large as it likes to be. */
export default function ReaderField({ control: Control, ...props }: ReaderFieldProps) {
  const { field, form, problem, written, words } = props;
  const isOpen = form.presence !== "skipped" && !form.isFixed;
  return (
    <div
      data-field
      className={`my-4 max-w-md rounded-control border-2 p-3 ${problem ? "border-bad-700" : "border-line-strong"}`}
    >
      {isOpen && isTyped(field.type) ? (
        <label htmlFor={controlId(field.id)}>
          <Name {...props} />
          <ValueInput {...props} isEditing />
        </label>
      ) : isOpen && (field.type === "checkbox" || field.type === "radio") ? (
        <Box {...props} />
      ) : isOpen && field.type === "dropdown" ? (
        <Choice {...props} />
      ) : field.type === "note" ? (
        <p className="whitespace-pre-wrap" dir="auto">
          {written}
        </p>
      ) : (
        <>
          <p aria-hidden="true">
            <Name {...props} />
          </p>
          <div className="relative h-16">
            <Control {...props} isEditing={props.isEditing} />
          </div>
        </>
      )}
      {field.settings.help && isOpen ? (
        <p aria-hidden="true" className="mt-1 text-ink-600">
          {field.settings.help}
        </p>
      ) : null}
      {problem ? (
        <p id={problemId(field.id)} role="alert" className="mt-2 text-bad-700">
          {problem}
        </p>
      ) : null}
      {field.type === "date" ? <p className="sr-only">{words.dateHint}</p> : null}
    </div>
  );
}

function Name({ field, words }: ControlProps) {
  const isKnown = field.type === "date" || field.type === "link" || field.type === "formula";
  return (
    <span className="mb-1 flex flex-wrap justify-between gap-x-3">
      <span className="font-medium" dir="auto">
        {labelOf(field, words)}
      </span>
      {isKnown ? null : (
        <span className="text-ink-600">{field.isRequired ? words.required : words.optional}</span>
      )}
    </span>
  );
}

const described = ({ field, problem, words }: ControlProps) => ({
  id: controlId(field.id),
  "aria-label": nameOf(field, words),
  "aria-describedby": problem ? problemId(field.id) : undefined,
  "aria-invalid": problem ? true : undefined,
});

function Box(props: ControlProps) {
  const { field, state, actions } = props;
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-3">
      <input
        {...described(props)}
        type={field.type === "radio" ? "radio" : "checkbox"}
        name={groupOf(field) ?? field.id}
        checked={state.value !== ""}
        onChange={(event) => actions.enter(field.id, event.target.checked ? "yes" : "", "now")}
        onFocus={() => actions.edit(field.id)}
        onBlur={() => actions.leave(field.id)}
        className="size-6 shrink-0 accent-action-700"
      />
      <span className="flex-1">
        <Name {...props} />
      </span>
    </label>
  );
}

function Choice(props: ControlProps) {
  const { field, state, words, actions } = props;
  return (
    <label htmlFor={controlId(field.id)}>
      <Name {...props} />
      <select
        {...described(props)}
        value={state.value}
        onChange={(event) => actions.enter(field.id, event.target.value, "now")}
        onFocus={() => actions.edit(field.id)}
        onBlur={() => actions.leave(field.id)}
        className="min-h-11 w-full rounded-control border border-line-strong bg-paper px-2 text-base"
      >
        <option value="">{words.choose}</option>
        {(field.settings.options ?? []).map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
