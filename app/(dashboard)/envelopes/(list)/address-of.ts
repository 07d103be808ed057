import type { ListWish } from "#lib/envelopes/core/list-views.ts";

/** What somebody looks for, as it stands behind the address of the list. */
export function wishQuery(wish: ListWish): URLSearchParams {
  const { view, state, search, folder, tag, sender, team, template, from, until } = wish;
  const named = { state, q: search, folder, tag, sender, team, template, from, until };
  return new URLSearchParams([
    ...(view === "all" ? [] : [["view", view]]),
    ...Object.entries(named).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  ]);
}

/** The list with what somebody looks for. */
export const addressOf = (wish: ListWish): string => {
  const query = wishQuery(wish);
  return `/envelopes${query.size > 0 ? `?${query}` : ""}`;
};
