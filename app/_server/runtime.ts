import "server-only";
import { readConfig } from "#lib/config.ts";
import { createRuntime, type Runtime } from "#lib/runtime.ts";

const holder = globalThis as { whereofRuntime?: Promise<Runtime> };

/** One runtime for the process; development reloads this module and keeps it. */
export function webRuntime(): Promise<Runtime> {
  holder.whereofRuntime ??= createRuntime(readConfig(), { runsJobs: false }).catch((error: unknown) => {
    // A database that is away for a moment is asked again by the next who comes.
    delete holder.whereofRuntime;
    throw error;
  });
  return holder.whereofRuntime;
}
