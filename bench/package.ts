import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";
import { migrateDatabase } from "#db/migrate.ts";
import type { WorkerContext } from "#lib/context.ts";
import { completeEnvelope } from "#lib/evidence/complete-envelope.ts";
import { recordAuditTrail } from "#lib/evidence/record-audit-trail.ts";
import { requestFirstPackage } from "#lib/evidence/request-package.ts";
import type { PackageId } from "#lib/ids.ts";
import { keepingFacts } from "#lib/retention/keeping-facts.ts";
import { advanceEnvelope } from "#lib/signing/advance-envelope.ts";
import { sealEnvelope } from "#lib/signing/seal-envelope.ts";
import { signRevision } from "#lib/signing/sign-revision.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { against, table } from "./figures.ts";
import type { BuildFigures, BuildOrder } from "./package-build.ts";
import { openBenchRuntime, openSender, type ReadyEnvelope, workerContext } from "./signing-bench.ts";

// The evidence package of a large envelope: how long it takes, and the most memory the worker has meanwhile.

const MIB = 2 ** 20;
const LIMIT_MIB = 100;
const PAGES = 100;
const PEOPLE = ["Ana", "Ben", "Cleo", "Dana", "Eli", "Fay", "Gus", "Hana", "Ida", "Jon"].map(
  (name) => `${name} Ruiz`,
);

const folder = mkdtempSync(path.join(tmpdir(), "whereof-bench-"));
const server = await startPostgres({ folder, throwAway: true });
try {
  const { adminUrl, appUrl } = server;
  const app = new URL(appUrl);
  await migrateDatabase({ adminUrl, appRole: app.username, appPassword: app.password });
  const runtime = await openBenchRuntime(folder, appUrl);
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const { readyToSign } = await openSender(runtime);
  const newest = async () =>
    (await admin`select id from evidence_packages order by created_at desc limit 1`)[0]!.id as PackageId;

  const complete = async (ctx: WorkerContext, { envelopeId, recipientIds }: ReadyEnvelope) => {
    for (const recipientId of recipientIds) await signRevision(ctx, { envelopeId, recipientId });
    await advanceEnvelope(ctx, { envelopeId });
    await sealEnvelope(ctx, { envelopeId });
    await recordAuditTrail(ctx, { envelopeId, keeping: await keepingFacts(ctx, { envelopeId }) });
    await completeEnvelope(ctx, { envelopeId });
    await requestFirstPackage(ctx, { envelopeId });
    return { packageId: await newest(), envelopeId };
  };
  // A small one first: what is loaded once is no part of it.
  const small = await readyToSign(1);
  const ctx = workerContext(runtime, small.organizationId);
  const packages = [await complete(ctx, small), await complete(ctx, await readyToSign(PAGES, PEOPLE))];
  const order: BuildOrder = { folder, databaseUrl: appUrl, organizationId: small.organizationId, packages };
  const script = path.join(import.meta.dirname, "package-build.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--expose-gc",
    script,
    JSON.stringify(order),
  ]);
  const { idleBytes, peakBytes, seconds } = JSON.parse(stdout.trim().split("\n").at(-1)!) as BuildFigures;
  const { packageId } = packages[1]!;
  const [row] = await admin`select size_bytes, total from evidence_packages where id = ${packageId}`;
  const above = (peakBytes - idleBytes) / MIB;
  console.log(`\n  Evidence package: ${PAGES} pages of 1 MB, ${PEOPLE.length} signers`);
  table([
    ["", "figure", ""],
    ["size of the ZIP file", `${(Number(row!.size_bytes) / MIB).toFixed(0)} MiB`, ""],
    ["built in", `${seconds.toFixed(1)} s`, ""],
    ["worker idle", `${(idleBytes / MIB).toFixed(0)} MiB`, ""],
    ["worker at most, above idle", `${above.toFixed(0)} MiB`, against(above, LIMIT_MIB, " MiB")],
  ]);
  await admin.end();
  await runtime.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
