import { createContext } from "#lib/context.ts";
import { listBulkOrganizations } from "#lib/envelopes/bulk/list-bulk-organizations.ts";
import { releaseRows } from "#lib/envelopes/bulk/release-rows.ts";
import { indexEnvelopes, listUnread } from "#lib/envelopes/search/index-envelopes.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";

const EVERY_MS = 1_000;

/** Sends what bulk jobs have to send, second by second; every organization gets its turn in each. */
export function startBulkSending(runtime: WorkerRuntime): { stop(): void } {
  let [isStopped, isAtWork] = [false, false];
  const work = async () => {
    if (isAtWork || isStopped) return;
    isAtWork = true;
    try {
      for (const organizationId of await listUnread(runtime)) {
        const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "search" } });
        await indexEnvelopes(ctx);
      }
      for (const organizationId of await listBulkOrganizations(runtime)) {
        const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: "bulk" } });
        await releaseRows(ctx).catch((error: unknown) => {
          if (!isStopped) runtime.log.error({ err: error, organizationId }, "bulk rows wait");
        });
      }
    } catch (error) {
      if (!isStopped) runtime.log.error({ err: error }, "bulk sending");
    } finally {
      isAtWork = false;
    }
  };
  const timer = setInterval(() => void work(), EVERY_MS);
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
