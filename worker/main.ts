import { ConfigError, readConfig } from "#lib/config.ts";
import { listBulkOrganizations } from "#lib/envelopes/bulk/list-bulk-organizations.ts";
import { releaseRows } from "#lib/envelopes/bulk/release-rows.ts";
import { indexEnvelopes, listUnread } from "#lib/envelopes/search/index-envelopes.ts";
import { extendHolds } from "#lib/retention/place-hold.ts";
import { everySecond } from "./every-second.ts";
import { startJobs } from "./jobs.ts";
import { startReturnDoor } from "./return-door.ts";
import { startSchedule } from "./schedule.ts";
import { createWorkerRuntime } from "./worker-runtime.ts";

async function main(): Promise<void> {
  const config = readConfig();
  const runtime = await createWorkerRuntime(config);
  await startJobs(runtime);
  const schedule = startSchedule(runtime);
  const rounds = [
    everySecond(runtime, { job: "bulk", organizations: listBulkOrganizations, work: releaseRows }),
    everySecond(runtime, {
      job: "search",
      organizations: listUnread,
      work: (ctx) => indexEnvelopes(ctx, (ids) => extendHolds(ctx, ids)),
    }),
  ];
  // Of several workers on a machine one has the port; without it everything else goes on.
  const returns = await startReturnDoor(runtime).catch((error: unknown) => {
    runtime.log.error({ err: error }, "reports of mail servers are not taken here");
    return null;
  });
  const { databaseAtRest } = runtime.config;
  if (databaseAtRest === null || databaseAtRest === "none")
    runtime.log.warn(
      { DATABASE_AT_REST: databaseAtRest },
      "nobody has said that the database is encrypted where it lies: certificates, names and addresses are in it",
    );
  runtime.log.info("worker ready");
  // The launcher waits for this word.
  process.send?.("ready");
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    schedule.stop();
    for (const round of rounds) round.stop();
    await returns?.close();
    await runtime.close();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void stop());
  // The launcher is gone, however it went: nobody would stop this process any more.
  process.on("disconnect", () => void stop());
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
