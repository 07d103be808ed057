import type { ReactNode } from "react";

export interface PageProps {
  readonly title: string;
  /** In place of the plain title, when it carries more than words. */
  readonly heading?: ReactNode;
  /** The link to the page that this one belongs to. */
  readonly back?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly width?: "wide" | "reading";
  readonly children: ReactNode;
}

/** A page of the workspace: its one heading, what can be done with it, and what it holds. */
export function Page({ title, heading, back, lead, actions, width = "wide", children }: PageProps) {
  return (
    <div
      className={`mx-auto w-full px-4 py-6 sm:px-6 sm:py-8 ${width === "wide" ? "max-w-[1200px]" : "max-w-[728px]"}`}
    >
      <div className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-72 sm:basis-120">
          {heading ?? <h1 className="text-h2 [overflow-wrap:anywhere] sm:text-h1">{title}</h1>}
          {back || lead ? (
            <div className="mt-1 max-w-[72ch] text-ink-700">
              {back}
              {back && lead ? <div className="mt-1">{lead}</div> : lead}
            </div>
          ) : null}
        </div>
        {actions ? <div className="flex flex-wrap items-center gap-3">{actions}</div> : null}
      </div>
      {children}
    </div>
  );
}

/** A part of a page on a sheet of its own. */
export function Sheet({
  title,
  aside,
  id,
  children,
}: {
  readonly title: string;
  readonly aside?: ReactNode;
  readonly id?: string;
  readonly children: ReactNode;
}) {
  return (
    <section aria-label={title} id={id} className="rounded-card border border-line bg-paper">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-3 sm:px-6">
        <h2 className="text-lead font-semibold">{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
