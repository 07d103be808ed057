import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { nextOf } from "./authority-plan.ts";
import { pkiError } from "./errors.ts";
import { requireFounder } from "./founder.ts";
import { loadAuthorities } from "./store.ts";

const Input = z.object({ kind: z.enum(["root", "issuing", "tsa", "ocsp", "log"]) });

/**
 * Gives an authority its successor now: the worker makes it. What the one before signed stays as it is.
 *
 * @throws pki/not-the-founder; pki/key-away when the root has to sign and its key is in a file
 */
export async function askRotation(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const { kind } = Input.parse(input);
  await requireFounder(ctx);
  const rows = await loadAuthorities(ctx.connection);
  const current = nextOf(rows, kind);
  if (!current) throw pkiError("not-found", `no ${kind} in use`);
  const root = nextOf(rows, "root");
  if ((kind === "issuing" || kind === "tsa") && root?.keyRemovedAt)
    throw pkiError("key-away", `${kind} needs the root`);
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, {
      type: "authority.rotation-asked",
      envelopeId: null,
      data: { kind, replaces: current.id },
    }),
  );
}
