import { z } from "zod";
import type { ExistingKey } from "#db/schema/remote-seals.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromBase64 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import { listKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { signingError } from "../errors.ts";
import { requireAllowedPlace } from "../keys/key-policy.ts";
import { RequestNames, subjectOf } from "./request-seal-key.ts";
import { loadKeyLookup, saveBroughtSeal, saveKeyLookup } from "./store.ts";

/** Places whose keys others may have made: those of `software` are all ours, a remote service lists its own. */
export const EXISTING_PLACES = ["pkcs11", "aws-kms", "vault", "google-kms", "azure-key-vault"] as const;

const Ask = z
  .object({
    provider: z.enum(EXISTING_PLACES),
    /** What its own pages call the key; null to have a token looked through. */
    name: z.string().trim().min(1).max(500).nullable(),
  })
  .refine(({ provider, name }) => name !== null || provider === "pkcs11");

/** Has the worker look for keys that are in an HSM or a key service already. @throws signing/seal-place-unknown */
export async function askExistingKeys(ctx: Context, input: z.input<typeof Ask>): Promise<void> {
  const member = requirePermission(ctx, "seal.manage");
  const { provider, name } = Ask.parse(input);
  if (!(await listKeyProviders(ctx)).some((one) => one.name === provider))
    throw signingError("seal-place-unknown", "that place is not set up");
  await inTransaction(ctx, async (ctx) => {
    await saveKeyLookup(ctx, {
      ...{ organizationId: ctx.organizationId, askedBy: member.memberId, askedAt: ctx.now() },
      ...{ provider, name, answeredAt: null, refusal: null, keys: [] },
    });
    await appendEvent(ctx, { type: "existing-keys.asked", envelopeId: null, data: { provider, name } });
  });
}

export interface ExistingKeysView {
  /** Where keys could be looked for. */
  readonly places: readonly string[];
  /** Null before anybody asked. */
  readonly lookup: {
    readonly provider: string;
    readonly name: string | null;
    readonly isAnswered: boolean;
    readonly refusal: string | null;
    readonly keys: readonly Omit<ExistingKey, "publicKey">[];
  } | null;
}

/** What was found when somebody last looked. */
export async function getExistingKeys(ctx: Context): Promise<ExistingKeysView> {
  requirePermission(ctx, "seal.manage");
  const providers = await listKeyProviders(ctx);
  const places = EXISTING_PLACES.filter((place) => providers.some(({ name }) => name === place));
  const row = await inTransaction(ctx, loadKeyLookup);
  if (!row) return { places, lookup: null };
  const { provider, name, refusal, answeredAt } = row;
  const keys = row.keys.map(({ publicKey: _, ...shown }) => shown);
  return { places, lookup: { provider, name, refusal, isAnswered: answeredAt !== null, keys } };
}

const Choose = RequestNames.extend({
  keyId: z.string().min(1).max(1000),
  algorithm: z.enum(KEY_ALGORITHMS),
});

/**
 * Takes a key that is there already on its way to be the seal: the worker makes a certificate request with it, a
 * certificate is brought, and a test signing has to hold before it seals anything.
 *
 * @throws signing/seal-key-not-listed, seal-key-unfit, key-policy-exportable; pki/name-unfit
 */
export async function chooseExistingKey(
  ctx: Context,
  input: z.input<typeof Choose>,
): Promise<{ id: string }> {
  const member = requirePermission(ctx, "seal.manage");
  const { keyId, algorithm, ...names } = Choose.parse(input);
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  await inTransaction(ctx, async (ctx) => {
    const lookup = await loadKeyLookup(ctx, true);
    const key = lookup?.keys.find((one) => one.id === keyId);
    if (!lookup || !key?.publicKey) throw signingError("seal-key-not-listed", `key ${keyId} was not found`);
    if (key.hindrance || !key.algorithms.includes(algorithm))
      throw signingError("seal-key-unfit", `key ${keyId}: ${key.hindrance ?? algorithm}`);
    await requireAllowedPlace(ctx, lookup.provider);
    const { organizationId } = ctx;
    const subject = subjectOf(names);
    await saveBroughtSeal(ctx, {
      ...{ organizationId, id, origin: "chosen", state: "key-wanted", subject, algorithm, keyId },
      ...{ provider: lookup.provider, publicKey: fromBase64(key.publicKey) },
      ...{ createdBy: member.memberId, createdAt: at, changedAt: at },
    });
    // It is on its way now: of the list it can be chosen no more.
    const keys = lookup.keys.map((one) =>
      one.id === keyId ? { ...one, hindrance: "in-use" as const } : one,
    );
    await saveKeyLookup(ctx, { ...lookup, keys });
    const { isExtractable, isSensitive } = key;
    const facts = { seal: id, provider: lookup.provider, key: keyId, algorithm, isExtractable, isSensitive };
    await appendEvent(ctx, { type: "seal-key.chosen", envelopeId: null, data: facts });
  });
  return { id };
}
