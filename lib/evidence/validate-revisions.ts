import type { WorkerContext } from "#lib/context.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import { claimTolerance } from "./claim-tolerance.ts";
import type { ValidationReport } from "./core/validation/validation-report.ts";

/**
 * Validates a document of ours as a stranger would who has our roots and our newest lists.
 *
 * @param others certificates to believe in besides, DER: where a brought seal's chain ends.
 */
export async function validateRevisions(
  ctx: WorkerContext,
  parts: readonly { readonly fileKey: string }[],
  name: string,
  others: readonly Uint8Array[] = [],
): Promise<ValidationReport> {
  const { files, sandbox } = ctx.runtime;
  const { roots, crls } = await publishedTrust(ctx.runtime);
  const claimToleranceMs = await claimTolerance(ctx);
  const handles = await Promise.all(parts.map(({ fileKey }) => files.handle(fileKey)));
  try {
    return await sandbox.run(
      "validateStored",
      {
        files: handles.map(({ key, path, dataKey }) => ({ key, path, dataKey })),
        ...{ name, anchors: [...roots, ...others], crls, now: ctx.now(), claimToleranceMs },
      },
      { timeoutMs: 120_000 },
    );
  } finally {
    await Promise.all(handles.map((handle) => handle.release()));
  }
}
