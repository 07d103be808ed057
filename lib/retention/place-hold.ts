import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { faultInQuery, HOLD_SCOPES, type HoldQuery, MOST_CRITERIA } from "./core/hold.ts";
import { noticeSha256 } from "./core/hold-notice.ts";
import { retentionError } from "./errors.ts";
import { findMatches, loadHold, loadMatches, loadOpenHolds, saveHeld, saveHold } from "./hold-store.ts";
import { dequeue, lockPurge } from "./queue-store.ts";
import { changeEnvelope, lockEnvelope } from "./store.ts";

const Day = z.iso.date().nullable().default(null);
/** One envelope is narrowed by nothing, and days stand by themselves. */
const Also = z.enum(HOLD_SCOPES).exclude(["envelope", "days"]);
const QUERY = {
  scope: z.enum(HOLD_SCOPES),
  query: typedLine(200),
  also: z
    .array(z.object({ scope: Also, query: typedLine(200) }))
    .max(MOST_CRITERIA)
    .default([]),
  fromOn: Day,
  toOn: Day,
};

const Input = z.object({
  matter: typedLine(200),
  reason: typedText(1000),
  ...QUERY,
  /** What custodians are told; empty for a silent hold. */
  notice: typedText(4000).optional(),
});

/**
 * Places a legal hold, in force as soon as this returns: what it covers is not edited, voided or destroyed, and a
 * destruction under way stops before its next step. What matches later is held too, within the day.
 *
 * @returns the hold's id. @throws retention/hold-text-missing, hold-matches-nothing
 */
export async function placeHold(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const member = requirePermission(ctx, "hold.manage");
  const { matter, reason, notice: words, ...wanted } = Input.parse(input);
  const notice = words || null;
  if (matter === "" || reason === "") throw retentionError("hold-text-missing", "an empty line");
  const { scope, query } = requireQuery(wanted);
  return inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const placedAt = ctx.now();
    const id = uuidV7(placedAt.getTime(), ctx.runtime.random(10));
    const matches = await findMatches(ctx, wanted, null);
    // On one envelope there is nothing to wait for; a person's or a title's may be still to come.
    if (matches.length === 0 && scope === "envelope") throw retentionError("hold-matches-nothing", query);
    await saveHold(ctx, {
      ...{ organizationId, id, matter, reason, ...wanted },
      ...{ placedBy: member.memberId, placedAt, notice },
    });
    for (const envelopeId of matches) await holdEnvelope(ctx, id, envelopeId);
    const text = { matter: personal(matter), reason: personal(reason), query: personal(query) };
    const told = notice ? { noticeSha256: noticeSha256(notice), notice: personal(notice) } : {};
    const days = {
      ...(wanted.fromOn ? { fromOn: wanted.fromOn } : {}),
      ...(wanted.toOn ? { toOn: wanted.toOn } : {}),
    };
    const also = wanted.also.map(({ scope, query }) => ({ scope, query: personal(query) }));
    const narrowed = also.length > 0 ? { also } : {};
    const data = { hold: id, scope, ...narrowed, ...days, envelopes: matches.length, ...text, ...told };
    await appendEvent(ctx, { type: "legal-hold.placed", envelopeId: null, data });
    return id;
  });
}

function requireQuery(wanted: HoldQuery): HoldQuery {
  const fault = faultInQuery(wanted);
  if (fault === "text") throw retentionError("hold-text-missing", `nothing for ${wanted.scope}`);
  if (fault === "days") throw retentionError("hold-days-wrong", `${wanted.fromOn} is after ${wanted.toOn}`);
  return wanted;
}

const PREVIEWED = 10;
const Query = z.object(QUERY);

export interface HoldPreview {
  readonly count: number;
  /** The newest ten. */
  readonly newest: readonly {
    readonly id: EnvelopeId;
    readonly shortId: string;
    readonly title: string;
    readonly state: string;
    readonly isHeld: boolean;
  }[];
}

/**
 * What a hold would cover if it were placed now.
 *
 * @throws retention/hold-text-missing, hold-days-wrong
 */
export async function previewHold(ctx: Context, input: z.input<typeof Query>): Promise<HoldPreview> {
  requirePermission(ctx, "hold.manage");
  const wanted = requireQuery(Query.parse(input));
  const { count, newest } = await inTransaction(ctx, (ctx) => loadMatches(ctx, wanted, PREVIEWED));
  return {
    count,
    newest: newest.map(({ id, shortId, title, state, heldSince }) => ({
      ...{ id, shortId, title, state },
      isHeld: heldSince !== null,
    })),
  };
}

/**
 * Holds what has come to match since holds were placed: all of it for the clock, a few for whoever saw them change.
 *
 * @returns how many envelopes
 */
export async function extendHolds(ctx: Context, among: readonly EnvelopeId[] | null = null): Promise<number> {
  requireSystem(ctx);
  if (among?.length === 0) return 0;
  let extended = 0;
  for (const { id } of await inTransaction(ctx, loadOpenHolds))
    extended += await inTransaction(ctx, async (ctx) => {
      const hold = await loadHold(ctx, id, true);
      if (hold.releasedAt) return 0;
      const matches = await findMatches(ctx, hold, id, among);
      for (const envelopeId of matches) await holdEnvelope(ctx, id, envelopeId);
      return matches.length;
    });
  return extended;
}

async function holdEnvelope(ctx: Context, holdId: string, envelopeId: EnvelopeId): Promise<void> {
  // Under the lock every step of a destruction takes too: it is over, or it finds the hold.
  const envelope = await lockEnvelope(ctx, envelopeId);
  const purge = await lockPurge(ctx, envelopeId);
  if (purge?.state === "purged") return;
  await saveHeld(ctx, holdId, envelopeId);
  if (!envelope.heldSince) await changeEnvelope(ctx, envelopeId, { heldSince: ctx.now() });
  await appendEvent(ctx, { type: "envelope.held", envelopeId, data: { hold: holdId } });
  if (!purge) return;
  // With the key gone it goes on where it stopped, once it is released.
  if (purge.state !== "purging") await dequeue(ctx, envelopeId);
  if (purge.state !== "removed")
    await appendEvent(ctx, {
      type: "purge.stopped",
      envelopeId,
      data: { because: "held", was: purge.state },
    });
}
