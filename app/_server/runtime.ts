import "server-only";
import { readConfig } from "#lib/config.ts";
import { createRuntime, type Runtime } from "#lib/runtime.ts";

const holder = globalThis as { whereofRuntime?: Promise<Runtime> };

/** One runtime for the process; development reloads this module and keeps it. */
export function webRuntime(): Promise<Runtime> {
  holder.whereofRuntime ??= createRuntime(readConfig(), { runsJobs: false });
  return holder.whereofRuntime;
}
