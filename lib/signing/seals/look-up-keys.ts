import type { ExistingKey } from "#db/schema/remote-seals.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { toBase64 } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import { publicId } from "#lib/ids.ts";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import { isKeyOf } from "#lib/pki/core/public-key.ts";
import type { KeyAlgorithm, KeyProvider, KeyThere } from "#lib/ports/keys.ts";
import { signingError } from "../errors.ts";
import { answerKeyLookup, listKeyIds, loadKeyLookup } from "./store.ts";

/** How the platform labels the keys it makes. */
const OURS = /^Whereof /;

/** Looks through a token, or for the key that somebody named, and keeps what was found. */
export async function lookUpKeys(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  const asked = await inTransaction(ctx, loadKeyLookup);
  if (!asked || asked.answeredAt) return;
  const answer = await look(ctx, asked).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    ctx.runtime.log.warn({ err: error, code: error.code }, "existing keys not looked up");
    return { refusal: error.code };
  });
  await inTransaction(ctx, async (ctx) => {
    const isKept = await answerKeyLookup(ctx, asked.askedAt, { ...answer, answeredAt: ctx.now() });
    if (!isKept || "refusal" in answer) return;
    const data = { provider: asked.provider, keys: answer.keys.map(({ id }) => id) };
    await appendEvent(ctx, { type: "existing-keys.listed", envelopeId: null, data });
  });
}

async function look(
  ctx: WorkerContext,
  asked: { readonly provider: string; readonly name: string | null },
): Promise<{ readonly keys: readonly ExistingKey[] }> {
  await requireOwn(ctx);
  const provider = ctx.runtime.keys.provider(asked.provider);
  const found =
    asked.name === null ? ((await provider.keysThere?.()) ?? []) : [await named(provider, asked.name)];
  const known = await inTransaction(ctx, (ctx) => listKeyIds(ctx, provider.name));
  return { keys: await Promise.all(found.map((key) => shown(provider, key, known))) };
}

/**
 * The log-in to an HSM or key service is the installation's: with several organizations, the settings say whose keys
 * are in there.
 *
 * @throws signing/seal-keys-not-yours
 */
async function requireOwn({ runtime, organizationId }: WorkerContext): Promise<void> {
  const listed = runtime.config.keys.existingKeysOrganizations;
  const isAllowed = listed
    ? listed.includes(publicId("organization", organizationId))
    : (await listOrganizations(runtime)).length === 1;
  if (!isAllowed)
    throw signingError("seal-keys-not-yours", `${organizationId} is not in EXISTING_KEYS_ORGANIZATIONS`);
}

async function named(provider: KeyProvider, name: string): Promise<KeyThere> {
  const { id, publicKey } = await provider.open((await provider.find?.(name)) ?? name);
  // Opening one that can leave its place is refused already.
  const facts = { isExtractable: false, isSensitive: true, mayNeverHaveLeft: null, maySign: true };
  return { id, label: name, place: "", publicKey, ...facts };
}

async function shown(
  provider: KeyProvider,
  { publicKey, maySign, ...key }: KeyThere,
  known: ReadonlySet<string>,
): Promise<ExistingKey> {
  const fitting = publicKey ? KEY_ALGORITHMS.filter((one) => isKeyOf(publicKey, one)) : [];
  const canLeave = key.isExtractable !== false || key.isSensitive !== true;
  const algorithms = canLeave ? fitting : await opening(provider, key.id, fitting);
  const hindrance = known.has(key.id)
    ? "in-use"
    : OURS.test(key.label)
      ? "others"
      : algorithms.length === 0
        ? "kind"
        : maySign === false
          ? "not-for-signing"
          : canLeave
            ? "can-leave"
            : null;
  return { ...key, publicKey: publicKey && toBase64(publicKey), algorithms, hindrance };
}

/** An RSA key may be bound to one padding by its place. */
async function opening(
  provider: KeyProvider,
  id: string,
  fitting: readonly KeyAlgorithm[],
): Promise<KeyAlgorithm[]> {
  const opened = await Promise.all(
    fitting.map((one) =>
      provider.open(id, one).then(
        () => [one],
        (error: unknown) => {
          if (isRefusal(error)) return [];
          throw error;
        },
      ),
    ),
  );
  return opened.flat();
}
