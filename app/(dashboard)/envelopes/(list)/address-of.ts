import type { ListWish } from "#lib/envelopes/core/list-views.ts";

/** The list with what somebody looks for. */
export const addressOf = ({ view, state, search, folder, tag }: ListWish): string => {
  const query = new URLSearchParams({
    ...(view === "all" ? {} : { view }),
    ...(state ? { state } : {}),
    ...(search ? { q: search } : {}),
    ...(folder ? { folder } : {}),
    ...(tag ? { tag } : {}),
  });
  return `/envelopes${query.size > 0 ? `?${query}` : ""}`;
};
