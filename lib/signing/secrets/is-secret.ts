import { equalBytes, fromUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";

/** Whether somebody typed the secret that is there already: that is no exchange. Part of a verb. */
export async function isSecret(
  { runtime }: Context,
  purpose: string,
  sealed: Uint8Array,
  typed: string,
): Promise<boolean> {
  const opened = await runtime.openIdentity(purpose, sealed);
  const isSame = equalBytes(opened, fromUtf8(typed));
  opened.fill(0);
  return isSame;
}
