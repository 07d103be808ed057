import { ZodError, z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { authorizeError } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { type KeptReason, OFFLINE_ACTS, type OfflineActName } from "../core/offline-acts.ts";
import {
  actedAt,
  CLOCK_OFF_MS,
  checkDeviceChain,
  type DeviceEvent,
  MOST_EVENTS,
} from "../core/offline-chain.ts";
import { conflictOf } from "../core/offline-conflict.ts";
import { signingError } from "../errors.ts";
import { byDevice, ceremonyOf, loadCeremony } from "../store.ts";
import { applyAct, OfflineAct } from "./apply-act.ts";
import { changeKit, type KitEvent, type KitRow, lockKit } from "./store.ts";

const Input = z.object({
  kitId: z.uuid(),
  /** By the device's clock, when it sent this. */
  sentAt: z.iso.datetime(),
  events: z
    .array(z.object({ body: z.string(), signature: z.string() }))
    .min(1)
    .max(MOST_EVENTS),
});

/** What became of everything a kit's device has sent so far. */
export interface SyncAnswer {
  /** How many of the device's events are here. */
  readonly received: number;
  readonly state: KitRow["state"];
  /** Why nothing was applied. */
  readonly reason: KeptReason | null;
  /** What was not applied and was not put right since. */
  readonly refused: readonly {
    readonly sequence: number;
    readonly act: string;
    readonly code: string;
    /** Null where it was about no field. */
    readonly fieldId: string | null;
  }[];
}

const SYNCS = { tries: 120, windowSeconds: 600 };

/**
 * Takes what a device recorded without a network: checked as one chain, then applied in its order as if it were done
 * now, with both clocks on record. Where things went on meanwhile nothing is applied, and all of it is kept. The same
 * again changes nothing.
 *
 * @throws signing/offline-kit-unknown, and what checkDeviceChain throws: then nothing is kept
 */
export async function syncKit(ctx: Context, input: z.input<typeof Input>): Promise<SyncAnswer> {
  const { actor } = ctx;
  if (actor.kind === "link-holder") throw authorizeError("check-missing", `recipient ${actor.recipientId}`);
  if (actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  const { kitId, sentAt, events } = Input.parse(input);
  const { recipientId, envelopeId } = actor;
  await limitRate(ctx.runtime, `offline-sync:${recipientId}`, SYNCS);

  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(byDevice(ctx), envelopeId, true);
    const kit = await lockKit(ctx, kitId);
    if (kit?.recipientId !== recipientId || loaded.envelope.purgedAt !== null)
      throw signingError("offline-kit-unknown", `kit ${kitId}`);
    const known = kit.events.map(({ hash }) => hash);
    const fresh = checkDeviceChain({ ...kit, kitId, known }, events);
    if (fresh.length === 0) return answerOf(kit);
    const receivedAt = ctx.now();
    const conflict =
      kit.state === "kept"
        ? kit.reason
        : conflictOf(
            ceremonyOf(loaded, recipientId),
            { ...kit, isChanged: kit.changedAt !== null },
            receivedAt,
          );
    const outcomes = conflict ? fresh.map(() => conflict) : await applyAll(ctx, kit, fresh, receivedAt);
    return record(ctx, { kit, fresh, outcomes, conflict, receivedAt, sentAt: new Date(sentAt) });
  });
}

/**
 * One after the other; what is refused stays out, and Finish with it: what was on the screen is not what would be
 * signed. A later answer to the same field that was applied puts it right.
 */
async function applyAll(
  ctx: Context,
  kit: KitRow,
  fresh: readonly DeviceEvent[],
  receivedAt: Date,
): Promise<(string | null)[]> {
  const outcomes: (string | null)[] = [];
  const done: KitEvent[] = [...kit.events];
  for (const event of fresh) {
    // Finish that waited for something is no reason for the next one to wait.
    const isRefused = stillRefused(done).some((at) => done[at]!.reason !== BEFORE);
    const reason = await applyOne(asDoneThen(ctx, kit, event, receivedAt), event, isRefused);
    done.push(kitEvent(event, reason));
    outcomes.push(reason);
  }
  return outcomes;
}

const ENDS: readonly string[] = ["finish", "approve"];
const BEFORE = "signing/offline-act-before";

/** @returns the refusal's code; null when it was applied. */
async function applyOne(
  ctx: Context,
  { act }: DeviceEvent,
  isRefusedBefore: boolean,
): Promise<string | null> {
  const read = OfflineAct.safeParse(act);
  if (!read.success) return "signing/offline-act-unknown";
  if (ENDS.includes(read.data.type) && isRefusedBefore) return BEFORE;
  try {
    // Each verb has its own transaction inside this one: what it refuses, it has taken back.
    await applyAct(ctx, read.data);
    return null;
  } catch (error) {
    if (error instanceof ZodError) return "input/invalid";
    // What is only away for a while is tried again with the whole.
    if (error instanceof AppError && error.kind !== "unavailable") return error.code;
    throw error;
  }
}

const asDoneThen = (ctx: Context, kit: KitRow, event: DeviceEvent, receivedAt: Date): Context => {
  if (ctx.actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${ctx.actor.kind} asks`);
  const offline = {
    ...{ kit: kit.id, sequence: event.sequence, deviceAt: event.at, receivedAt },
    actedAt: actedAt(event, kit.issuedAt, receivedAt),
  };
  return { ...ctx, actor: { ...ctx.actor, offline } };
};

interface Synced {
  readonly kit: KitRow;
  readonly fresh: readonly DeviceEvent[];
  readonly outcomes: readonly (string | null)[];
  readonly conflict: KeptReason | null;
  readonly receivedAt: Date;
  readonly sentAt: Date;
}

/** Every act stands in the chain with what the device signed, applied or not: nothing is lost. */
async function record(ctx: Context, synced: Synced): Promise<SyncAnswer> {
  const { kit, fresh, outcomes, conflict, receivedAt, sentAt } = synced;
  const { envelopeId, recipientId } = kit;
  const events = [...kit.events];
  for (const [index, event] of fresh.entries()) {
    const { sequence, at, hash, body, signature } = event;
    const [act, reason] = [actName(event), outcomes[index] ?? null];
    events.push(kitEvent(event, reason));
    await appendEvent(asDoneThen(ctx, kit, event, receivedAt), {
      type: "offline-act.captured",
      envelopeId,
      data: {
        ...{ recipient: recipientId, kit: kit.id, sequence, act, deviceAt: at.toISOString() },
        ...{ body: personal(body), sha256: hash, signature },
        ...{ outcome: reason === null ? "applied" : "kept", reason: reason ?? undefined },
      },
    });
  }
  const clockOffMs = Math.trunc(limited(receivedAt.getTime() - sentAt.getTime()));
  const isDone = events.some(({ act, reason }) => reason === null && LAST.includes(act));
  const state = isDone ? "done" : conflict ? "kept" : "open";
  const reason = state === "kept" ? conflict : null;
  await changeKit(ctx, kit.id, { events, syncedAt: receivedAt, clockOffMs, state, reason });
  const counts = { count: fresh.length, applied: outcomes.filter((code) => code === null).length };
  await appendEvent(ctx, {
    type: conflict ? "offline-kit.kept" : "offline-kit.synced",
    envelopeId,
    data: {
      ...{ recipient: recipientId, kit: kit.id, ...counts, clockOffMs, reason: conflict ?? undefined },
      clock: Math.abs(clockOffMs) < CLOCK_OFF_MS ? "right" : clockOffMs < 0 ? "ahead" : "behind",
      clockMinutes: Math.round(Math.abs(clockOffMs) / 60_000),
    },
  });
  return answerOf({ ...kit, events, state, reason });
}

const LAST: readonly string[] = [...ENDS, "decline"];

/** What the column holds. */
const limited = (ms: number): number => Math.max(-2_000_000_000, Math.min(2_000_000_000, ms));

function actName({ act }: DeviceEvent): OfflineActName | "unknown" {
  const type = (act as { type?: unknown } | null)?.type;
  return OFFLINE_ACTS.find((name) => name === type) ?? "unknown";
}

function kitEvent(event: DeviceEvent, reason: string | null): KitEvent {
  const { fieldId } = (event.act ?? {}) as { fieldId?: unknown };
  return {
    ...{ hash: event.hash, act: actName(event), at: event.at.toISOString(), reason },
    ...(typeof fieldId === "string" ? { fieldId: fieldId.slice(0, 36) } : {}),
  };
}

/** Places of what was refused, but for answers to a field that took a later one. */
const stillRefused = (events: readonly KitEvent[]): number[] =>
  events.flatMap(({ reason, fieldId }, sequence) => {
    const isPutRight =
      fieldId !== undefined &&
      events.some((other, at) => at > sequence && other.fieldId === fieldId && other.reason === null);
    return reason === null || isPutRight ? [] : [sequence];
  });

const answerOf = ({ events, state, reason }: Pick<KitRow, "events" | "state" | "reason">): SyncAnswer => ({
  ...{ received: events.length, state, reason },
  refused: stillRefused(events).map((sequence) => {
    const { act, reason: code, fieldId = null } = events[sequence]!;
    return { ...{ sequence, act, fieldId }, code: code! };
  }),
});
