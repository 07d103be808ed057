import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { Change } from "#lib/pki/core/credentials/convert.ts";
import { CONVERSION_RANDOM_BYTES } from "#lib/pki/core/credentials/convert.ts";
import { LEAST_PASSPHRASE_BITS, passphraseBits } from "#lib/pki/core/passwords/strength.ts";
import { signingError } from "../errors.ts";

const Input = z.object({
  to: z.enum(["pfx", "pem"]),
  password: z.string().max(1000),
  newPassword: z.string().max(1000),
  chosen: z.number().int().min(0).max(100).nullable(),
});
const TIMEOUT_MS = 30_000;

export interface ConvertedFile {
  readonly fileName: string;
  readonly file: Uint8Array;
  readonly changes: readonly Change[];
}

/**
 * Writes a PFX as PEM or PEM as a PFX, in memory, under AES-256, and says what changed. Neither file is kept.
 *
 * @param input `bytes`: untrusted.
 * @throws signing/passphrase-too-weak below 128 bits; what `convertCredential` throws
 */
export async function convertKeyFile(
  ctx: Context,
  input: z.input<typeof Input> & { readonly bytes: Uint8Array },
): Promise<ConvertedFile> {
  requirePermission(ctx, "seal.manage");
  const { to, password, newPassword, chosen } = Input.parse(input);
  if (passphraseBits(newPassword) < LEAST_PASSPHRASE_BITS)
    throw signingError("passphrase-too-weak", "less than 128 bits");
  const { bytes } = input;
  const { file, changes } = await ctx.runtime.sandbox.run(
    "convertCredential",
    {
      ...{ bytes, to, chosen, newPassword, password: password === "" ? null : password },
      ...{ random: ctx.runtime.random(CONVERSION_RANDOM_BYTES), at: ctx.now() },
    },
    { timeoutMs: TIMEOUT_MS },
  );
  bytes.fill(0);
  const data = { to, changes: changes.map(({ code }) => code) };
  await inTransaction(ctx, (ctx) => appendEvent(ctx, { type: "key-file.converted", envelopeId: null, data }));
  return { fileName: to === "pfx" ? "converted.pfx" : "converted.pem", file, changes };
}
