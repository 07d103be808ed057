import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { nextOf, usableUntil } from "./authority-plan.ts";
import {
  changeAuthorityRotation,
  findOpen,
  loadAuthorityRotation,
  loadPlanned,
  saveAuthorityRotation,
} from "./authority-rotations-store.ts";
import { pkiError } from "./errors.ts";
import { requireFounder } from "./founder.ts";
import { loadAuthorities, lockAuthorities } from "./store.ts";

const Input = z.object({
  kind: z.enum(["root", "issuing", "tsa", "ocsp", "log"]),
  /** When the successor is to take over; null for now. */
  at: z.date().nullable().default(null),
});
const Id = z.object({ rotationId: z.uuid() });

/**
 * Gives an authority its successor, now or at a date: the worker makes and tries it then. What the one before signed
 * stays as it is.
 *
 * @returns the rotation's id: that of the one under way where somebody else asked a moment ago.
 * @throws pki/not-the-founder; pki/key-away when the root has to sign and its key is in a file; pki/rotation-planned;
 *   pki/plan-too-late for a date after the one in use has ended
 */
export async function askRotation(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const { name: memberName } = requirePermission(ctx, "key.manage");
  const { kind, at } = Input.parse(input);
  await requireFounder(ctx);
  return inTransaction(ctx, async (ctx) => {
    await lockAuthorities(ctx.connection);
    const rows = await loadAuthorities(ctx.connection);
    const current = nextOf(rows, kind);
    if (!current) throw pkiError("not-found", `no ${kind} in use`);
    const root = nextOf(rows, "root");
    if ((kind === "issuing" || kind === "tsa") && root?.keyRemovedAt)
      throw pkiError("key-away", `${kind} needs the root`);
    const plannedAt = at && at > ctx.now() ? at : null;
    const open = await findOpen(ctx, kind);
    if (open?.state === "scheduled") throw pkiError("rotation-planned", `rotation ${open.id} of ${kind}`);
    if (open?.fromId === current.id) return open.id;
    if (plannedAt && plannedAt >= usableUntil(current))
      throw pkiError("plan-too-late", `${kind} ends ${usableUntil(current).toISOString()}`);
    const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
    await saveAuthorityRotation(ctx, {
      ...{ organizationId: ctx.organizationId, id, kind, fromId: current.id, memberName, cause: "asked" },
      ...{ state: plannedAt ? "scheduled" : "making", plannedAt, checks: [], createdAt: ctx.now() },
    });
    const data = { rotation: id, kind, replaces: current.id };
    await appendEvent(
      ctx,
      plannedAt
        ? {
            ...{ type: "authority.rotation-scheduled", envelopeId: null },
            data: { ...data, to: plannedAt.toISOString() },
          }
        : { type: "authority.rotation-asked", envelopeId: null, data },
    );
    return id;
  });
}

/** Takes back what was planned. @throws pki/rotation-not-planned once it has begun; pki/not-found */
export async function cancelPlannedRotation(ctx: Context, input: z.input<typeof Id>): Promise<void> {
  requirePermission(ctx, "key.manage");
  const { rotationId } = Id.parse(input);
  await inTransaction(ctx, async (ctx) => {
    await lockAuthorities(ctx.connection);
    const row = await loadAuthorityRotation(ctx, rotationId);
    if (!row) throw pkiError("not-found", `rotation ${rotationId}`);
    if (row.state !== "scheduled") throw pkiError("rotation-not-planned", `${rotationId} is ${row.state}`);
    await changeAuthorityRotation(ctx, row.id, { state: "cancelled" });
    const data = { rotation: row.id, kind: row.kind };
    await appendEvent(ctx, { type: "authority.rotation-cancelled", envelopeId: null, data });
  });
}

/** Has the worker make the successors whose hour has come. */
export async function beginPlannedRotations(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  const due = await inTransaction(ctx, (ctx) => loadPlanned(ctx, ctx.now()));
  for (const { id } of due)
    await inTransaction(ctx, async (ctx) => {
      await lockAuthorities(ctx.connection);
      const row = await loadAuthorityRotation(ctx, id);
      if (row?.state !== "scheduled") return;
      await changeAuthorityRotation(ctx, id, { state: "making" });
      const data = { rotation: id, kind: row.kind, replaces: row.fromId };
      await appendEvent(ctx, { type: "authority.rotation-begun", envelopeId: null, data });
    });
}

/** What is planned and when, for our own calendar; its caller has asked who wants to know. */
export async function plannedRotations(ctx: Context) {
  const rows = await inTransaction(ctx, (ctx) => loadPlanned(ctx));
  return rows.map(({ id, kind, plannedAt }) => ({ id, kind, at: plannedAt! }));
}
