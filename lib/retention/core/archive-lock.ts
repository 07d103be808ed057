import type { LockMode, ObjectLock } from "#lib/ports/archive.ts";

const DAY_MS = 86_400_000;

/** How long archived copies are locked: until the first day on which the envelope may be destroyed, never in the past. */
export function lockOf(
  { lockMode }: { readonly lockMode: LockMode | null },
  dueOn: string,
  now: Date,
): ObjectLock | null {
  if (!lockMode) return null;
  // S3 keeps whole seconds.
  const earliest = Math.ceil(now.getTime() / 1000) * 1000 + DAY_MS;
  return { mode: lockMode, until: new Date(Math.max(Date.parse(`${dueOn}T00:00:00Z`), earliest)) };
}
