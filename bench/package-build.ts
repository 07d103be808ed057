import { setTimeout as pause } from "node:timers/promises";
import { buildPackage } from "#lib/evidence/build-package.ts";
import type { EnvelopeId, OrganizationId, PackageId } from "#lib/ids.ts";
import { keepingFacts } from "#lib/retention/keeping-facts.ts";
import { openBenchRuntime, workerContext } from "./signing-bench.ts";

// A worker of its own that builds packages one after the other and says of the last one what it took: what signing and
// sealing left in the memory of the process that prepared them is no part of it.

export interface BuildOrder {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly organizationId: OrganizationId;
  readonly packages: readonly { readonly packageId: PackageId; readonly envelopeId: EnvelopeId }[];
}

export interface BuildFigures {
  readonly idleBytes: number;
  readonly peakBytes: number;
  readonly seconds: number;
}

const { folder, databaseUrl, organizationId, packages } = JSON.parse(process.argv[2]!) as BuildOrder;
const runtime = await openBenchRuntime(folder, databaseUrl);
const ctx = workerContext(runtime, organizationId);
let figures: BuildFigures | null = null;
for (const { packageId, envelopeId } of packages) {
  const keeping = await keepingFacts(ctx, { envelopeId });
  globalThis.gc?.();
  await pause(3_000);
  globalThis.gc?.();
  const idleBytes = process.memoryUsage.rss();
  let peakBytes = idleBytes;
  const watching = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, 5);
  const startedAt = performance.now();
  await buildPackage(ctx, { packageId, keeping });
  const seconds = (performance.now() - startedAt) / 1_000;
  clearInterval(watching);
  figures = { idleBytes, peakBytes, seconds };
}
console.log(JSON.stringify(figures));
await runtime.close();
