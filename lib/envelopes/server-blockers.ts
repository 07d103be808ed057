import type { Context } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";
import type { PageBox } from "#lib/pdf/placement.ts";
import type { Blocker } from "./core/blockers.ts";
import type { DraftContent, DraftField, DraftRecipient } from "./core/draft.ts";
import { primaryOf } from "./core/languages.ts";
import { loadAccessCodes, loadConsumerLanguages, loadHosts } from "./store.ts";
import { undrawableNames } from "./undrawable-names.ts";
import { undrawableValues } from "./undrawable-values.ts";

/** What stands in the way of sending and cannot be seen in the draft itself. */
export async function serverBlockers(
  ctx: Context,
  draft: {
    readonly recipients: readonly Pick<
      DraftRecipient,
      "id" | "role" | "name" | "check" | "language" | "hostId"
    >[];
    readonly fields: readonly DraftField[];
    readonly consentMode: DraftContent["consentMode"];
  },
  documents: readonly { readonly id: string; readonly pages: readonly PageBox[] }[],
): Promise<Blocker[]> {
  const asked = draft.recipients.filter(({ check }) => check === "access-code");
  const known = await loadAccessCodes(
    ctx,
    asked.map(({ id }) => id as RecipientId),
  );
  const missing = asked.filter(({ id }) => !known.has(id));
  const hosts = new Set<string>((await loadHosts(ctx)).map(({ id }) => id));
  const gone = draft.recipients.filter(({ hostId }) => hostId != null && !hosts.has(hostId));
  const payments = draft.fields.filter(({ type }) => type === "payment" && !ctx.runtime.payments);
  const unread = draft.consentMode === "consumer" ? await withoutNotice(ctx, draft.recipients) : [];
  return [
    ...undrawableNames(ctx, draft.recipients),
    ...missing.map(({ id }): Blocker => ({ code: "access-code-missing", recipientId: id })),
    ...gone.map(({ id }): Blocker => ({ code: "host-gone", recipientId: id })),
    ...undrawableValues(ctx, draft.fields, documents),
    ...payments.map(({ id }): Blocker => ({ code: "payment-off", fieldId: id })),
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
