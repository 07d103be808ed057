import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { viewKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { isExportable, makesKeys } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { loadActiveSeal, lockSeal } from "../store.ts";
import { changePolicy, loadPolicy } from "./store.ts";

const Input = z.object({ forbidsExportable: z.boolean() });

/**
 * Settles whether keys that can be copied out of their place may be used. Forbidding them never leaves the organization
 * without a key: one that cannot be copied has to be in use first.
 *
 * @throws signing/key-policy-last-key while the key in use can be copied, or there is none yet
 */
export async function setKeyPolicy(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const { forbidsExportable } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const active = await loadActiveSeal(ctx);
    if (forbidsExportable && (!active || isExportable(active.key.provider)))
      throw signingError("key-policy-last-key", `in use is a key in ${active?.key.provider ?? "nothing"}`);
    await changePolicy(ctx, { forbidsExportable });
    await appendEvent(ctx, { type: "key-policy.settled", envelopeId: null, data: { forbidsExportable } });
  });
}

/** @throws signing/key-policy-exportable for a place whose keys can be copied, where that is forbidden */
export async function requireAllowedPlace(ctx: Context, provider: string): Promise<void> {
  if (!isExportable(provider)) return;
  const { forbidsExportable } = await loadPolicy(ctx);
  if (forbidsExportable) throw signingError("key-policy-exportable", `a key in ${provider}`);
}

/**
 * Whether a new key may be made in a place somebody chose; null for where the settings say.
 *
 * @throws signing/seal-place-unknown, key-policy-exportable
 */
export async function requireMakes(ctx: Context, provider: string | null): Promise<void> {
  if (provider === null) return requireMakesAllowed(ctx);
  const places = await viewKeyProviders({ ...ctx.runtime, now: ctx.now });
  const isThere = places.some(({ name, isReachable }) => name === provider && isReachable === true);
  if (!isThere || !makesKeys(provider)) throw signingError("seal-place-unknown", "not set up, or away");
  await inTransaction(ctx, (ctx) => requireAllowedPlace(ctx, provider));
}

/** The same for where new keys of seals are made, as whichever worker looked last knows it. @throws as above */
export async function requireMakesAllowed(ctx: Context): Promise<void> {
  const places = await viewKeyProviders({ ...ctx.runtime, now: ctx.now });
  const maker = places.find(({ makesSeals }) => makesSeals);
  if (maker) await inTransaction(ctx, (ctx) => requireAllowedPlace(ctx, maker.name));
}
