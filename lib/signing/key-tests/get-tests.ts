import { z } from "zod";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import type { EventId } from "#lib/ids.ts";
import type { KeyTestView } from "../core/key-test.ts";
import { signingError } from "../errors.ts";
import { type KeyTestRow, loadKeyTest, loadKeyTestOf, loadKeyTests } from "./store.ts";

const Input = z.object({ testId: z.uuid() });
const MOST = 100;

const viewOf = ({ organizationId: _, ...row }: KeyTestRow): KeyTestView => row;

/** The newest reports of test signings. */
export async function listKeyTests(ctx: Context): Promise<readonly KeyTestView[]> {
  requirePermission(ctx, "certificate.read");
  return (await inTransaction(ctx, (ctx) => loadKeyTests(ctx, MOST))).map(viewOf);
}

/** @throws signing/not-found */
export async function getKeyTest(ctx: Context, input: z.input<typeof Input>): Promise<KeyTestView> {
  requirePermission(ctx, "certificate.read");
  return load(ctx, Input.parse(input).testId);
}

/** The same for the worker, which seals the report, by the event that records the test. @throws signing/not-found */
export async function keyTestFacts(
  ctx: WorkerContext,
  { eventId }: { readonly eventId: string },
): Promise<KeyTestView> {
  requireSystem(ctx);
  const row = await inTransaction(ctx, (ctx) => loadKeyTestOf(ctx, eventId as EventId));
  if (!row) throw signingError("not-found", `test of event ${eventId}`);
  return viewOf(row);
}

async function load(ctx: Context, testId: string): Promise<KeyTestView> {
  const row = await inTransaction(ctx, (ctx) => loadKeyTest(ctx, testId));
  if (!row) throw signingError("not-found", `test ${testId}`);
  return viewOf(row);
}

/** The report for machines, JSON in UTF-8. @throws signing/not-found */
export async function keyTestFile(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<{ readonly fileName: string; readonly bytes: Uint8Array }> {
  const report = await getKeyTest(ctx, input);
  return {
    fileName: `test signing ${report.id.slice(-8)}.json`,
    bytes: fromUtf8(`${JSON.stringify({ format: "whereof-key-test/1", ...report }, null, 2)}\n`),
  };
}
