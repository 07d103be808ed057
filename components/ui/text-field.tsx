import { type InputHTMLAttributes, useId } from "react";

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
export function TextField({ label, hint, error, id, className = "", ...rest }: TextFieldProps) {
  const own = useId();
  const inputId = id ?? own;
  const described = [hint ? `${inputId}-hint` : null, error ? `${inputId}-error` : null]
    .filter(Boolean)
    .join(" ");
  return (
    <div className={className}>
      <label htmlFor={inputId} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        dir={LEFT_TO_RIGHT.has(rest.type ?? "text") ? "ltr" : undefined}
        {...rest}
        id={inputId}
        aria-invalid={error ? true : undefined}
        aria-describedby={described === "" ? undefined : described}
        className={`${inputClass} ${rest.type === "file" ? fileClass : ""} text-as-parent`}
      />
      {hint ? (
        <p id={`${inputId}-hint`} className="mt-1 text-small text-ink-600">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${inputId}-error`} className="mt-1 text-small text-bad-700">
          {error}
        </p>
      ) : null}
    </div>
  );
}
