import { type SQL, sql } from "drizzle-orm";
import type { Connection } from "#db/client.ts";
import type { LogFinding } from "./core/log-finding.ts";

/** What an event says of a certificate that one of our authorities revoked. */
export interface ToldRevocation {
  readonly organizationId: string;
  readonly authority: string;
  readonly serial: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly revokedAt: string;
  readonly invalidSince: string | null;
}

type StoredRevocation = Omit<ToldRevocation, "organizationId">;

async function query<T>(connection: Connection, statement: SQL): Promise<readonly T[]> {
  return (await connection.execute(statement)) as unknown as readonly T[];
}

/** What the organization's chain tells of revocations. An event that cannot be read is found with its chain. */
export async function readRevocations(
  connection: Connection,
  organizationId: string,
): Promise<readonly ToldRevocation[]> {
  const rows = await query<{ body: string }>(
    connection,
    sql`select body from audit_events where organization_id = ${organizationId}
      and chain_id = ${organizationId} and type = 'certificate.revoked' order by sequence`,
  );
  return rows.flatMap(({ body }) => {
    const data = dataOf(body);
    // Where another's authority issued it, only its key was blocked here.
    if (typeof data.authority !== "string" || typeof data.serial !== "string") return [];
    const { authority, serial } = data;
    return {
      ...{
        organizationId,
        authority,
        serial,
        reason: String(data.reason),
        revokedAt: String(data.revokedAt),
      },
      invalidSince: typeof data.invalidSince === "string" ? data.invalidSince : null,
    };
  });
}

function dataOf(body: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(body) as { data?: Record<string, unknown> }).data ?? {};
  } catch {
    return {};
  }
}

const TABLE = "issued_serials";
const nameOf = ({ authority, serial }: StoredRevocation) => `${serial} of authority ${authority}`;

/**
 * Holds every revoked serial number against the events that tell of revocations, and these against it: a certificate
 * that was revoked stays so.
 *
 * @param told by every organization's chain
 */
export async function checkRevocations(
  connection: Connection,
  told: readonly ToldRevocation[],
): Promise<LogFinding[]> {
  const rows = await query<StoredRevocation>(
    connection,
    sql`select authority_id as authority, serial, coalesce(revocation_reason, '') as reason,
      to_char(revoked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "revokedAt",
      to_char(invalid_since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "invalidSince"
      from issued_serials where revoked_at is not null`,
  );
  const stored = new Map<string, StoredRevocation>(rows.map((row) => [nameOf(row), row] as const));
  const findings: LogFinding[] = [];
  for (const one of told) {
    const name = nameOf(one);
    const row = stored.get(name);
    stored.delete(name);
    const { organizationId } = one;
    if (!row) {
      findings.push({
        ...{ fault: "deleted", table: TABLE, column: "revoked_at", organizationId },
        sentence: `Certificate ${name} was revoked and is so no longer: column revoked_at was emptied, or the row deleted.`,
      });
      continue;
    }
    for (const fact of ["reason", "revokedAt", "invalidSince"] as const)
      if (row[fact] !== one[fact])
        findings.push({
          ...{ fault: "altered", table: TABLE, column: COLUMNS[fact], organizationId },
          sentence: `The revocation of certificate ${name} is not as its event says: column ${COLUMNS[fact]} was altered.`,
        });
  }
  for (const name of stored.keys())
    findings.push({
      ...{ fault: "inserted", table: TABLE, column: "revoked_at", organizationId: null },
      sentence: `Certificate ${name} is revoked and no event tells of it: put in past the product.`,
    });
  return findings;
}

const COLUMNS = {
  reason: "revocation_reason",
  revokedAt: "revoked_at",
  invalidSince: "invalid_since",
} as const;
