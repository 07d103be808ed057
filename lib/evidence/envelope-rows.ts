import { sql } from "drizzle-orm";
import type { Connection } from "#db/client.ts";
import { chainName, type LogFinding } from "#lib/audit/core/log-finding.ts";
import type { ToldEvent } from "#lib/audit/core/told-event.ts";
import type { EnvelopeRows } from "#lib/audit/envelope-rows.ts";
import { type StoredEnvelope, ToldEnvelope } from "./core/told-envelope.ts";

/** Envelopes looked at together. */
const LOT = 200;

/**
 * Holds the rows of envelopes that were sent against what their trails say: fields and rules, documents, who people are,
 * what they entered, and how it ended.
 */
export class EnvelopeRowsCheck implements EnvelopeRows {
  #events: ToldEvent[] = [];
  #waiting: ToldEnvelope[] = [];

  next(event: ToldEvent): void {
    if (ToldEnvelope.tells(event.type)) this.#events.push(event);
  }

  async end(
    connection: Connection,
    {
      organizationId,
      envelopeId,
      isForgotten,
    }: { readonly organizationId: string; readonly envelopeId: string; readonly isForgotten: boolean },
  ): Promise<LogFinding[]> {
    const told = new ToldEnvelope(envelopeId, this.#events);
    this.#events = [];
    if (!isForgotten) this.#waiting.push(told);
    return this.#waiting.length < LOT ? [] : this.finish(connection, organizationId);
  }

  async finish(connection: Connection, organizationId: string): Promise<LogFinding[]> {
    const lot = this.#waiting;
    this.#waiting = [];
    if (lot.length === 0) return [];
    const stored = await loadEnvelopes(
      connection,
      lot.map(({ envelopeId }) => envelopeId),
    );
    return lot.flatMap((told): LogFinding[] => {
      const { envelopeId } = told;
      const name = chainName(envelopeId, organizationId);
      const envelope = stored.get(envelopeId);
      // A draft that was thrown away leaves its events; what was sent stays until it is destroyed, which its chain says.
      if (!envelope)
        return told.isSent
          ? [
              {
                ...{ fault: "deleted", table: "envelopes", column: null, organizationId },
                sentence: `The row of ${name} is missing: deleted, or column id or organization_id was altered.`,
              },
            ]
          : [];
      return told.differences(envelope).map(({ table, column, what }) => ({
        ...{ fault: "altered", table, column, organizationId },
        sentence: `${what} of ${name} contradicts its events: ${column ? `column ${column} of ` : ""}${table} was altered.`,
      }));
    });
  }
}

type Row<T> = T & { readonly envelopeId: string };

async function query<T>(connection: Connection, statement: ReturnType<typeof sql>): Promise<readonly T[]> {
  return (await connection.execute(statement)) as unknown as readonly T[];
}

async function loadEnvelopes(
  connection: Connection,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredEnvelope>> {
  const some = sql`${sql.param(`{${ids.join(",")}}`)}::uuid[]`;
  const envelopes = await query<Pick<StoredEnvelope, "state" | "rules" | "isDestroyed"> & { id: string }>(
    connection,
    sql`select id, state, rules, purged_at is not null as "isDestroyed" from envelopes where id = any(${some})`,
  );
  const fields = await query<Row<StoredEnvelope["fields"][number]>>(
    connection,
    sql`select f.envelope_id as "envelopeId", f.id, f.document_id as "documentId", f.recipient_id as "recipientId",
        f.type, f.page, f.x, f.y, f.width, f.height, f.label, f.is_required as "isRequired", f.settings,
        coalesce(v.value, '') as value, v.sealed_sha256 as "sealedSha256"
      from fields f left join field_values v on v.field_id = f.id where f.envelope_id = any(${some})`,
  );
  const documents = await query<Row<StoredEnvelope["documents"][number]>>(
    connection,
    sql`select d.envelope_id as "envelopeId", d.id, r.sha256 from documents d
      join document_revisions r on r.document_id = d.id and r.number = 0 where d.envelope_id = any(${some})`,
  );
  const people = await query<Row<StoredEnvelope["people"][number]>>(
    connection,
    sql`select envelope_id as "envelopeId", id, name, email, finished_event_id as "finishedEventId",
        hidden_documents as "hiddenDocuments"
      from recipients where envelope_id = any(${some})`,
  );
  const byEnvelope = <T>(rows: readonly Row<T>[]) => Map.groupBy(rows, ({ envelopeId }) => envelopeId);
  const [ownFields, ownDocuments, ownPeople] = [
    byEnvelope(fields),
    byEnvelope(documents),
    byEnvelope(people),
  ];
  return new Map(
    envelopes.map((envelope) => {
      const { id } = envelope;
      return [
        id,
        {
          ...envelope,
          fields: ownFields.get(id) ?? [],
          documents: ownDocuments.get(id) ?? [],
          people: ownPeople.get(id) ?? [],
        },
      ];
    }),
  );
}
