import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { authorizeError } from "#lib/authorize.ts";
import { fromBase64Url, toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { personKey } from "../consent/record-act.ts";
import { signingError } from "../errors.ts";
import { findRecipient } from "../store.ts";
import { dropPasskey, loadPasskeys } from "./store.ts";

export interface OwnPasskey {
  /** Base64url. */
  readonly id: string;
  readonly createdAt: Date;
  readonly usedAt: Date;
}

/** The passkeys by which a person is known here; none for whoever has not just used one. */
export async function listOwnPasskeys(ctx: Context): Promise<OwnPasskey[]> {
  const { actor } = ctx;
  if (actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  if (!hasShownPasskey(ctx)) return [];
  return inTransaction(ctx, async (ctx) => {
    const rows = await loadPasskeys(ctx, await ownKey(ctx));
    return rows
      .map(({ credentialId, createdAt, usedAt }) => ({ id: toBase64Url(credentialId), createdAt, usedAt }))
      .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  });
}

const Input = z.object({ id: z.string().max(2_000) });

/**
 * Forgets a passkey on the word of whoever has just unlocked one: a mailbox alone removes none. The next document
 * begins with a code by mail, as the first did.
 *
 * @throws signing/passkey-not-asked for one that is not theirs, or when none was shown
 */
export async function forgetPasskey(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  const { id } = Input.parse(input);
  if (!hasShownPasskey(ctx)) throw signingError("passkey-not-asked", "none was shown in this browser");
  await inTransaction(ctx, async (ctx) => {
    if (!(await dropPasskey(ctx, await ownKey(ctx), fromBase64Url(id))))
      throw signingError("passkey-not-asked", "no such passkey");
    const data = { recipient: actor.recipientId };
    await appendEvent(ctx, { type: "passkey.removed", envelopeId: actor.envelopeId, data });
  });
}

const hasShownPasskey = ({ actor }: Context): boolean =>
  actor.kind === "recipient" && (actor.checked ?? []).some(({ method }) => method === "passkey");

async function ownKey(ctx: Context): Promise<Uint8Array> {
  if (ctx.actor.kind !== "recipient") throw authorizeError("not-a-recipient", "not a recipient");
  const recipient = await findRecipient(ctx, ctx.actor.recipientId);
  if (!recipient) throw signingError("not-found", `recipient ${ctx.actor.recipientId}`);
  return personKey(ctx.organizationId, reachedAt(recipient));
}
