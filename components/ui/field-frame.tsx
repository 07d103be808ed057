import { type ReactNode, useId } from "react";

export interface FieldFrameProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | null;
  /** The label is read out and not shown. */
  readonly hidesLabel?: boolean;
  readonly id?: string;
  readonly className?: string;
  /** The control itself, with what ties it to its words. */
  control(tie: ControlTie): ReactNode;
}

export interface ControlTie {
  readonly id: string;
  readonly "aria-invalid": true | undefined;
  readonly "aria-describedby": string | undefined;
}

/** A control with its label above and its hint and error below; they are read out with it. */
export function FieldFrame({ label, hint, error, hidesLabel, id, className = "", control }: FieldFrameProps) {
  const own = useId();
  const controlId = id ?? own;
  const described = [hint ? `${controlId}-hint` : null, error ? `${controlId}-error` : null]
    .filter(Boolean)
    .join(" ");
  return (
    <div className={className}>
      <label htmlFor={controlId} className={hidesLabel ? "sr-only" : "mb-1 block font-medium"}>
        {label}
      </label>
      {control({
        id: controlId,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": described === "" ? undefined : described,
      })}
      {hint ? (
        <p id={`${controlId}-hint`} className="mt-1 text-small text-ink-600">
          {hint}
        </p>
      ) : null}
      {error ? (
        <p id={`${controlId}-error`} className="mt-1 text-small text-bad-700">
          {error}
        </p>
      ) : null}
    </div>
  );
}
