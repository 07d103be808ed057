import type { Context } from "#lib/context.ts";
import { signingError } from "./errors.ts";
import { changeRotation, findOpenRotation } from "./rotation-store.ts";
import { placeBrought, requireNotBlocked } from "./seals/place-brought.ts";
import { loadBroughtSeal } from "./seals/store.ts";

/** A brought key whose test signing held may be switched to, where a rotation waits for it. Doing it again changes nothing. */
export async function offerToRotation(ctx: Context, sealId: string): Promise<void> {
  const rotation = await findOpenRotation(ctx);
  if (rotation?.sealId !== sealId || rotation.state !== "making") return;
  const row = await loadBroughtSeal(ctx, sealId, true);
  if (row.state !== "tested" && row.state !== "replaced") return;
  await requireNotBlocked(ctx, row);
  const { keyId: toKeyId } = await placeBrought(ctx, row, { isActive: false });
  await changeRotation(ctx, rotation.id, { toKeyId, state: "ready" });
}

/** Another certificate is brought for the key: what was tested is not what would be switched to. @throws signing/seal-not-waiting once the switch is planned */
export async function takeBackOffer(ctx: Context, sealId: string): Promise<void> {
  const rotation = await findOpenRotation(ctx);
  if (rotation?.sealId !== sealId || rotation.state === "making") return;
  if (rotation.state !== "ready") throw signingError("seal-not-waiting", `rotation ${rotation.state}`);
  await changeRotation(ctx, rotation.id, { toKeyId: null, state: "making" });
}
