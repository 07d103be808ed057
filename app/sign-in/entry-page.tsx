import "@fontsource-variable/inter/wght.css";
import type { ReactNode } from "react";
import { Logo } from "#components/ui/logo.tsx";

/** The frame of pages that lead in: one column, one sheet. */
export function EntryPage({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[440px] flex-col justify-center gap-6 px-4 py-10">
      <p className="flex items-center gap-2 text-lead font-semibold text-action-700">
        <Logo /> Whereof
      </p>
      <section className="rounded-card border border-line bg-paper p-6 sm:p-8">
        <h1 className={`text-h2 ${lead ? "mb-2" : "mb-4"}`}>{title}</h1>
        {lead ? <p className="mb-4 text-ink-700">{lead}</p> : null}
        {children}
      </section>
    </main>
  );
}
