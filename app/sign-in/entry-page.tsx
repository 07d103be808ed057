import "@fontsource-variable/inter/wght.css";
import type { ReactNode } from "react";
import { Logo } from "#components/ui/logo.tsx";

interface EntryPageProps {
  readonly title: string;
  readonly lead?: string;
  /** For what is read rather than filled in. */
  readonly isWide?: boolean;
  readonly children?: ReactNode;
}

/** The frame of pages that lead in: one column, one sheet. */
export function EntryPage({ title, lead, isWide, children }: EntryPageProps) {
  const width = isWide ? "max-w-[680px]" : "max-w-[440px]";
  return (
    <main className={`mx-auto flex min-h-dvh w-full ${width} flex-col justify-center gap-6 px-4 py-10`}>
      <p className="flex items-center gap-2 text-lead font-semibold text-action-700">
        <Logo /> Whereof
      </p>
      <section className="rounded-card border border-line bg-paper p-6 sm:p-8">
        <h1 className={`text-h2 [overflow-wrap:anywhere] ${lead ? "mb-2" : "mb-4"}`}>{title}</h1>
        {lead ? <p className="mb-4 text-ink-700">{lead}</p> : null}
        {children}
      </section>
    </main>
  );
}
