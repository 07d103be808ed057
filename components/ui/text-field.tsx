import type { InputHTMLAttributes } from "react";
import { FieldFrame } from "./field-frame.tsx";

export interface TextFieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
}

export const inputClass =
  "block w-full min-h-11 sm:min-h-10 rounded-control border border-line-strong bg-paper px-3 text-base text-ink-900 placeholder:text-ink-600 disabled:bg-canvas aria-invalid:border-bad-700";

/** The button in it is the browser's own: it stands in the middle, and looks as ours do. */
export const fileClass =
  "py-1.5 file:me-3 file:min-h-8 file:rounded-control file:border-0 file:bg-action-50 file:px-3 file:font-medium file:text-action-700 max-sm:file:min-h-9";

/** Written so in every language: while one is typed, its signs stay on their side. */
const LEFT_TO_RIGHT = new Set(["email", "tel", "url"]);

/** A labelled input; hint and error are read out with it. */
export function TextField({ label, hint, error, id, className, ...rest }: TextFieldProps) {
  return (
    <FieldFrame
      {...{ label, hint, error, id, className }}
      control={(tie) => (
        <input
          dir={LEFT_TO_RIGHT.has(rest.type ?? "text") ? "ltr" : undefined}
          {...rest}
          {...tie}
          className={`${inputClass} ${rest.type === "file" ? fileClass : ""} text-as-parent`}
        />
      )}
    />
  );
}
