import { type InputHTMLAttributes, type ReactNode, useId } from "react";

export interface CheckFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "type"> {
  readonly type?: "checkbox" | "radio";
  readonly label: ReactNode;
  readonly hint?: string;
}

/** A box or one of several circles to choose, with a line that is as easy to hit. */
export function CheckField({ type = "checkbox", label, hint, id, className = "", ...rest }: CheckFieldProps) {
  const own = useId();
  const inputId = id ?? own;
  return (
    <div className={`flex gap-3 ${className}`}>
      <input
        {...rest}
        id={inputId}
        type={type}
        aria-describedby={hint ? `${inputId}-hint` : undefined}
        className="mt-3 size-5 shrink-0 accent-action-700 sm:mt-2.5"
      />
      <div className="min-w-0">
        <label htmlFor={inputId} className="flex min-h-11 items-center py-2 font-medium sm:min-h-10">
          {label}
        </label>
        {hint ? (
          <p id={`${inputId}-hint`} className="-mt-1.5 text-small text-ink-600">
            {hint}
          </p>
        ) : null}
      </div>
    </div>
  );
}
