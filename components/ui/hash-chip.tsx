"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { inGroups } from "./in-groups.ts";

export interface HashChipProps {
  /** Hexadecimal. */
  readonly value: string;
  /** What it is the hash of, with the name of the algorithm. */
  readonly label: string;
  readonly copyLabel: string;
  readonly copiedLabel: string;
  /** Show all of it, not only its beginning and end. */
  readonly isFull?: boolean;
}

/** A hash to compare and to copy; in full on focus, and to screen readers always. */
export function HashChip({ value, label, copyLabel, copiedLabel, isFull = false }: HashChipProps) {
  const [isCopied, setCopied] = useState(false);
  const [isOpen, setOpen] = useState(isFull);

  async function copy() {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  }

  const shown = isOpen ? inGroups(value) : `${inGroups(value.slice(0, 16))} … ${inGroups(value.slice(-8))}`;
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded-control border border-line bg-canvas ps-2 text-small">
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className="min-h-8 py-1 text-start font-mono text-ink-700 [overflow-wrap:anywhere]"
      >
        <span className="sr-only">{label} </span>
        {shown}
      </button>
      <button
        type="button"
        onClick={copy}
        aria-label={`${copyLabel}: ${label}`}
        title={copyLabel}
        className="inline-flex size-8 shrink-0 items-center justify-center rounded-control text-ink-700 hover:bg-line"
      >
        {isCopied ? (
          <Check aria-hidden="true" className="size-4 text-good-700" />
        ) : (
          <Copy aria-hidden="true" className="size-4" />
        )}
      </button>
      <span role="status" className="sr-only">
        {isCopied ? copiedLabel : ""}
      </span>
    </span>
  );
}
