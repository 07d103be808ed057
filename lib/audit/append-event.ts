import { toHex } from "#lib/bytes.ts";
import type { Context, HostedLink, InPerson, OfflineAct } from "#lib/context.ts";
import { type EnvelopeId, type EventId, uuidV7 } from "#lib/ids.ts";
import { canonicalJson, type Json } from "./core/canonical-json.ts";
import { CHAIN_START, linkHash } from "./core/chain.ts";
import { digestOfVersions, type RowVersion } from "./core/changing-tables.ts";
import { commit, type EventData, type Opening, personal } from "./core/commitment.ts";
import { BODY_VERSION, type EventActor, type EventType } from "./core/events.ts";
import { isFollowed } from "./core/followed-types.ts";
import {
  addressMarkOf,
  eventMac,
  type SealedBy,
  sealOpenings,
  type TrailKeys,
  unwrapChainKey,
  wrapChainKey,
} from "./core/sealed-openings.ts";
import { announce } from "./listen-events.ts";
import { trailKeys } from "./open-values.ts";
import {
  holdChain,
  loadRevisions,
  lockChain,
  type Revisions,
  saveEvent,
  saveEvents,
  saveVersions,
  takeChanged,
  type WrittenEvent,
} from "./store.ts";

export interface NewEvent {
  readonly type: EventType;
  /** Null for what concerns the organization and no envelope. */
  readonly envelopeId: EnvelopeId | null;
  readonly data: { readonly [key: string]: EventData | undefined };
}

export interface AppendedEvent {
  readonly id: EventId;
  readonly sequence: number;
  readonly hash: Uint8Array;
  readonly occurredAt: Date;
}

/**
 * The only way anything happens: links the event to its chain and queues its followers, where it has any, in the caller's
 * transaction. It binds what the rows of evidence that changed before it in that transaction are now (`CHANGING_TABLES`).
 * No event, no change: the database refuses at commit what changed after the last one.
 */
export async function appendEvent(ctx: Context, event: NewEvent): Promise<AppendedEvent> {
  const { runtime } = ctx;
  const { last, wrappedKey, revisions, changed } = await lockChain(
    ctx,
    event.envelopeId ?? ctx.organizationId,
  );
  const keys = await trailKeys(ctx);
  const linked = linkEvent(ctx, event, last, { revisions, changed });
  const key = last ? oldKey(ctx, keys, linked.row, wrappedKey) : newKey(ctx, keys, linked.row);
  const written = sealEvent(ctx, keys, linked, key);
  // Nobody waits for these: they go with what follows, and the commit says whether they are there.
  saveEvent(ctx, written);
  if (changed.length > 0) saveVersions(ctx, linked.row.id, changed);
  if (isFollowed(event.type)) await runtime.queue.add(ctx, "event", jobOf(ctx, linked));
  const { id, sequence, hash, occurredAt, envelopeId, type } = linked.row;
  announce(ctx, { organizationId: ctx.organizationId, envelopeId, type });
  return { id, sequence, hash, occurredAt };
}

/**
 * Begins chains of envelopes that nobody else knows yet, many at once: the same events, links, keys and jobs as one by
 * one, written in one statement for all and one for their jobs, which wait for those of other events.
 *
 * @param chains the first events of each envelope, in order.
 */
export async function beginChains(ctx: Context, chains: readonly (readonly NewEvent[])[]): Promise<void> {
  const keys = await trailKeys(ctx);
  const changed = chains.some(({ length }) => length > 0) ? await takeChanged(ctx) : [];
  const envelopeIds = chains.flatMap(([first]) => first?.envelopeId ?? []);
  const revisions = envelopeIds.length > 0 ? await loadRevisions(ctx, envelopeIds) : null;
  let [tellsOf, firstId]: [readonly RowVersion[], EventId | null] = [changed, null];
  const linked = chains.flatMap((events) => {
    let last: LinkedEvent["row"] | null = null;
    let key: ChainKey | null = null;
    return events.map((event) => {
      const next = linkEvent(ctx, event, last, {
        revisions: revisions?.get(event.envelopeId ?? "") ?? {},
        changed: tellsOf,
      });
      firstId ??= next.row.id;
      tellsOf = [];
      key = key ? { ...key, wrapped: null } : newKey(ctx, keys, next.row);
      last = next.row;
      return { next, written: sealEvent(ctx, keys, next, key) };
    });
  });
  await saveEvents(
    ctx,
    linked.map(({ written }) => written),
  );
  if (changed.length > 0 && firstId) saveVersions(ctx, firstId, changed);
  const followed = linked.filter(({ next }) => isFollowed(next.row.type));
  await ctx.runtime.queue.addAll(
    ctx,
    "event",
    followed.map(({ next }) => ({ ...jobOf(ctx, next), isBackground: "yes" })),
  );
  // One for all: it is lists that change.
  const type = linked.at(-1)?.next.row.type;
  if (type) announce(ctx, { organizationId: ctx.organizationId, envelopeId: null, type });
}

/** Before work on a chain's past that no event may come into: nobody else appends until the transaction ends. */
export async function holdEvents(ctx: Context, envelopeId: EnvelopeId): Promise<void> {
  await holdChain(ctx, envelopeId);
}

/** What seals the openings of an event. */
interface ChainKey {
  readonly by: SealedBy;
  readonly key: Uint8Array;
  /** To be stored with the event, where the key is new. */
  readonly wrapped: Uint8Array | null;
}

/** Of an organization's own chain, and of an envelope whose key is gone: the key of the workspace. */
const ofWorkspace = ({ values }: TrailKeys): ChainKey => ({ by: "workspace", key: values, wrapped: null });

function newKey(ctx: Context, keys: TrailKeys, { chainId, envelopeId }: LinkedEvent["row"]): ChainKey {
  if (envelopeId === null) return ofWorkspace(keys);
  const { runtime, organizationId } = ctx;
  const key = runtime.random(32);
  return {
    by: "chain",
    key,
    wrapped: wrapChainKey(keys, { organizationId, chainId }, key, runtime.random(12)),
  };
}

function oldKey(
  { organizationId }: Context,
  keys: TrailKeys,
  { chainId }: LinkedEvent["row"],
  wrapped: Uint8Array | null,
): ChainKey {
  if (!wrapped) return ofWorkspace(keys);
  const key = unwrapChainKey(keys, { organizationId, chainId }, wrapped);
  // A bug, or a key that somebody altered: what is sealed now must be readable, so nothing goes on.
  if (!key) throw new Error(`the key of chain ${chainId} is not what was stored`);
  return { by: "chain", key, wrapped: null };
}

function sealEvent(
  { organizationId, runtime }: Context,
  keys: TrailKeys,
  { row, openings }: LinkedEvent,
  { by, key, wrapped }: ChainKey,
): WrittenEvent {
  const name = { organizationId, chainId: row.chainId, eventId: row.id };
  const opened =
    openings.length === 0
      ? null
      : {
          sealed: sealOpenings(by, key, name, openings, runtime.random(12)),
          addressMark: addressMarkOf(keys, openings),
        };
  return { row: { ...row, mac: eventMac(keys, row.hash) }, opened, newKey: wrapped };
}

interface LinkedEvent {
  readonly row: {
    readonly id: EventId;
    readonly chainId: string;
    readonly envelopeId: EnvelopeId | null;
    readonly sequence: number;
    readonly type: EventType;
    readonly body: string;
    readonly hash: Uint8Array;
    readonly occurredAt: Date;
  };
  readonly openings: readonly Opening[];
}

const jobOf = ({ organizationId }: Context, { row }: LinkedEvent) => ({
  ...{ organizationId, eventId: row.id, type: row.type, envelopeId: row.envelopeId ?? "" },
});

/** What an event finds when it is appended. */
interface Standing {
  readonly revisions: Revisions;
  readonly changed: readonly RowVersion[];
}

function linkEvent(
  ctx: Context,
  event: NewEvent,
  last: { readonly sequence: number; readonly hash: Uint8Array } | null,
  { revisions, changed }: Standing,
): LinkedEvent {
  const { runtime, organizationId } = ctx;
  const occurredAt = ctx.now();
  const id = uuidV7(occurredAt.getTime(), runtime.random(10)) as EventId;
  const sequence = last ? last.sequence + 1 : 0;
  const { json, openings } = commit({ actor: describeActor(ctx), data: event.data }, saltsFrom(runtime));
  const body = canonicalJson({
    ...(json as { [key: string]: Json }),
    version: BODY_VERSION,
    id,
    type: event.type,
    organization: organizationId,
    envelope: event.envelopeId,
    ...(Object.keys(revisions).length > 0 ? { documents: revisions } : {}),
    sequence,
    at: occurredAt.toISOString(),
    previous: toHex(last?.hash ?? CHAIN_START),
    ...(changed.length > 0 ? { rows: digestOfVersions(changed) } : {}),
  });
  const hash = linkHash(last?.hash ?? CHAIN_START, body);
  const chainId = event.envelopeId ?? organizationId;
  const row = {
    id,
    chainId,
    envelopeId: event.envelopeId,
    sequence,
    type: event.type,
    body,
    hash,
    occurredAt,
  };
  return { row, openings };
}

const SALT_BYTES = 16;
const SALTS_AT_ONCE = 8;

/** Fresh random bytes for each, drawn for several: a draw costs more than what it gives. */
function saltsFrom({ random }: Context["runtime"]): () => Uint8Array {
  let drawn = new Uint8Array(0);
  return () => {
    if (drawn.length === 0) drawn = new Uint8Array(random(SALTS_AT_ONCE * SALT_BYTES));
    const salt = drawn.slice(0, SALT_BYTES);
    drawn = drawn.subarray(SALT_BYTES);
    return salt;
  };
}

function describeActor(ctx: Context): EventActor {
  const { actor } = ctx;
  const from = ctx.request
    ? { ip: personal(ctx.request.ip), userAgent: personal(ctx.request.userAgent) }
    : {};
  switch (actor.kind) {
    case "member":
      return {
        kind: "member",
        id: actor.memberId,
        role: actor.role,
        method: actor.method ?? "account",
        name: personal(actor.name),
        email: personal(actor.email),
        ...from,
      };
    case "recipient":
      return {
        ...{ kind: "recipient", id: actor.recipientId },
        ...{ method: actor.checked?.at(-1)?.method ?? linkOf(actor), ...from },
        ...(actor.offline ? { offline: describeOffline(actor.offline) } : {}),
        ...hostOf(actor),
      };
    case "link-holder":
      return {
        ...{ kind: "recipient", id: actor.recipientId },
        ...{ method: actor.checked.at(-1)?.method ?? linkOf(actor), ...from },
        ...hostOf(actor),
      };
    case "custodian":
      return {
        ...{ kind: "custodian", id: actor.custodianId, method: "email-link" },
        ...{ name: personal(actor.name), email: personal(actor.email), ...from },
      };
    case "api-key":
      return { kind: "api-key", id: actor.keyId, method: "api-key", name: actor.name, ...from };
    case "program":
      return { kind: "program", id: actor.programId, method: "program-token", name: actor.name, ...from };
    case "system":
      return { kind: "system", job: actor.job };
  }
}

interface Reached {
  readonly inPerson?: InPerson;
  readonly hosted?: HostedLink;
  readonly isTexted?: boolean;
  readonly isHandedOver?: boolean;
}

const linkOf = ({ inPerson, hosted, isTexted, isHandedOver }: Reached): string => {
  if (isHandedOver) return "hand-over";
  if (inPerson) return "in-person";
  if (hosted) return "hosted-link";
  return isTexted ? "sms-link" : "email-link";
};

/** The host who was there, or who made the link that was no mailed one. */
const hostOf = ({ inPerson, hosted }: Reached) => ({
  ...(inPerson
    ? { host: { id: inPerson.hostId, name: personal(inPerson.hostName), kiosk: inPerson.sessionId } }
    : {}),
  ...(hosted
    ? { hosted: { link: hosted.linkId, by: hosted.makerId, name: personal(hosted.makerName) } }
    : {}),
});

/** Both clocks: the device's, and the server's beside it. */
const describeOffline = ({ kit, sequence, deviceAt, actedAt, receivedAt }: OfflineAct) => ({
  ...{ kit, sequence, deviceAt: deviceAt.toISOString() },
  ...{ actedAt: actedAt.toISOString(), receivedAt: receivedAt.toISOString() },
});
