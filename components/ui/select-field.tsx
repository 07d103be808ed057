import type { SelectHTMLAttributes } from "react";
import { FieldFrame } from "./field-frame.tsx";
import { inputClass } from "./text-field.tsx";

export interface SelectFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** The label is read out and not shown. */
  readonly hidesLabel?: boolean;
}

/** The system's own list of choices: it works on every device and with every keyboard. */
export function SelectField({ label, hint, options, hidesLabel, id, className, ...rest }: SelectFieldProps) {
  return (
    <FieldFrame
      {...{ label, hint, hidesLabel, id, className }}
      control={(tie) => (
        <select {...rest} {...tie} className={`${inputClass} pe-8`}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    />
  );
}
