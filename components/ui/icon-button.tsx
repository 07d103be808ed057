import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** What it does: the icon alone says it to nobody. */
  readonly label: string;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly children: ReactNode;
}

/** A button that shows an icon; its name is read out and shown on hover. */
export function IconButton({ label, children, className = "", type = "button", ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      title={label}
      className={`inline-flex size-11 shrink-0 items-center justify-center rounded-control border border-transparent text-ink-700 transition-colors duration-100 hover:bg-canvas hover:text-ink-900 disabled:cursor-not-allowed disabled:opacity-40 sm:size-10 ${className}`}
    >
      {children}
    </button>
  );
}
