/** What limits a public link where nobody says otherwise, and how far the limits go. */
export const LINK_LIMITS = {
  linksOfTemplate: 20,
  uses: { default: 100, most: 100_000 },
  perAddressADay: { default: 1, most: 100 },
  perNetworkAnHour: { default: 20, most: 10_000 },
  days: { default: 90, most: 730 },
  /** How long who confirmed their address may go on in the same browser. */
  enterMs: 4 * 3_600_000,
  /** After that nothing is kept of who came. */
  keptMs: 7 * 86_400_000,
} as const;

export type LinkState = "open" | "off" | "over" | "used-up" | "retired" | "changed";

export interface LinkFacts {
  readonly turnedOffAt: Date | null;
  readonly endsAt: Date | null;
  readonly mostUses: number | null;
  readonly uses: number;
  readonly openRoleId: string;
  readonly people: readonly { readonly roleId: string }[];
}

/** @param roleIds of the version in use; null where the template is out of use or has none. */
export function linkState(link: LinkFacts, roleIds: readonly string[] | null, at: Date): LinkState {
  if (link.turnedOffAt) return "off";
  if (link.endsAt && link.endsAt <= at) return "over";
  if (link.mostUses !== null && link.uses >= link.mostUses) return "used-up";
  if (roleIds === null) return "retired";
  const taken = new Set([link.openRoleId, ...link.people.map(({ roleId }) => roleId)]);
  // A version with other roles needs somebody to say who takes them.
  const isWhole = taken.size === roleIds.length && roleIds.every((id) => taken.has(id));
  return isWhole ? "open" : "changed";
}

/** How a request stands, to the browser that made it. */
export type RequestState = "sending" | "sent" | "not-sent" | "making" | "ready" | "not-made" | "over";

export interface RequestFacts {
  readonly sentAt: Date | null;
  readonly confirmedAt: Date | null;
  readonly startedAt: Date | null;
  readonly failure: string | null;
}

export function requestState(request: RequestFacts, at: Date): RequestState {
  const { sentAt, confirmedAt, startedAt, failure } = request;
  if (confirmedAt === null) return failure ? "not-sent" : sentAt ? "sent" : "sending";
  if (failure) return "not-made";
  if (startedAt === null) return "making";
  return at.getTime() - confirmedAt.getTime() < LINK_LIMITS.enterMs ? "ready" : "over";
}
