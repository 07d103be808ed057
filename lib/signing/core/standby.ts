export interface StandbyFacts {
  readonly standby: {
    readonly state: "making" | "ready" | "failed" | "standing-in" | "retired";
    readonly provider: string;
    readonly signingKeyId: string | null;
  };
  /** The key in use; null before the first. */
  readonly active: { readonly id: string; readonly provider: string } | null;
  /** Null when none may take over. */
  readonly standbyAfterMinutes: number | null;
  readonly places: readonly {
    readonly name: string;
    /** Null when nobody has looked lately. */
    readonly isReachable: boolean | null;
    readonly since: Date;
  }[];
  /** The place of the key whose place the standby holds; needed while it stands in. */
  readonly firstProvider?: string | null;
}

const MINUTE_MS = 60_000;
/** A place that has just come back may go again: it is trusted after so long. */
const SETTLED_MS = 60_000;

/**
 * What a standby key does now. Nobody having looked is no outage: then nothing changes.
 *
 * @returns `stand-in` after the policy's minutes of outage while its own place can be used; `stand-down` when the
 *   first place is settled again, or another key was put in use by hand.
 */
export function standbyAct(facts: StandbyFacts, now: Date): "stand-in" | "stand-down" | null {
  const { standby, active, standbyAfterMinutes, places } = facts;
  const place = (name: string) => places.find((one) => one.name === name);
  const forMs = (since: Date) => now.getTime() - since.getTime();
  if (standby.state === "standing-in") {
    if (active?.id !== standby.signingKeyId) return "stand-down";
    const first = facts.firstProvider ? place(facts.firstProvider) : undefined;
    return first?.isReachable === true && forMs(first.since) >= SETTLED_MS ? "stand-down" : null;
  }
  if (standby.state !== "ready" || standbyAfterMinutes === null || !active) return null;
  if (active.id === standby.signingKeyId) return null;
  const [lost, own] = [place(active.provider), place(standby.provider)];
  const isLost = lost?.isReachable === false && forMs(lost.since) >= standbyAfterMinutes * MINUTE_MS;
  return isLost && own?.isReachable === true ? "stand-in" : null;
}

/** Whether a standby key, whose certificate is ours, may take the place of the one in use. */
export const mayReplace = (
  { acceptsOwnIssuer }: { readonly acceptsOwnIssuer: boolean },
  inUse: { readonly chainPem: string | null } | null,
): boolean => acceptsOwnIssuer || !inUse?.chainPem;
