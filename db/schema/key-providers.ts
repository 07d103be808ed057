import { pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";

/** How each key provider of the installation was found by whichever worker looked last. No evidence. */
export const keyProviderStates = pgTable("key_provider_states", {
  provider: text("provider").primaryKey(),
  /** The refusal that keeps its keys from being used; null when nothing does. */
  refusal: text("refusal"),
  /** Since when that is so; null before the first look is over. */
  since: instant("since"),
  checkedAt: instant("checked_at"),
  /** A worker went to look: the others need not for a while. */
  claimedAt: instant("claimed_at").notNull(),
});
