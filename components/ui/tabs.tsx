"use client";

import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export interface TabEntry {
  readonly value: string;
  readonly label: string;
  /** Beside the label: a count, or a mark that all is there. */
  readonly mark?: ReactNode;
}

export interface TabsProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label: string;
  readonly tabs: readonly TabEntry[];
  readonly children: ReactNode;
}

/** Parts of one page, in any order. Arrow keys go from tab to tab. */
export function Tabs({ value, onChange, label, tabs, children }: TabsProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <div className="overflow-x-auto border-b border-line bg-paper">
        <Radix.List aria-label={label} className="mx-auto flex max-w-[1200px] gap-1 px-2 sm:px-4">
          {tabs.map((tab) => (
            <Radix.Trigger
              key={tab.value}
              value={tab.value}
              className="flex min-h-12 shrink-0 items-center gap-2 border-b-2 border-transparent px-3 font-medium whitespace-nowrap text-ink-700 hover:text-ink-900 focus-visible:-outline-offset-2 data-[state=active]:border-action-700 data-[state=active]:text-action-700"
            >
              {tab.label}
              {tab.mark}
            </Radix.Trigger>
          ))}
        </Radix.List>
      </div>
      {children}
    </Radix.Root>
  );
}

export function TabPanel({ value, children }: { readonly value: string; readonly children: ReactNode }) {
  return (
    <Radix.Content value={value} className="outline-none" tabIndex={-1}>
      {children}
    </Radix.Content>
  );
}
