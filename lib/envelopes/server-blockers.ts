import type { Context } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";
import type { Blocker } from "./core/blockers.ts";
import type { DraftRecipient } from "./core/draft.ts";
import { loadAccessCodes } from "./store.ts";
import { undrawableNames } from "./undrawable-names.ts";

/** What stands in the way of sending and cannot be seen in the draft itself. */
export async function serverBlockers(
  ctx: Context,
  recipients: readonly Pick<DraftRecipient, "id" | "role" | "name" | "check">[],
): Promise<Blocker[]> {
  const asked = recipients.filter(({ check }) => check === "access-code");
  const known = await loadAccessCodes(
    ctx,
    asked.map(({ id }) => id as RecipientId),
  );
  const missing = asked.filter(({ id }) => !known.has(id));
  return [
    ...undrawableNames(ctx, recipients),
    ...missing.map(({ id }): Blocker => ({ code: "access-code-missing", recipientId: id })),
  ];
}
