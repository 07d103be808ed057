import { type TextareaHTMLAttributes, useId } from "react";
import { inputClass } from "./text-field.tsx";

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
}

/** Several lines of text; hint and error are read out with it. */
export function TextArea({ label, hint, error, id, className = "", rows = 4, ...rest }: TextAreaProps) {
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
      <textarea
        {...rest}
        rows={rows}
        id={inputId}
        aria-invalid={error ? true : undefined}
        aria-describedby={described === "" ? undefined : described}
        className={`${inputClass} py-2`}
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
