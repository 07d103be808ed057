import type { ButtonHTMLAttributes, ReactNode } from "react";

export type ButtonKind = "primary" | "secondary" | "quiet" | "danger";

const KINDS: Readonly<Record<ButtonKind, string>> = {
  primary: "bg-action-700 text-on-action hover:bg-action-800 border-transparent",
  secondary: "bg-paper text-ink-900 hover:bg-canvas border-line-strong",
  quiet: "bg-transparent text-action-700 hover:bg-action-50 border-transparent",
  danger: "bg-bad-700 text-on-action hover:brightness-90 border-transparent",
};

/** What a button or a link that acts looks like. `size` large is for touch and for signing. */
export function buttonClass(kind: ButtonKind = "primary", size: "medium" | "large" = "medium"): string {
  const height = size === "large" ? "min-h-12 px-5" : "min-h-11 sm:min-h-10 px-4";
  return `inline-flex items-center justify-center gap-2 rounded-control border py-1.5 font-medium no-underline transition-colors duration-100 disabled:opacity-55 disabled:cursor-not-allowed ${height} ${KINDS[kind]}`;
}

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: ButtonKind;
  readonly size?: "medium" | "large";
  /** Work is under way: the button says so and cannot be pressed again. */
  readonly isBusy?: boolean;
  readonly children: ReactNode;
}

export function Button({
  kind,
  size,
  isBusy,
  children,
  className = "",
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-busy={isBusy || undefined}
      disabled={rest.disabled || isBusy}
      className={`${buttonClass(kind, size)} ${className}`}
    >
      {isBusy ? <Spinner /> : null}
      {children}
    </button>
  );
}

export function Spinner() {
  return (
    <span
      aria-hidden="true"
      className="inline-block size-4 animate-spin rounded-full border-2 border-current border-t-transparent"
    />
  );
}
