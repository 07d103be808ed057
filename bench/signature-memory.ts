import { setTimeout as pause } from "node:timers/promises";
import { signRevision } from "#lib/signing/sign-revision.ts";
import { against } from "./figures.ts";
import { openBenchRuntime, type ReadyEnvelope, workerContext } from "./signing-bench.ts";

const MIB = 2 ** 20;
const LIMIT_MIB = 64;
const IDLE_MS = 1_500;

/** The most memory this process has while it signs a large document, above what it has when it has nothing to do. */
export async function signatureMemory(
  folder: string,
  databaseUrl: string,
  megabytes: number,
  small: ReadyEnvelope,
  large: ReadyEnvelope,
): Promise<void> {
  const runtime = await openBenchRuntime(folder, databaseUrl);
  const ctx = workerContext(runtime, small.organizationId);
  const sign = async ({ envelopeId, recipientIds }: ReadyEnvelope) => {
    for (const recipientId of recipientIds) await signRevision(ctx, { envelopeId, recipientId });
  };
  await sign(small);
  globalThis.gc?.();
  await pause(IDLE_MS);
  const idle = process.memoryUsage.rss() / MIB;
  await sign(large);
  // Since the process began: on most systems in KiB.
  const peak = process.resourceUsage().maxRSS / 1024;
  const above = peak - idle;
  console.log(
    `\n  memory at ${megabytes} MB: ${idle.toFixed(0)} MiB idle, ${peak.toFixed(0)} MiB at most, ${above.toFixed(0)} MiB above idle (${against(above, LIMIT_MIB, " MiB")})`,
  );
  await runtime.close();
}
