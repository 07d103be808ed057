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
};

export const DUE_SOON_DAYS = 7;

/** What somebody looks for in the list; kept with a saved filter. */
export interface ListWish {
  readonly view: ListView;
  readonly state: StoredState | null;
  readonly search: string;
  readonly folder: string | null;
  readonly tag: string | null;
}
