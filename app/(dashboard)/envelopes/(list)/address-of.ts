import type { ListWish } from "#lib/envelopes/core/list-views.ts";

/** What somebody looks for, as it stands behind the address of the list. */
export function wishQuery(wish: ListWish): URLSearchParams {
  const { view, search, held, ...narrowed } = wish;
  const { state, folder, tag, sender, team, template, from, until, signature, least, most } = narrowed;
  const named = {
    ...{ state, q: search, folder, tag, sender, team, template, from, until },
    ...{ class: narrowed.class, signature, held: held ? "1" : "", least, most },
  };
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

/** The same view with nothing looked for in it. */
export const nothingIn = (view: ListWish["view"]): ListWish => ({
  ...{ view, search: "", state: null, folder: null, tag: null, sender: null, team: null, template: null },
  ...{ from: null, until: null, class: null, signature: null, held: false, least: null, most: null },
});
