import { AppError } from "#lib/errors.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { loadSite, saveSite } from "./ends-store.ts";

const EVERY_MS = 6 * 3_600_000;

/** Looks at the certificate that the installation's own address shows, a few times a day; nothing where it has no TLS. */
export async function lookAtSite(runtime: WorkerRuntime): Promise<void> {
  const { baseUrl } = runtime.config;
  const { protocol, host } = new URL(baseUrl);
  if (protocol !== "https:") return;
  const checkedAt = runtime.now();
  const before = await loadSite(runtime, host);
  if (before && checkedAt.getTime() - before.checkedAt.getTime() < EVERY_MS) return;
  try {
    await saveSite(runtime, {
      host,
      der: await runtime.web.certificateOf(baseUrl),
      refusal: null,
      checkedAt,
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // What it showed last still says when it ends.
    await saveSite(runtime, { host, der: before?.der ?? null, refusal: error.code, checkedAt });
  }
}
