import { type SelectHTMLAttributes, useId } from "react";
import { inputClass } from "./text-field.tsx";

export interface SelectFieldProps extends SelectHTMLAttributes<HTMLSelectElement> {
  readonly label: string;
  readonly hint?: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** The label is read out and not shown. */
  readonly hidesLabel?: boolean;
}

/** The system's own list of choices: it works on every device and with every keyboard. */
export function SelectField({
  label,
  hint,
  options,
  hidesLabel,
  id,
  className = "",
  ...rest
}: SelectFieldProps) {
  const own = useId();
  const selectId = id ?? own;
  return (
    <div className={className}>
      <label htmlFor={selectId} className={hidesLabel ? "sr-only" : "mb-1 block font-medium"}>
        {label}
      </label>
      <select
        {...rest}
        id={selectId}
        aria-describedby={hint ? `${selectId}-hint` : undefined}
        className={`${inputClass} pe-8`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {hint ? (
        <p id={`${selectId}-hint`} className="mt-1 text-small text-ink-600">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
