import { and, desc, eq, gt, inArray, isNull, lt, sql } from "drizzle-orm";
import { type Connection, executePrepared, standing } from "#db/client.ts";
import { certificates, envelopes, signingKeys } from "#db/schema/envelopes.ts";
import { organizations } from "#db/schema/identity.ts";
import {
  authorities,
  issuedSerials,
  publishedCrls,
  publishedOcspResponses,
  sealedKeys,
} from "#db/schema/installation.ts";
import { revocations } from "#db/schema/keys.ts";
import { toBase64 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { CertificateId, EnvelopeId } from "#lib/ids.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";

export type AuthorityRow = typeof authorities.$inferSelect;
/** A cross certificate is a root's, issued by another root of ours. */
export type AuthorityKind = "root" | "cross" | "issuing" | "tsa" | "ocsp" | "log";

/** One process sets up authorities at a time, until the transaction ends. */
export async function lockAuthorities(connection: Connection): Promise<void> {
  await connection.execute(sql`select pg_advisory_xact_lock(7201896)`);
}

export async function loadAuthorities(connection: Connection): Promise<AuthorityRow[]> {
  return connection.select().from(authorities).orderBy(desc(authorities.createdAt), desc(authorities.id));
}

export async function saveAuthority(
  connection: Connection,
  authority: Omit<typeof authorities.$inferInsert, "issuer" | "serial">,
): Promise<void> {
  const { issuer, serialHex: serial } = parseCertificate(authority.certificateDer);
  const row = { ...authority, issuer: issuer.text, serial };
  // Every issuing authority has a responder of its own.
  const own = row.kind === "ocsp" ? eq(authorities.issuerId, row.issuerId!) : undefined;
  await connection
    .update(authorities)
    .set({ isActive: false })
    .where(and(eq(authorities.kind, row.kind), eq(authorities.isActive, true), own));
  await connection.insert(authorities).values(row);
}

export async function changeAuthority(
  connection: Connection,
  id: string,
  change: Partial<typeof authorities.$inferInsert>,
): Promise<void> {
  await connection.update(authorities).set(change).where(eq(authorities.id, id));
}

/** Sets `count` serial numbers aside. @returns how many there were before. */
export async function reserveSerials(connection: Connection, id: string, count: number): Promise<number> {
  const [row] = await connection
    .update(authorities)
    .set({ serialsReserved: sql`${authorities.serialsReserved} + ${count}` })
    .where(eq(authorities.id, id))
    .returning({ reserved: authorities.serialsReserved });
  return row!.reserved - count;
}

export async function serialsReserved(connection: Connection, id: string): Promise<number> {
  const [row] = await connection
    .select({ reserved: authorities.serialsReserved })
    .from(authorities)
    .where(eq(authorities.id, id));
  return row?.reserved ?? 0;
}

export type NewSerial = Pick<
  typeof issuedSerials.$inferInsert,
  "authorityId" | "serial" | "profile" | "intendedAt" | "notAfter" | "partition"
>;

export async function saveSerials(connection: Connection, rows: readonly NewSerial[]): Promise<void> {
  await executePrepared(
    connection,
    sql`insert into issued_serials (authority_id, serial, profile, intended_at, not_after, partition)
    select authority_id::uuid, serial, profile, intended_at::timestamptz, not_after::timestamptz, partition::integer
    from unnest(${listOf(rows, ({ authorityId }) => authorityId)}, ${listOf(rows, ({ serial }) => serial)},
      ${listOf(rows, ({ profile }) => profile)}, ${listOf(rows, ({ intendedAt }) => intendedAt)},
      ${listOf(rows, ({ notAfter }) => notAfter)}, ${listOf(rows, ({ partition }) => partition ?? 0)})
      as one (authority_id, serial, profile, intended_at, not_after, partition)`,
  );
}

// Neither can stand in what is listed: certificates carry no such characters, and titles lose them.
const END = "\x1e";
const NOTHING = "\x1f";
const withoutListMarks = (text: string): string => text.replace(/[\x1e\x1f]/g, " ");

/**
 * One value of every row as one text, however many rows: a statement with a place for each value of each takes longer
 * to read than to do, and JSON takes five times as long to take apart.
 */
function listOf<Row>(rows: readonly Row[], of: (row: Row) => string | number | Date | null | undefined) {
  const values = rows.map((row) => {
    const value = of(row);
    return value instanceof Date ? value.toISOString() : `${value ?? NOTHING}`;
  });
  return sql`string_to_array(${values.join(END)}, ${END}, ${NOTHING})`;
}

export interface IssuedSerial {
  readonly authorityId: string;
  readonly serial: string;
  readonly sha256: string;
}

export async function recordIssued(connection: Connection, issued: readonly IssuedSerial[]): Promise<void> {
  const rows = issued.map(
    ({ authorityId, serial, sha256 }) => sql`(${authorityId}::uuid, ${serial}, ${sha256})`,
  );
  await connection.execute(sql`update issued_serials set certificate_sha256 = issued.sha256
    from (values ${sql.join(rows, sql`, `)}) as issued (authority_id, serial, sha256)
    where issued_serials.authority_id = issued.authority_id and issued_serials.serial = issued.serial`);
}

export async function loadSerial(connection: Connection, authorityId: string, serial: string) {
  const [row] = await loadSerials(connection, authorityId, [serial]);
  return row ?? null;
}

/** What is known of several now. @param serials hexadecimal. */
export const loadSerials = (connection: Connection, authorityId: string, serials: readonly string[]) =>
  // One value, however many: so the statement is always the same, and short to read.
  serialsNow(connection, { authorityId, serials: [...new Set(serials)].join(",") });

const serialsNow = standing((connection) => {
  const { serial, partition, certificateSha256, revokedAt, revocationReason, invalidSince } = issuedSerials;
  return connection
    .select({ serial, partition, certificateSha256, revokedAt, revocationReason, invalidSince })
    .from(issuedSerials)
    .where(
      and(
        eq(issuedSerials.authorityId, sql.placeholder("authorityId")),
        sql`${serial} = any(string_to_array(${sql.placeholder("serials")}, ','))`,
      ),
    );
});

export async function loadRevoked(connection: Connection, authorityId: string, partition: number) {
  return connection
    .select()
    .from(issuedSerials)
    .where(
      and(
        eq(issuedSerials.authorityId, authorityId),
        eq(issuedSerials.partition, partition),
        sql`${issuedSerials.revokedAt} is not null`,
      ),
    )
    .orderBy(issuedSerials.revokedAt, issuedSerials.serial);
}

/** Parts of an authority's revocation list with certificates that have not lapsed. */
export async function listOpenPartitions(
  connection: Connection,
  authorityId: string,
  lapsedBefore: Date,
): Promise<number[]> {
  const rows = await connection
    .selectDistinctOn([issuedSerials.partition], { partition: issuedSerials.partition })
    .from(issuedSerials)
    .where(and(eq(issuedSerials.authorityId, authorityId), gt(issuedSerials.notAfter, lapsedBefore)));
  return rows.map(({ partition }) => partition);
}

/** @returns whether it was not revoked before. */
export async function saveRevocation(
  connection: Connection,
  serial: { readonly authorityId: string; readonly serial: string },
  change: { readonly revokedAt: Date; readonly revocationReason: string; readonly invalidSince: Date | null },
): Promise<boolean> {
  const changed = await connection
    .update(issuedSerials)
    .set(change)
    .where(
      and(
        eq(issuedSerials.authorityId, serial.authorityId),
        eq(issuedSerials.serial, serial.serial),
        isNull(issuedSerials.revokedAt),
      ),
    )
    .returning({ serial: issuedSerials.serial });
  await connection
    .delete(publishedOcspResponses)
    .where(
      and(
        eq(publishedOcspResponses.authorityId, serial.authorityId),
        eq(publishedOcspResponses.serial, serial.serial),
      ),
    );
  return changed.length > 0;
}

/** Whether one of our authorities gave the serial number out. */
export async function loadIssuedAt(connection: Connection, authorityId: string, serial: string) {
  return (await loadSerial(connection, authorityId, serial)) !== null;
}

/** The organization that set the installation up; its id is the oldest. */
export async function firstOrganization(connection: Connection): Promise<string | null> {
  const [row] = await connection.execute<{ id: string }>(
    sql`select id from list_organizations() as id order by id limit 1`,
  );
  return row?.id ?? null;
}

/** The key of a seal's certificate makes no more signatures. */
export async function blockSealKey(ctx: Context, certificateId: CertificateId, at: Date): Promise<void> {
  await ctx.connection
    .update(signingKeys)
    .set({ isActive: false, blockedAt: at })
    .where(
      and(eq(signingKeys.certificateId, certificateId), eq(signingKeys.organizationId, ctx.organizationId)),
    );
}

/** Whether the key of a seal's certificate may not sign any more. */
export async function isSealBlocked(ctx: Context, certificateId: CertificateId): Promise<boolean> {
  const [row] = await inTransaction(ctx, (ctx) =>
    ctx.connection
      .select({ blockedAt: signingKeys.blockedAt })
      .from(signingKeys)
      .where(
        and(eq(signingKeys.certificateId, certificateId), eq(signingKeys.organizationId, ctx.organizationId)),
      ),
  );
  return row?.blockedAt != null;
}

export async function saveRevocationNote(ctx: Context, row: typeof revocations.$inferInsert): Promise<void> {
  await ctx.connection.insert(revocations).values(row);
}

export type NewCertificate = Omit<typeof certificates.$inferInsert, "authorityId" | "chainPem"> & {
  readonly authorityId: string;
};

/** Certificates of our authorities, each also with its serial number. */
export async function saveIssued(ctx: Context, rows: readonly NewCertificate[]): Promise<void> {
  const statement = sql`with one as (
      select id::uuid, kind, envelope_id::uuid, recipient_id::uuid, authority_id::uuid, serial, subject, issuer, sha256,
        decode(der, 'base64') as der, search_text, not_before::timestamptz, not_after::timestamptz,
        created_at::timestamptz
      from unnest(${listOf(rows, ({ id }) => id)}, ${listOf(rows, ({ kind }) => kind)},
        ${listOf(rows, ({ envelopeId }) => envelopeId)}, ${listOf(rows, ({ recipientId }) => recipientId)},
        ${listOf(rows, ({ authorityId }) => authorityId)}, ${listOf(rows, ({ serial }) => serial)},
        ${listOf(rows, ({ subject }) => subject)}, ${listOf(rows, ({ issuer }) => issuer)},
        ${listOf(rows, ({ sha256 }) => sha256)}, ${listOf(rows, ({ der }) => toBase64(der))},
        ${listOf(rows, ({ searchText }) => withoutListMarks(searchText))}, ${listOf(rows, ({ notBefore }) => notBefore)},
        ${listOf(rows, ({ notAfter }) => notAfter)}, ${listOf(rows, ({ createdAt }) => createdAt)})
        as one (id, kind, envelope_id, recipient_id, authority_id, serial, subject, issuer, sha256, der, search_text,
          not_before, not_after, created_at)
    ), recorded as (
      update issued_serials set certificate_sha256 = one.sha256 from one
      where issued_serials.authority_id = one.authority_id and issued_serials.serial = one.serial
    )
    insert into certificates (organization_id, id, kind, envelope_id, recipient_id, authority_id, serial, subject,
      issuer, sha256, der, search_text, not_before, not_after, created_at)
    select ${ctx.organizationId}::uuid, * from one`;
  await executePrepared(ctx.connection, statement);
}

export async function loadCertificate(ctx: Context, id: CertificateId) {
  const [row] = await ctx.connection
    .select()
    .from(certificates)
    .where(and(eq(certificates.id, id), eq(certificates.organizationId, ctx.organizationId)));
  return row ?? null;
}

/** Whether the organization is a workspace where things are tried out. */
export async function loadIsStaging(ctx: Context): Promise<boolean> {
  const [row] = await ctx.connection
    .select({ stagingOf: organizations.stagingOf })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row !== undefined && row.stagingOf !== null;
}

/** What envelopes are called, to find their certificates by. */
export async function loadEnvelopeNames(
  ctx: Context,
  ids: readonly EnvelopeId[],
): Promise<ReadonlyMap<EnvelopeId, string[]>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.connection
    .select({ id: envelopes.id, shortId: envelopes.shortId, title: envelopes.title })
    .from(envelopes)
    .where(and(inArray(envelopes.id, [...ids]), eq(envelopes.organizationId, ctx.organizationId)));
  return new Map(rows.map(({ id, shortId, title }) => [id, [shortId, title]]));
}

export async function newestCrl(connection: Connection, authorityId: string, partition = 0) {
  const [row] = await connection
    .select()
    .from(publishedCrls)
    .where(and(eq(publishedCrls.authorityId, authorityId), eq(publishedCrls.partition, partition)))
    .orderBy(desc(publishedCrls.number))
    .limit(1);
  return row ?? null;
}

/** The newest lists of all authorities; parts in which nothing is revoked say nothing. */
export async function newestCrls(connection: Connection): Promise<Uint8Array[]> {
  const { authorityId, partition, number, der, revokedCount } = publishedCrls;
  const rows = await connection
    .selectDistinctOn([authorityId, partition], { partition, der, revokedCount })
    .from(publishedCrls)
    .orderBy(authorityId, partition, desc(number));
  return rows.filter((row) => row.partition === 0 || row.revokedCount > 0).map((row) => row.der);
}

/** Publishes a list; the few before it stay for whoever is reading them, older ones go. */
export async function saveCrl(connection: Connection, row: typeof publishedCrls.$inferInsert): Promise<void> {
  await connection.insert(publishedCrls).values(row);
  await connection
    .delete(publishedCrls)
    .where(
      and(
        eq(publishedCrls.authorityId, row.authorityId),
        eq(publishedCrls.partition, row.partition),
        lt(publishedCrls.number, row.number - 5),
      ),
    );
}

/** Keeps an answer, unless the certificate was revoked while it was made. */
export async function saveOcspResponse(
  connection: Connection,
  row: typeof publishedOcspResponses.$inferInsert,
  revokedAt: Date | null,
): Promise<void> {
  const { authorityId, serial, der, thisUpdate, nextUpdate } = row;
  await connection.transaction(async (transaction) => {
    const [now] = await transaction
      .select({ revokedAt: issuedSerials.revokedAt })
      .from(issuedSerials)
      .where(and(eq(issuedSerials.authorityId, authorityId), eq(issuedSerials.serial, serial)))
      .for("share");
    if (now?.revokedAt?.getTime() !== revokedAt?.getTime()) return;
    await transaction
      .insert(publishedOcspResponses)
      .values(row)
      .onConflictDoUpdate({
        target: [publishedOcspResponses.authorityId, publishedOcspResponses.serial],
        set: { der, thisUpdate, nextUpdate },
      });
  });
}

export async function loadOcspResponse(connection: Connection, authorityId: string, serial: string) {
  const [row] = await connection
    .select()
    .from(publishedOcspResponses)
    .where(
      and(eq(publishedOcspResponses.authorityId, authorityId), eq(publishedOcspResponses.serial, serial)),
    );
  return row ?? null;
}

export async function saveSealedKey(
  connection: Connection,
  row: typeof sealedKeys.$inferInsert,
): Promise<void> {
  await connection.insert(sealedKeys).values(row);
}

export async function deleteSealedKey(connection: Connection, id: string): Promise<void> {
  await connection.delete(sealedKeys).where(eq(sealedKeys.id, id));
}

export async function loadSealedKey(connection: Connection, id: string): Promise<Uint8Array | null> {
  const [row] = await connection.select().from(sealedKeys).where(eq(sealedKeys.id, id));
  return row?.sealed ?? null;
}
