import type { Context } from "#lib/context.ts";
import { loadLastConsents } from "./store.ts";

/** Somebody whose last word was that they want no electronic records. */
export interface Withdrawal {
  readonly recipientId: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Who of these people is better asked first, or sent paper. */
export async function withdrawnConsents(
  ctx: Context,
  recipients: readonly { readonly id: string; readonly email: string }[],
): Promise<Withdrawal[]> {
  const last = await loadLastConsents(
    ctx,
    recipients.map(({ email }) => email),
  );
  const withdrawn = new Map(
    last.filter(({ kind }) => kind === "withdrawn").map(({ email, at }) => [email, at.toISOString()]),
  );
  return recipients.flatMap(({ id, email }) => {
    const at = withdrawn.get(email);
    return at ? [{ recipientId: id, at }] : [];
  });
}
