import { and, desc, eq, lt, sql } from "drizzle-orm";
import type { Connection } from "#db/client.ts";
import { certificates, envelopes } from "#db/schema/envelopes.ts";
import {
  authorities,
  issuedSerials,
  publishedCrls,
  publishedOcspResponses,
  sealedKeys,
} from "#db/schema/installation.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId, EnvelopeId } from "#lib/ids.ts";

export type AuthorityRow = typeof authorities.$inferSelect;
export type AuthorityKind = "root" | "issuing" | "tsa" | "ocsp" | "log";

/** One process sets up authorities at a time, until the transaction ends. */
export async function lockAuthorities(connection: Connection): Promise<void> {
  await connection.execute(sql`select pg_advisory_xact_lock(7201896)`);
}

export async function loadAuthorities(connection: Connection): Promise<AuthorityRow[]> {
  return connection.select().from(authorities).orderBy(desc(authorities.createdAt), desc(authorities.id));
}

export async function saveAuthority(
  connection: Connection,
  row: typeof authorities.$inferInsert,
): Promise<void> {
  await connection
    .update(authorities)
    .set({ isActive: false })
    .where(and(eq(authorities.kind, row.kind), eq(authorities.isActive, true)));
  await connection.insert(authorities).values(row);
}

export async function saveSerial(
  connection: Connection,
  row: typeof issuedSerials.$inferInsert,
): Promise<void> {
  await connection.insert(issuedSerials).values(row);
}

export async function recordIssued(
  connection: Connection,
  serial: { readonly authorityId: string; readonly serial: string },
  certificateSha256: string,
): Promise<void> {
  await connection
    .update(issuedSerials)
    .set({ certificateSha256 })
    .where(and(eq(issuedSerials.authorityId, serial.authorityId), eq(issuedSerials.serial, serial.serial)));
}

export async function loadSerial(connection: Connection, authorityId: string, serial: string) {
  const [row] = await connection
    .select()
    .from(issuedSerials)
    .where(and(eq(issuedSerials.authorityId, authorityId), eq(issuedSerials.serial, serial)));
  return row ?? null;
}

export async function loadRevoked(connection: Connection, authorityId: string) {
  return connection
    .select()
    .from(issuedSerials)
    .where(and(eq(issuedSerials.authorityId, authorityId), sql`${issuedSerials.revokedAt} is not null`));
}

export async function saveCertificate(ctx: Context, row: typeof certificates.$inferInsert): Promise<void> {
  await ctx.connection.insert(certificates).values(row);
}

export async function loadCertificate(ctx: Context, id: CertificateId) {
  const [row] = await ctx.connection
    .select()
    .from(certificates)
    .where(and(eq(certificates.id, id), eq(certificates.organizationId, ctx.organizationId)));
  return row ?? null;
}

/** What an envelope is called, to find its certificates by. */
export async function loadEnvelopeNames(ctx: Context, envelopeId: EnvelopeId): Promise<string[]> {
  const [row] = await ctx.connection
    .select({ shortId: envelopes.shortId, title: envelopes.title })
    .from(envelopes)
    .where(and(eq(envelopes.id, envelopeId), eq(envelopes.organizationId, ctx.organizationId)));
  return row ? [row.shortId, row.title] : [];
}

export interface CertificateQuery {
  readonly search: string;
  readonly kind: "signer" | "seal" | null;
  readonly status: "valid" | "expired" | "revoked" | null;
  /** Older than this one. */
  readonly before: { readonly at: Date; readonly id: string } | null;
  readonly limit: number;
}

/** Newest first. */
export async function listCertificateRows(ctx: Context, query: CertificateQuery) {
  const pattern = `%${query.search.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const found = sql`select find_certificates(${pattern}, ${query.kind}, ${query.status}, ${ctx.now().toISOString()},
    ${query.before?.at.toISOString() ?? null}, ${query.before?.id ?? null}, ${query.limit})`;
  return ctx.connection
    .select({
      id: certificates.id,
      kind: certificates.kind,
      subject: certificates.subject,
      issuer: certificates.issuer,
      serial: certificates.serial,
      sha256: certificates.sha256,
      notBefore: certificates.notBefore,
      notAfter: certificates.notAfter,
      createdAt: certificates.createdAt,
      envelopeId: certificates.envelopeId,
      envelopeTitle: envelopes.title,
      revokedAt: issuedSerials.revokedAt,
    })
    .from(certificates)
    .leftJoin(envelopes, eq(envelopes.id, certificates.envelopeId))
    .leftJoin(
      issuedSerials,
      and(
        eq(issuedSerials.authorityId, certificates.authorityId),
        eq(issuedSerials.serial, certificates.serial),
      ),
    )
    .where(and(sql`${certificates.id} in (${found})`, eq(certificates.organizationId, ctx.organizationId)))
    .orderBy(desc(certificates.createdAt), desc(certificates.id));
}

export async function newestCrl(connection: Connection, authorityId: string) {
  const [row] = await connection
    .select()
    .from(publishedCrls)
    .where(eq(publishedCrls.authorityId, authorityId))
    .orderBy(desc(publishedCrls.number))
    .limit(1);
  return row ?? null;
}

/** Publishes a list; the few before it stay for whoever is reading them, older ones go. */
export async function saveCrl(connection: Connection, row: typeof publishedCrls.$inferInsert): Promise<void> {
  await connection.insert(publishedCrls).values(row);
  await connection
    .delete(publishedCrls)
    .where(and(eq(publishedCrls.authorityId, row.authorityId), lt(publishedCrls.number, row.number - 5)));
}

export async function saveOcspResponse(
  connection: Connection,
  row: typeof publishedOcspResponses.$inferInsert,
): Promise<void> {
  const { der, thisUpdate, nextUpdate } = row;
  await connection
    .insert(publishedOcspResponses)
    .values(row)
    .onConflictDoUpdate({
      target: [publishedOcspResponses.authorityId, publishedOcspResponses.serial],
      set: { der, thisUpdate, nextUpdate },
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

export async function loadSealedKey(connection: Connection, id: string): Promise<Uint8Array | null> {
  const [row] = await connection.select().from(sealedKeys).where(eq(sealedKeys.id, id));
  return row?.sealed ?? null;
}
