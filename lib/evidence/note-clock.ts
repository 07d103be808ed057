import { appendEvent } from "#lib/audit/append-event.ts";
import { createContext, inTransaction } from "#lib/context.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";

/**
 * Looks whether the clock was set, and has every organization's chain say so; for the clock.
 *
 * @throws timestamps/clock-unsure after that, while no token is made
 */
export async function noteClock(runtime: WorkerRuntime): Promise<void> {
  const looked = runtime.clock.look();
  await looked.catch(() => {});
  const jumps = runtime.clock.takeJumps();
  if (jumps.length > 0)
    for (const organizationId of await listOrganizations(runtime)) {
      const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "clock" } });
      await inTransaction(ctx, (ctx) =>
        appendEvent(ctx, { type: "clock.jumped", envelopeId: null, data: { milliseconds: jumps } }),
      );
    }
  await looked;
}
