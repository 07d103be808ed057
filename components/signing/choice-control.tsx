"use client";

import { ChevronDown } from "lucide-react";
import {
  type ControlProps,
  controlId,
  INNER_FOCUS,
  labelOf,
  nameOf,
  problemId,
  REACH,
  surfaceClass,
} from "./field-box.tsx";
import { svgSource } from "./svg-source.ts";

/** One of several: the browser's own list, which every device shows in its own way. */
export default function ChoiceControl({ field, state, problem, words, actions }: ControlProps) {
  const { id, settings } = field;
  const isDrawn = state.value !== "" && state.value === state.saved && state.svg !== null;
  return (
    <label
      className={`${surfaceClass(state.value !== "" || !field.isRequired, problem)} ${REACH} ${INNER_FOCUS}`}
    >
      {isDrawn ? (
        <img src={svgSource(state.svg!)} alt="" className="absolute inset-0 size-full" />
      ) : (
        <span className="absolute inset-0 flex items-center gap-[0.3em] overflow-hidden px-[0.2em] leading-tight font-medium">
          <span className="min-w-0 flex-1 truncate">{state.value || labelOf(field, words)}</span>
          <ChevronDown aria-hidden="true" className="size-[1em] shrink-0" />
        </span>
      )}
      <select
        id={controlId(id)}
        value={state.value}
        aria-label={nameOf(field, words)}
        aria-describedby={problem ? problemId(id) : undefined}
        aria-invalid={problem ? true : undefined}
        onChange={(event) => actions.enter(id, event.target.value, "now")}
        onFocus={() => actions.edit(id)}
        onBlur={() => actions.leave(id)}
        className="absolute inset-0 size-full cursor-pointer text-base opacity-0"
      >
        <option value="">{words.choose}</option>
        {(settings.options ?? []).map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
