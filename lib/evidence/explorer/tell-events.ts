import type { Opening } from "#lib/audit/core/commitment.ts";
import { readOpenings } from "#lib/audit/open-values.ts";
import { type AuditEntry, entryOf } from "#lib/audit/read-chain.ts";
import { toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import { type EventWords, eventTeller, plain } from "../core/event-words.ts";
import type { EventRecord } from "../core/explorer/event-files.ts";
import { type EventGroup, groupOf } from "../core/explorer/event-groups.ts";
import { trailWords } from "../core/trail-words.ts";
import { type EventRow, loadNames } from "./events-store.ts";

/** An event, as it is read and in plain words. */
export interface ToldEvent extends AuditEntry {
  readonly chainId: string;
  readonly group: EventGroup;
  /** Null for what concerns the organization. */
  readonly envelope: {
    readonly id: EnvelopeId;
    readonly title: string;
    readonly shortId: string;
    readonly ownerId: MemberId;
  } | null;
  /** Name, and what they are. */
  readonly who: readonly string[];
  readonly what: string;
  /** The exact text that was hashed. */
  readonly body: string;
  readonly openings: readonly Opening[];
}

/** Puts events of many envelopes into words, each with the names of its own. */
export async function tellEvents(ctx: Context, rows: readonly EventRow[]): Promise<ToldEvent[]> {
  const openings = await readOpenings(
    ctx,
    rows.map(({ id }) => id),
  );
  const ids = [...new Set(rows.flatMap(({ envelopeId }) => envelopeId ?? []))];
  const names = await loadNames(ctx, ids);
  const envelopes = new Map(names.envelopes.map((envelope) => [envelope.id, envelope]));
  const tellers = tellersOf(names, ids);
  return rows.map((row) => {
    const own = openings.get(row.id) ?? [];
    const entry = entryOf(row, own);
    const { actor, sentence } = tellers(row.envelopeId)(entry);
    return {
      ...entry,
      ...{ chainId: row.chainId, group: groupOf(row.type), body: row.body },
      openings: own.map(({ path, salt, value }) => ({ path, salt, value })),
      envelope: (row.envelopeId && envelopes.get(row.envelopeId)) || null,
      who: actor.map(plain),
      what: plain(sentence),
    };
  });
}

type Teller = (entry: AuditEntry) => EventWords;

function tellersOf(
  names: Awaited<ReturnType<typeof loadNames>>,
  ids: readonly EnvelopeId[],
): (id: EnvelopeId | null) => Teller {
  const words = trailWords();
  const of = <T extends { envelopeId: EnvelopeId }>(list: readonly T[], id: EnvelopeId) =>
    list.filter(({ envelopeId }) => envelopeId === id);
  const nobody = eventTeller({ recipients: [], documents: [], fields: [], entries: [] }, words);
  const tellers = new Map(
    ids.map((id) => {
      const documents = of(names.documents, id).map(({ id, name }) => ({ id, name }));
      const recipients = of(names.recipients, id);
      const fields = of(names.fields, id);
      return [id, eventTeller({ recipients, documents, fields, entries: [] }, words)] as const;
    }),
  );
  return (id) => (id && tellers.get(id)) || nobody;
}

/** What leaves in files: one event, the same in every form. */
export function recordOf(event: ToldEvent): EventRecord {
  const { id, chainId, sequence, at, type, group, actor, data, documents, hash, who, what, body, openings } =
    event;
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    ...{ event: id, chain: chainId, number: sequence, at: at.toISOString(), type, group },
    ...{ who: who.join(", "), what, envelope: event.envelope?.shortId ?? null },
    ...{ envelopeId: event.envelope?.id ?? null, envelopeTitle: event.envelope?.title ?? null },
    ...{ ip: text(actor.ip), userAgent: text(actor.userAgent), method: text(actor.method) },
    ...{ actor, data, hash, body },
    openings: openings.map(({ path, salt, value }) => ({ path, salt: toHex(salt), value })),
    documents,
  };
}
