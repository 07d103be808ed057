import { boolean, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { ConnectorSetting } from "#lib/connector-settings.ts";

/** How each key provider of the installation was found by whichever worker looked last. No evidence. */
export const keyProviderStates = pgTable("key_provider_states", {
  provider: text("provider").primaryKey(),
  /** The refusal that keeps its keys from being used; null when nothing does. */
  refusal: text("refusal"),
  /** Since when that is so; null before the first look is over. */
  since: instant("since"),
  checkedAt: instant("checked_at"),
  /** Whether new seal keys are made there: the settings of the worker say so, and the web process need not know. */
  makesSeals: boolean("makes_seals").notNull().default(false),
  /** How long the last look took. */
  tookMs: integer("took_ms"),
  /** What the worker's environment says of it; no secret is among it. */
  settings: jsonb("settings").$type<readonly ConnectorSetting[]>().notNull().default([]),
  /** A worker went to look: the others need not for a while. */
  claimedAt: instant("claimed_at").notNull(),
});
