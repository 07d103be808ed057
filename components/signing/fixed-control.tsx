"use client";

import { type ControlProps, controlId, nameOf, REACH } from "./field-box.tsx";
import { svgSource } from "./svg-source.ts";

/** What the sender, a rule or a formula fills: shown as it will stand in the document. */
export default function FixedControl({ field, state, form, written, problem, words }: ControlProps) {
  const { type, settings } = field;
  const isSkipped = form.presence === "skipped";
  const text = isSkipped ? words.notNeeded : written;
  const isDrawn = !isSkipped && form.value !== "" && form.value === state.saved && state.svg !== null;
  const isBox = type === "checkbox" || type === "radio";
  if (type === "link" && !isSkipped)
    return (
      <a
        id={controlId(field.id)}
        href={settings.url}
        target="_blank"
        rel="noopener noreferrer"
        title={settings.help}
        className={`absolute inset-0 text-action-700 underline ${REACH}`}
      >
        <span className="flex size-full items-center overflow-hidden bg-paper/80 px-[0.2em] leading-tight">
          {settings.value}
          <span className="sr-only"> {words.newTab}</span>
        </span>
      </a>
    );
  return (
    <output
      id={controlId(field.id)}
      tabIndex={-1}
      title={settings.help}
      aria-label={`${nameOf(field, words)}: ${isBox ? (form.value === "" ? words.notChosen : words.chosen) : text}`}
      className={`absolute inset-0 overflow-hidden ring-1 ring-inset ${problem ? "bg-bad-50/80 ring-bad-700" : "bg-canvas/60 ring-line-strong/60"}`}
    >
      {isDrawn ? (
        <img src={svgSource(state.svg!)} alt="" className="absolute inset-0 size-full" />
      ) : isBox ? (
        <span className="absolute inset-0 grid place-items-center">{form.value === "" ? "" : "✓"}</span>
      ) : (
        <span
          dir="auto"
          className={`absolute inset-0 overflow-hidden px-[0.2em] leading-tight whitespace-pre-wrap text-ink-900 ${type === "note" ? "" : "grid content-center"} ${type === "formula" ? "text-end" : ""}`}
        >
          {text}
        </span>
      )}
    </output>
  );
}
