import type { Context } from "#lib/context.ts";
import { type MarkMethod, methodsWithin } from "#lib/identity/core/mark-methods.ts";
import { type LoadedCeremony, loadSettings } from "./store.ts";

/** How signatures of an envelope may be made, by what its sender and the organization take now. Part of a verb. */
export async function markMethods(
  ctx: Context,
  { markLimit }: Pick<LoadedCeremony["envelope"], "markLimit">,
): Promise<readonly MarkMethod[]> {
  const { settings } = await loadSettings(ctx);
  return methodsWithin([markLimit, settings.markLimit ?? "any"]);
}
