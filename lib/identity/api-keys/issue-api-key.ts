import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8, sha256, toBase64Url, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { API_SCOPES, KEY_MARK } from "../core/api-scopes.ts";
import { typedLine } from "../core/typed-text.ts";
import { identityError } from "../errors.ts";
import { stepUp } from "../step-up.ts";
import { networksIn } from "./networks.ts";
import { changeApiKey, countApiKeys, lockApiKey, saveApiKey } from "./store.ts";

const DAY_MS = 86_400_000;
const MOST_KEYS = 50;

const Input = z.object({
  name: typedLine(80, 1),
  scopes: z.array(z.enum(API_SCOPES)).min(1),
  /** Addresses and networks it may be used from; empty for anywhere. */
  networks: z.string().max(3000).default(""),
  perMinute: z.number().int().min(1).max(6000),
  days: z.number().int().min(1).max(730),
  password: z.string().max(1000),
});

/**
 * Makes a key that the organization's own software uses the API with. Whoever makes one shows their password.
 *
 * @returns the key, which is shown once: only its hash is kept
 * @throws identity/network-wrong, too-many-api-keys, current-password-wrong, password-not-set, too-many-tries
 */
export async function issueApiKey(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<{ readonly id: string; readonly key: string }> {
  const member = requirePermission(ctx, "api-key.manage");
  const { name, scopes: asked, networks: listed, perMinute, days, password } = Input.parse(input);
  const networks = networksIn(listed);
  await stepUp(ctx, password);
  const { runtime, organizationId } = ctx;
  const at = ctx.now();
  const id = uuidV7(at.getTime(), runtime.random(10));
  const prefix = toHex(runtime.random(6));
  const key = `${KEY_MARK}_${prefix}_${toBase64Url(runtime.random(32))}`;
  const scopes = API_SCOPES.filter((scope) => asked.includes(scope));
  const expiresAt = new Date(at.getTime() + days * DAY_MS);
  await inTransaction(ctx, async (ctx) => {
    if ((await countApiKeys(ctx)) >= MOST_KEYS)
      throw identityError("too-many-api-keys", `${MOST_KEYS} at most`);
    const row = { organizationId, id, name, prefix, scopes, networks, perMinute, expiresAt };
    await saveApiKey(ctx, {
      ...{ ...row, keySha256: sha256(fromUtf8(key)), createdBy: member.memberId, createdAt: at },
    });
    const data = { apiKey: id, name, prefix, scopes, networks, perMinute };
    await appendEvent(ctx, {
      ...{ type: "api-key.issued", envelopeId: null },
      data: { ...data, expiresAt: expiresAt.toISOString() },
    });
  });
  return { id, key };
}

/** Ends a key, from this moment on. @throws identity/api-key-not-found */
export async function revokeApiKey(ctx: Context, input: { readonly apiKeyId: string }): Promise<void> {
  requirePermission(ctx, "api-key.manage");
  const id = z.uuid().parse(input.apiKeyId);
  await inTransaction(ctx, async (ctx) => {
    const row = await lockApiKey(ctx, id);
    if (!row || row.revokedAt) throw identityError("api-key-not-found", `API key ${id}`);
    await changeApiKey(ctx, id, { revokedAt: ctx.now() });
    const data = { apiKey: id, name: row.name, prefix: row.prefix };
    await appendEvent(ctx, { type: "api-key.revoked", envelopeId: null, data });
  });
}
