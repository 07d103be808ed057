import { equalBytes, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, EventId } from "#lib/ids.ts";
import type { Json } from "./core/canonical-json.ts";
import { firstBreak } from "./core/chain.ts";
import { reveal } from "./core/commitment.ts";
import { eventMac } from "./core/sealed-openings.ts";
import { auditError } from "./errors.ts";
import { readChainOpenings, readOpenings, trailKeys } from "./open-values.ts";
import { findLastSequence, loadChain, loadEvent } from "./store.ts";

type Members = { readonly [key: string]: Json | undefined };

/** An event as it is read: personal values in place where they have not been erased. */
export interface AuditEntry {
  readonly id: EventId;
  readonly sequence: number;
  readonly type: string;
  readonly at: Date;
  readonly actor: Members;
  readonly data: Members;
  /** Which revision each document of the envelope was at, by the documents' ids. */
  readonly documents: { readonly [id: string]: number };
  /** Lower-case hex. */
  readonly hash: string;
}

export interface AuditChain {
  readonly entries: readonly AuditEntry[];
  /** Position of the first event that does not hold; null when all do. */
  readonly brokenAt: number | null;
}

/** The events of one envelope, or of the organization itself, checked link by link. The caller has asked who reads. */
export async function readChain(ctx: Context, envelopeId: EnvelopeId | null): Promise<AuditChain> {
  return inTransaction(ctx, async (ctx) => {
    const chainId = envelopeId ?? ctx.organizationId;
    const events = await loadChain(ctx, chainId);
    const openings = await readChainOpenings(ctx, chainId);
    const entries = events.map((event) => entryOf(event, openings.get(event.id) ?? []));
    return { entries, brokenAt: firstBreak(events) };
  });
}

/**
 * The events of one envelope where every link holds and each was written by the product, which alone has the key of
 * their codes. Part of a transaction.
 *
 * @returns null where the chain was tampered with
 */
export async function readOwnChain(ctx: Context, envelopeId: EnvelopeId): Promise<AuditEntry[] | null> {
  const events = await loadOwnChain(ctx, envelopeId);
  if (!events) return null;
  const openings = await readChainOpenings(ctx, envelopeId);
  return events.map((event) => entryOf(event, openings.get(event.id) ?? []));
}

/** The same as stored. */
export async function loadOwnChain(ctx: Context, envelopeId: EnvelopeId) {
  const events = await loadChain(ctx, envelopeId);
  const keys = await trailKeys(ctx);
  const isOurs = events.every(({ hash, mac }) => equalBytes(eventMac(keys, hash), mac));
  return isOurs && firstBreak(events) === null ? events : null;
}

/**
 * How far the trail of an envelope has come: two looks at the envelope are put in order by it. Part of a transaction;
 * asked first, what is read after it is no older.
 */
export const lastSequence = (ctx: Context, envelopeId: EnvelopeId): Promise<number> =>
  findLastSequence(ctx, envelopeId);

/** One event, for its followers. @throws audit/not-found */
export async function readEvent(
  ctx: Context,
  id: EventId,
): Promise<AuditEntry & { envelopeId: EnvelopeId | null }> {
  return inTransaction(ctx, async (ctx) => {
    const event = await loadEvent(ctx, id);
    if (!event) throw auditError("not-found", `event ${id}`);
    return { ...entryOf(event, (await readOpenings(ctx, [id])).get(id) ?? []), envelopeId: event.envelopeId };
  });
}

/** One JSON line for each event: the exact bytes hashed, the hash, and what opens its commitments. */
export async function exportChain(ctx: Context, envelopeId: EnvelopeId | null): Promise<string> {
  return inTransaction(ctx, async (ctx) => {
    const chainId = envelopeId ?? ctx.organizationId;
    const openings = await readChainOpenings(ctx, chainId);
    const lines = (await loadChain(ctx, chainId)).map((event) =>
      JSON.stringify({
        hash: toHex(event.hash),
        body: event.body,
        openings: (openings.get(event.id) ?? []).map(({ path, salt, value }) => ({
          path,
          salt: toHex(salt),
          value,
        })),
      }),
    );
    return lines.map((line) => `${line}\n`).join("");
  });
}

/** A stored event as it is read. */
export function entryOf(
  event: Omit<Awaited<ReturnType<typeof loadChain>>[number], "envelopeId" | "mac">,
  openings: Parameters<typeof reveal>[1],
): AuditEntry {
  const body = reveal(JSON.parse(event.body) as Json, openings) as {
    actor: Members;
    data: Members;
    documents?: { readonly [id: string]: number };
  };
  return {
    id: event.id,
    sequence: event.sequence,
    type: event.type,
    at: event.occurredAt,
    actor: body.actor,
    data: body.data,
    documents: body.documents ?? {},
    hash: toHex(event.hash),
  };
}
