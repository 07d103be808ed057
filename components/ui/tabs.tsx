"use client";

import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export interface TabsProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly children: ReactNode;
}

/** Parts of one page, in any order. */
export function Tabs({ value, onChange, children }: TabsProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      {children}
    </Radix.Root>
  );
}

export interface TabEntry {
  readonly value: string;
  readonly label: string;
  /** Beside the label: a count, or a mark that something is open. */
  readonly mark?: ReactNode;
}

/** The names of the parts; arrow keys go from one to the next. */
export function TabList({ label, tabs }: { readonly label: string; readonly tabs: readonly TabEntry[] }) {
  return (
    <div className="overflow-x-auto border-b border-line">
      <Radix.List aria-label={label} className="mx-auto flex max-w-[1200px] sm:px-3">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="flex min-h-12 flex-1 items-center justify-center gap-1.5 border-b-2 border-transparent px-2 text-small font-medium whitespace-nowrap text-ink-700 hover:text-ink-900 focus-visible:-outline-offset-2 focus-visible:shadow-none data-[state=active]:border-action-700 data-[state=active]:text-action-700 sm:flex-none sm:px-3 sm:text-base"
          >
            {tab.label}
            {tab.mark}
          </Radix.Trigger>
        ))}
      </Radix.List>
    </div>
  );
}

export function TabPanel({ value, children }: { readonly value: string; readonly children: ReactNode }) {
  return (
    <Radix.Content value={value} tabIndex={-1} className="outline-none">
      {children}
    </Radix.Content>
  );
}
