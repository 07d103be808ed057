import type { Context } from "#lib/context.ts";
import type { RecipientId } from "#lib/ids.ts";
import type { PageBox } from "#lib/pdf/placement.ts";
import type { Blocker } from "./core/blockers.ts";
import type { DraftField, DraftRecipient } from "./core/draft.ts";
import { loadAccessCodes } from "./store.ts";
import { undrawableNames } from "./undrawable-names.ts";
import { undrawableValues } from "./undrawable-values.ts";

/** What stands in the way of sending and cannot be seen in the draft itself. */
export async function serverBlockers(
  ctx: Context,
  draft: {
    readonly recipients: readonly Pick<DraftRecipient, "id" | "role" | "name" | "check">[];
    readonly fields: readonly DraftField[];
  },
  documents: readonly { readonly id: string; readonly pages: readonly PageBox[] }[],
): Promise<Blocker[]> {
  const asked = draft.recipients.filter(({ check }) => check === "access-code");
  const known = await loadAccessCodes(
    ctx,
    asked.map(({ id }) => id as RecipientId),
  );
  const missing = asked.filter(({ id }) => !known.has(id));
  const payments = draft.fields.filter(({ type }) => type === "payment" && !ctx.runtime.payments);
  return [
    ...undrawableNames(ctx, draft.recipients),
    ...missing.map(({ id }): Blocker => ({ code: "access-code-missing", recipientId: id })),
    ...undrawableValues(ctx, draft.fields, documents),
    ...payments.map(({ id }): Blocker => ({ code: "payment-off", fieldId: id })),
  ];
}
