import type { KeptReason } from "./offline-acts.ts";

/** What a person can make of what was captured and not applied: leave it on record, have it signed again, or be done. */
export const SETTLEMENTS = ["kept", "again", "closed"] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

/** How somebody signs again: by a new link to the same envelope, or in a copy of it. */
export type AgainBy = "link" | "copy";

const SIGNED: readonly KeptReason[] = ["already-signed", "completed"];
const UNDER_WAY = ["waiting", "notified", "viewed", "consented"];
const OVER = ["voided", "expired", "declined"];

/**
 * How what was captured can be signed again; null where it was signed elsewhere, or somebody else signs now.
 *
 * @param now how things stand, which need not be as they stood when the device sent it.
 */
export function againBy(
  reason: KeptReason | null,
  now: { readonly envelopeState: string; readonly personState: string },
): AgainBy | null {
  const { envelopeState, personState } = now;
  if (reason !== null && SIGNED.includes(reason)) return null;
  if (envelopeState === "sent") return UNDER_WAY.includes(personState) ? "link" : null;
  // Whose part another took over is not the one to be asked again.
  if (["delegated", "released", "finished"].includes(personState)) return null;
  return OVER.includes(envelopeState) ? "copy" : null;
}
