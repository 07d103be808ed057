import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

export interface EmptyStateProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  /** The one thing to do. */
  readonly action?: ReactNode;
}

/** Nothing here yet: what the place is for, and how to begin. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-card border border-line bg-paper px-6 py-14 text-center">
      <span className="flex size-14 items-center justify-center rounded-full bg-action-50 text-action-700">
        <Icon aria-hidden="true" className="size-7" />
      </span>
      <h2 className="text-h3">{title}</h2>
      {children ? <div className="max-w-[52ch] text-ink-700">{children}</div> : null}
      {action ? <div className="mt-2">{action}</div> : null}
    </div>
  );
}
