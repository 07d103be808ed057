import { connectorSettings } from "#lib/connector-settings.ts";
import { AppError } from "#lib/errors.ts";
import type { KeyProvider } from "#lib/ports/keys.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { claimLook, saveLook } from "./store.ts";

/** Of all workers one looks, twice a minute: their clocks' ticks are that far apart, give or take a few seconds. */
const LOOK_EVERY_MS = 25_000;

/**
 * Looks whether the keys of each provider could be used now, and keeps what was found: that one is away shows before
 * somebody waits for it. A change goes to the log.
 */
export async function checkKeyProviders(runtime: WorkerRuntime): Promise<void> {
  await Promise.all(runtime.keys.providers.map((provider) => check(runtime, provider)));
}

async function check(runtime: WorkerRuntime, provider: KeyProvider): Promise<void> {
  const { db } = runtime.database;
  const now = runtime.now();
  const before = new Date(now.getTime() - LOOK_EVERY_MS);
  if (!(await claimLook(db, { provider: provider.name, now, before }))) return;
  await lookAtProvider(runtime, provider);
}

/** Looks now, whoever looked last, and keeps what was found. */
export async function lookAtProvider(
  runtime: WorkerRuntime,
  provider: KeyProvider,
): Promise<{ readonly refusal: string | null; readonly tookMs: number }> {
  const { db } = runtime.database;
  const startedAt = performance.now();
  const error = await provider.check().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const tookMs = Math.round(performance.now() - startedAt);
  const refusal = error === null ? null : error instanceof AppError ? error.code : "internal";
  const known = await saveLook(db, {
    ...{ provider: provider.name, refusal, checkedAt: runtime.now(), tookMs },
    settings: connectorSettings(runtime.config.keys).get(provider.name) ?? [],
    makesSeals: provider.name === runtime.keys.seals.name,
  });
  const found = { refusal, tookMs };
  if (refusal === known || (refusal === null && known === undefined)) return found;
  if (refusal === null) runtime.log.info({ provider: provider.name }, "the key provider is back");
  else runtime.log.error({ err: error, code: refusal, provider: provider.name }, "the key provider is away");
  return found;
}
