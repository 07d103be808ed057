import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { nextOf } from "./authority-plan.ts";
import { findMaking, saveAuthorityRotation } from "./authority-rotations-store.ts";
import { pkiError } from "./errors.ts";
import { requireFounder } from "./founder.ts";
import { loadAuthorities, lockAuthorities } from "./store.ts";

const Input = z.object({ kind: z.enum(["root", "issuing", "tsa", "ocsp", "log"]) });

/**
 * Gives an authority its successor now: the worker makes and tries it. What the one before signed stays as it is.
 *
 * @returns the rotation's id: that of the one under way where somebody else asked a moment ago.
 * @throws pki/not-the-founder; pki/key-away when the root has to sign and its key is in a file
 */
export async function askRotation(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const { name: memberName } = requirePermission(ctx, "key.manage");
  const { kind } = Input.parse(input);
  await requireFounder(ctx);
  return inTransaction(ctx, async (ctx) => {
    await lockAuthorities(ctx.connection);
    const rows = await loadAuthorities(ctx.connection);
    const current = nextOf(rows, kind);
    if (!current) throw pkiError("not-found", `no ${kind} in use`);
    const root = nextOf(rows, "root");
    if ((kind === "issuing" || kind === "tsa") && root?.keyRemovedAt)
      throw pkiError("key-away", `${kind} needs the root`);
    const making = await findMaking(ctx, kind);
    if (making?.fromId === current.id) return making.id;
    const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    const row = { organizationId: ctx.organizationId, id, kind, fromId: current.id, memberName };
    await saveAuthorityRotation(ctx, { ...row, state: "making", checks: [], createdAt: ctx.now() });
    const data = { rotation: id, kind, replaces: current.id };
    await appendEvent(ctx, { type: "authority.rotation-asked", envelopeId: null, data });
    return id;
  });
}
