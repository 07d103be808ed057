import { createContext } from "#lib/context.ts";
import { expireEnvelopes } from "#lib/envelopes/expire-envelopes.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";

const EVERY_MS = 60_000;

/** What happens by the clock. Every worker does it; whoever comes second finds it done. */
export function startSchedule(runtime: WorkerRuntime): { stop(): void } {
  const timer = setInterval(() => void tick(runtime), EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

export async function tick(runtime: WorkerRuntime): Promise<void> {
  try {
    // Renews authorities in time and keeps their revocation lists fresh.
    await runtime.authorities();
    for (const organizationId of await listOrganizations(runtime)) {
      await expireEnvelopes(
        createContext(runtime, { organizationId, actor: { kind: "system", job: "expiry" } }),
      );
    }
  } catch (error) {
    runtime.log.error({ err: error }, "schedule");
  }
}
