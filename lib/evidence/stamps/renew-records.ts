import { appendEvent } from "#lib/audit/append-event.ts";
import { publishedCheckpoint } from "#lib/audit/published-log.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, sha256, toBase64, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { uuidV7 } from "#lib/ids.ts";
import { timestampUntil } from "#lib/pki/timestamp-until.ts";
import { collectTimestampStatus } from "#lib/signing/validation-data.ts";
import { renewalStatement } from "../core/stamp-line.ts";
import { recordFiles } from "./record-files.ts";
import { loadDue, loadLine, loadUnregistered, type SealedRecord, saveStamp } from "./store.ts";

const DAY_MS = 86_400_000;
/** As long as for documents: an authority may be away for months. */
const AHEAD_MS = 400 * DAY_MS;
const AT_ONCE = 50;
/** What could not be bettered is tried again a day later. */
const tried = new Map<string, number>();

/**
 * Sees to it that evidence packages, reports, certificates of destruction, records about keys, dispute files and the
 * newest checkpoint of the log stay checkable: each gets a new time-stamp over it, and over the one before, while that
 * one still can be checked. What has none gets its first.
 *
 * @returns how many were renewed; what failed is logged and due again.
 */
export async function renewRecords(ctx: WorkerContext): Promise<number> {
  requireSystem(ctx);
  const now = ctx.now().getTime();
  const isUntried = (record: SealedRecord) =>
    now - (tried.get(nameOf(ctx, record)) ?? Number.NEGATIVE_INFINITY) >= DAY_MS;
  for (const [name, at] of tried) if (now - at >= DAY_MS) tried.delete(name);
  const fresh = await inTransaction(ctx, (ctx) => loadUnregistered(ctx, AT_ONCE + tried.size));
  for (const record of fresh.filter(isUntried).slice(0, AT_ONCE))
    await orLater(ctx, record, () => register(ctx, record));
  const due = await inTransaction(ctx, (ctx) =>
    loadDue(ctx, { now: ctx.now(), before: new Date(now + AHEAD_MS) }, AT_ONCE + tried.size),
  );
  const checkpoint = await dueCheckpoint(ctx, new Date(now + AHEAD_MS));
  let renewed = 0;
  for (const record of [...checkpoint, ...due].filter(isUntried).slice(0, AT_ONCE)) {
    // Also what was renewed: an authority whose certificate ends soon would be asked again and again.
    tried.set(nameOf(ctx, record), now);
    if (await orLater(ctx, record, () => renew(ctx, record))) renewed++;
  }
  return renewed;
}

const nameOf = ({ organizationId }: WorkerContext, { kind, subject }: SealedRecord) =>
  `${organizationId} ${kind} ${subject}`;

async function orLater(
  ctx: WorkerContext,
  record: SealedRecord,
  work: () => Promise<boolean>,
): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    tried.set(nameOf(ctx, record), ctx.now().getTime());
    const { kind, subject } = record;
    ctx.runtime.log.warn(
      { err: error, kind, subject },
      "a record’s time-stamp was not renewed; tried again tomorrow",
    );
    return false;
  }
}

/** Puts the time-stamp a record came with on record; one that has none is due at once. */
async function register(ctx: WorkerContext, record: SealedRecord): Promise<boolean> {
  const { token } = await recordFiles(ctx, record);
  const madeAt = ctx.now();
  const until = token ? timestampUntil(token) : madeAt;
  await inTransaction(ctx, (ctx) =>
    saveStamp(ctx, {
      ...{ organizationId: ctx.organizationId, id: uuidV7(madeAt.getTime(), ctx.runtime.random(10)) },
      ...{ kind: record.kind, subject: record.subject, number: 0, madeAt, until },
      ...{ statement: null, token, status: null },
    }),
  );
  return true;
}

/** @returns whether a time-stamp was put over it: not one that lasts no longer than the one before. */
async function renew(ctx: WorkerContext, record: SealedRecord): Promise<boolean> {
  const { files } = await recordFiles(ctx, record);
  const line = await inTransaction(ctx, (ctx) => loadLine(ctx, record.kind, record.subject));
  const before = line.at(-1)!;
  const status = await statusOf(ctx, before.token);
  const { kind, subject } = record;
  const statement = renewalStatement({ kind, subject, files }, before, status);
  const token = await ctx.runtime.timestamps.token(sha256(fromUtf8(statement)));
  const until = timestampUntil(token);
  if (before.token && until <= before.until) return false;
  return inTransaction(ctx, async (ctx) => {
    const madeAt = ctx.now();
    const number = before.number + 1;
    const isFirst = await saveStamp(ctx, {
      ...{ organizationId: ctx.organizationId, id: uuidV7(madeAt.getTime(), ctx.runtime.random(10)) },
      ...{ kind, subject, number, madeAt, until, statement, token, status },
    });
    // Another worker was faster: its time-stamp stands, ours was never part of anything.
    if (!isFirst) return false;
    const data = { kind: kind.replaceAll("-", "_"), record: subject, number, until: until.toISOString() };
    await appendEvent(ctx, {
      type: "record-stamp.renewed",
      envelopeId: null,
      data: {
        ...data,
        sha256: toHex(sha256(fromUtf8(statement))),
        files: files.map((file) => ({ ...file })),
      },
    });
    return true;
  });
}

/** What is needed to check a time-stamp once its authority's certificate has ended. */
async function statusOf(ctx: WorkerContext, token: Uint8Array | null): Promise<string> {
  if (!token) return "{}";
  const { certificates, ocspResponses, crls } = await collectTimestampStatus(ctx, token);
  const text = (list: readonly Uint8Array[]) => list.map(toBase64);
  return JSON.stringify({
    certificates: text(certificates),
    ocspResponses: text(ocspResponses),
    crls: text(crls),
  });
}

/** The newest checkpoint where its time-stamp ends; while the log grows there is a newer one within the hour. */
async function dueCheckpoint(ctx: WorkerContext, before: Date): Promise<SealedRecord[]> {
  const newest = await publishedCheckpoint(ctx.runtime);
  if (!newest || timestampUntil(newest.timestampToken) >= before) return [];
  const subject = String(newest.size);
  const none = { about: "", fileKey: null, sha256: null, madeAt: "" };
  const record: SealedRecord = { kind: "checkpoint", subject, ...none };
  const line = await inTransaction(ctx, (ctx) => loadLine(ctx, "checkpoint", subject));
  if (line.length === 0) await register(ctx, record);
  return (line.at(-1)?.until ?? new Date(0)) < before ? [record] : [];
}
