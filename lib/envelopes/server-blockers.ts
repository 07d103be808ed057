import type { Context } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";
import type { Blocker } from "./core/blockers.ts";
import type { DraftContent, DraftRecipient } from "./core/draft.ts";
import { primaryOf } from "./core/languages.ts";
import { loadAccessCodes, loadConsumerLanguages } from "./store.ts";
import { undrawableNames } from "./undrawable-names.ts";

/** What stands in the way of sending and cannot be seen in the draft itself. */
export async function serverBlockers(
  ctx: Context,
  recipients: readonly Pick<DraftRecipient, "id" | "role" | "name" | "check" | "language">[],
  consentMode: DraftContent["consentMode"],
): Promise<Blocker[]> {
  const asked = recipients.filter(({ check }) => check === "access-code");
  const known = await loadAccessCodes(
    ctx,
    asked.map(({ id }) => id as RecipientId),
  );
  const missing = asked.filter(({ id }) => !known.has(id));
  const unread = consentMode === "consumer" ? await withoutNotice(ctx, recipients) : [];
  return [
    ...undrawableNames(ctx, recipients),
    ...missing.map(({ id }): Blocker => ({ code: "access-code-missing", recipientId: id })),
    ...unread.map(({ id }): Blocker => ({ code: "language-without-notice", recipientId: id })),
  ];
}

/** Whose language has no published notice for consumers. */
async function withoutNotice<R extends Pick<DraftRecipient, "language">>(
  ctx: Context,
  recipients: readonly R[],
): Promise<readonly R[]> {
  const asked = recipients.filter(({ language }) => language !== "" && language !== "en");
  if (asked.length === 0) return [];
  const published = await loadConsumerLanguages(ctx);
  return asked.filter(({ language }) => !published.has(primaryOf(language)));
}
