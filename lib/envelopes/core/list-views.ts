import type { SignatureKind } from "./signature-kind.ts";

/** What members look at: by what envelopes need, not by how they are stored. */
export const LIST_VIEWS = [
  "all",
  "needs-me",
  "waiting",
  "due-soon",
  "completed",
  "ended",
  "drafts",
  "scheduled",
  "shared",
  "archived",
] as const;
export type ListView = (typeof LIST_VIEWS)[number];

export type StoredState = "draft" | "sent" | "sealing" | "completed" | "declined" | "voided" | "expired";

/** The states a view holds; null for every one. */
export const STATES_OF: Readonly<Record<ListView, readonly StoredState[] | null>> = {
  all: null,
  "needs-me": ["sent"],
  waiting: ["sent", "sealing"],
  "due-soon": ["sent"],
  completed: ["completed"],
  ended: ["declined", "voided", "expired"],
  drafts: ["draft"],
  scheduled: ["draft"],
  shared: null,
  archived: ["completed", "declined", "voided", "expired"],
};

/** Whether a view holds only what was filed away, or leaves it out; null for neither. */
export const FILED_AWAY_IN: Readonly<Partial<Record<ListView, boolean>>> = {
  completed: false,
  ended: false,
  archived: true,
};

/** What nothing follows by itself: it can be filed away. */
export const OVER: ReadonlySet<StoredState> = new Set(["completed", "declined", "voided", "expired"]);

/** The states that are looked for: those of the view, and of them the one that was asked for; null for every one. */
export function statesOf(view: ListView, asked: StoredState | null): readonly StoredState[] | null {
  const states = STATES_OF[view];
  if (asked === null) return states;
  return states === null || states.includes(asked) ? [asked] : [];
}

export const DUE_SOON_DAYS = 7;

/** What somebody looks for in the list; kept with a saved filter. */
export interface ListWish {
  readonly view: ListView;
  readonly state: StoredState | null;
  readonly search: string;
  readonly folder: string | null;
  readonly tag: string | null;
  /** The member who sent it. */
  readonly sender: string | null;
  /** Everybody who works in it. */
  readonly team: string | null;
  /** The template it was made from. */
  readonly template: string | null;
  /** Last changed on these days or between them, as 2026-11-22, UTC. */
  readonly from: string | null;
  readonly until: string | null;
  /** The class it is under. */
  readonly class: string | null;
  /** Who makes its people's signatures. */
  readonly signature: SignatureKind | null;
  /** Only what a legal hold covers. */
  readonly held: boolean;
  /** The largest of its amounts is between these, as decimals. */
  readonly least: string | null;
  readonly most: string | null;
}

/** Decimals as amounts are kept. */
export const AMOUNT = /^-?\d{1,20}(\.\d{1,10})?$/;

/** What a list shows of each envelope beside its title, in the order it is shown in. */
export const LIST_COLUMNS = [
  "state",
  "people",
  "sent",
  "expires",
  "template",
  "class",
  "signature",
  "amount",
  "folder",
  "number",
  "sender",
  "changed",
] as const;
export type ListColumn = (typeof LIST_COLUMNS)[number];

/** Until a member chooses. */
export const FIRST_COLUMNS: readonly ListColumn[] = ["state", "people", "sender", "changed"];

/** Beside each other no more have room. */
export const MOST_COLUMNS = 6;

/** The chosen ones that there are, in their order. */
export const columnsOf = (chosen: readonly string[] | null): readonly ListColumn[] =>
  chosen === null
    ? FIRST_COLUMNS
    : LIST_COLUMNS.filter((column) => chosen.includes(column)).slice(0, MOST_COLUMNS);
