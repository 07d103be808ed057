"use client";

import { Check, X } from "lucide-react";
import {
  type ControlProps,
  controlId,
  labelOf,
  nameOf,
  problemId,
  REACH,
  surfaceClass,
} from "./field-box.tsx";
import { svgSource } from "./svg-source.ts";

/** Says yes to what stands there, or begins to say no to all of it. */
export default function AnswerControl({ field, state, problem, words, actions }: ControlProps) {
  const isDecline = field.type === "decline";
  const isGiven = state.value !== "";
  const Icon = isDecline ? X : Check;
  return (
    <button
      type="button"
      id={controlId(field.id)}
      aria-label={nameOf(field, words)}
      aria-pressed={isDecline ? undefined : isGiven}
      aria-describedby={problem ? problemId(field.id) : undefined}
      onClick={() => (isDecline ? actions.decline() : actions.enter(field.id, isGiven ? "" : "yes", "now"))}
      onFocus={() => actions.edit(field.id)}
      onBlur={() => actions.leave(field.id)}
      className={`${surfaceClass(isDecline || isGiven || !field.isRequired, problem)} ${REACH} grid place-items-center`}
    >
      {isGiven && state.svg ? (
        <img src={svgSource(state.svg)} alt="" className="absolute inset-0 size-full" />
      ) : (
        <span className="flex max-w-full items-center gap-[0.4em] overflow-hidden px-[0.3em] leading-none font-semibold">
          <Icon aria-hidden="true" className="size-[1em] shrink-0" />
          <span className="truncate py-[0.1em]">{labelOf(field, words)}</span>
        </span>
      )}
    </button>
  );
}
