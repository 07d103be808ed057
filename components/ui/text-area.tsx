import type { TextareaHTMLAttributes } from "react";
import { FieldFrame } from "./field-frame.tsx";
import { inputClass } from "./text-field.tsx";

export interface TextAreaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
}

/** Several lines of text; hint and error are read out with it. */
export function TextArea({ label, hint, error, id, className, rows = 4, ...rest }: TextAreaProps) {
  return (
    <FieldFrame
      {...{ label, hint, error, id, className }}
      control={(tie) => <textarea {...rest} {...tie} rows={rows} className={`${inputClass} py-2`} />}
    />
  );
}
