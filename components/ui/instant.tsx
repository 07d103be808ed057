"use client";

import { useSyncExternalStore } from "react";
import { instantText } from "./instant-text.ts";

const never = () => () => {};
const zoneHere = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The reader's own time zone; UTC until the page is theirs. */
export function useTimeZone(): string {
  return useSyncExternalStore(never, zoneHere, () => "UTC");
}

export interface InstantProps {
  /** ISO 8601. */
  readonly at: string;
  readonly withSeconds?: boolean;
  readonly className?: string;
}

/** A time on the reader's clock with its offset: `20 Nov 2026, 14:05 (UTC−6)`. */
export function Instant({ at, withSeconds, className = "" }: InstantProps) {
  const timeZone = useTimeZone();
  return (
    <time
      dateTime={at}
      title={instantText(at, "UTC", true)}
      suppressHydrationWarning
      className={`tabular-nums ${className}`}
    >
      {instantText(at, timeZone, withSeconds)}
    </time>
  );
}
