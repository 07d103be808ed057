import { fromHex, fromUtf8, sha256, toHex, toUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { signingError } from "./errors.ts";
import type { SealedValue } from "./store.ts";

const SALT_BYTES = 32;

/**
 * Puts a sensitive value where nothing else is: a file of its own under the envelope's key, destroyed with it. What
 * is known of it elsewhere is the hash of a salt and itself.
 */
export async function sealValue(ctx: Context, envelopeId: EnvelopeId, value: string): Promise<SealedValue> {
  const salt = ctx.runtime.random(SALT_BYTES);
  const name = toHex(ctx.runtime.random(12));
  const sealedKey = `org/${ctx.organizationId}/envelopes/${envelopeId}/sensitive/${name}.enc`;
  await ctx.runtime.files.put(sealedKey, [fromUtf8(JSON.stringify({ salt: toHex(salt), value }))]);
  return { sealedKey, sealedSha256: toHex(sha256(salt, fromUtf8(value))) };
}

/** @throws signing/value-wrong when it is not what was entered */
export async function openValue(ctx: Context, { sealedKey, sealedSha256 }: SealedValue): Promise<string> {
  const file = await ctx.runtime.files.open(sealedKey);
  try {
    const { salt, value } = JSON.parse(toUtf8(file.read(0, file.size))) as { salt: string; value: string };
    if (toHex(sha256(fromHex(salt), fromUtf8(value))) !== sealedSha256)
      throw signingError("value-wrong", "a sensitive value is not what was entered");
    return value;
  } finally {
    file.close();
  }
}
