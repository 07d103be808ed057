import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { certificateStatuses, presentedCertificates } from "#db/schema/capture.ts";
import { certificates, envelopes } from "#db/schema/envelopes.ts";
import { authorities, issuedSerials } from "#db/schema/installation.ts";
import { registeredCertificates } from "#db/schema/seals.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId, EnvelopeId } from "#lib/ids.ts";
import type { IndexStatus, StatusFacts } from "./core/certificates/index-status.ts";

/** What a certificate of the index is there for. */
export const CERTIFICATE_KINDS = ["signer", "seal", "presented", "anchor", "chain", "authority"] as const;
export type CertificateKind = (typeof CERTIFICATE_KINDS)[number];

export interface CertificateQuery {
  readonly search: string;
  readonly kind: CertificateKind | null;
  readonly status: IndexStatus | null;
  /** The end of validity lies from one instant up to, not with, another. */
  readonly endsFrom: Date | null;
  readonly endsUntil: Date | null;
  /** Older than this one. */
  readonly before: { readonly at: Date; readonly id: string } | null;
  readonly limit: number;
}

export interface CertificateRow extends StatusFacts {
  readonly id: CertificateId;
  readonly kind: CertificateKind;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly sha256: string;
  readonly notBefore: Date;
  readonly createdAt: Date;
  readonly envelopeId: EnvelopeId | null;
  readonly envelopeTitle: string | null;
}

const LOADERS = { stored, presented, registered, authority };

/** Newest first. */
export async function listCertificateRows(ctx: Context, query: CertificateQuery): Promise<CertificateRow[]> {
  const pattern = `%${query.search.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const found = await ctx.connection.execute<{ source: keyof typeof LOADERS; id: string }>(
    sql`select source, id from find_certificates(${pattern}, ${query.kind}, ${query.status},
      ${query.endsFrom?.toISOString() ?? null}, ${query.endsUntil?.toISOString() ?? null}, ${ctx.now().toISOString()},
      ${query.before?.at.toISOString() ?? null}, ${query.before?.id ?? null}, ${query.limit})`,
  );
  const rows = new Map<string, CertificateRow>();
  for (const source of Object.keys(LOADERS) as (keyof typeof LOADERS)[]) {
    const ids = found.flatMap((one) => (one.source === source ? [one.id] : []));
    if (ids.length > 0) for (const row of await LOADERS[source](ctx, ids)) rows.set(row.id, row);
  }
  return found.flatMap(({ id }) => rows.get(id) ?? []);
}

const saidOf = (fingerprint: AnyPgColumn) =>
  and(
    eq(certificateStatuses.sha256, fingerprint),
    sql`${certificateStatuses.organizationId} = current_setting('app.organization_id')::uuid`,
  );

async function stored(ctx: Context, ids: readonly string[]): Promise<CertificateRow[]> {
  const { id, kind, subject, issuer, serial, sha256, notBefore, notAfter, createdAt, authorityId } =
    certificates;
  const rows = await ctx.connection
    .select({
      ...{ id, kind, subject, issuer, serial, sha256, notBefore, notAfter, createdAt, authorityId },
      ...{ envelopeId: certificates.envelopeId, envelopeTitle: envelopes.title },
      ...{ ownRevokedAt: issuedSerials.revokedAt, toldRevokedAt: certificateStatuses.revokedAt },
      holdsUntil: certificateStatuses.holdsUntil,
    })
    .from(certificates)
    .leftJoin(envelopes, eq(envelopes.id, certificates.envelopeId))
    .leftJoin(
      issuedSerials,
      and(eq(issuedSerials.authorityId, authorityId), eq(issuedSerials.serial, serial)),
    )
    .leftJoin(certificateStatuses, and(saidOf(sha256), isNull(authorityId)))
    .where(
      and(inArray(id, [...ids] as CertificateId[]), eq(certificates.organizationId, ctx.organizationId)),
    );
  return rows.map(({ authorityId, ownRevokedAt, toldRevokedAt, ...row }) => ({
    ...row,
    revokedAt: ownRevokedAt ?? toldRevokedAt,
    isKnown: authorityId !== null || row.subject === row.issuer,
  }));
}

async function presented(ctx: Context, ids: readonly string[]): Promise<CertificateRow[]> {
  const table = presentedCertificates;
  const { subject, issuer, serial, sha256, notBefore, notAfter, envelopeId } = table;
  const rows = await ctx.connection
    .select({
      ...{ id: table.id, subject, issuer, serial, sha256, notBefore, notAfter, envelopeId },
      ...{ createdAt: table.at, envelopeTitle: envelopes.title },
      ...{ revokedAt: certificateStatuses.revokedAt, holdsUntil: certificateStatuses.holdsUntil },
    })
    .from(table)
    .leftJoin(envelopes, eq(envelopes.id, envelopeId))
    .leftJoin(certificateStatuses, saidOf(sha256))
    .where(and(inArray(table.id, [...ids]), eq(table.organizationId, ctx.organizationId)));
  return rows.map((row) => ({ ...row, ...ofOthers(row, "presented") }));
}

async function registered(ctx: Context, ids: readonly string[]): Promise<CertificateRow[]> {
  const table = registeredCertificates;
  const { use, subject, issuer, serial, sha256, notBefore, notAfter, createdAt } = table;
  const rows = await ctx.connection
    .select({
      ...{ id: table.id, use, subject, issuer, serial, sha256, notBefore, notAfter, createdAt },
      ...{ revokedAt: certificateStatuses.revokedAt, holdsUntil: certificateStatuses.holdsUntil },
    })
    .from(table)
    .leftJoin(certificateStatuses, saidOf(sha256))
    .where(and(inArray(table.id, [...ids]), eq(table.organizationId, ctx.organizationId)));
  return rows.map(({ use, ...row }) => ({
    ...{ ...row, envelopeId: null, envelopeTitle: null },
    ...ofOthers(row, use),
  }));
}

const ofOthers = (
  row: { readonly id: string; readonly subject: string; readonly issuer: string },
  kind: CertificateKind,
) => ({ id: row.id as CertificateId, kind, isKnown: row.subject === row.issuer });

async function authority(ctx: Context, ids: readonly string[]): Promise<CertificateRow[]> {
  const { id, subject, issuer, serial, notBefore, notAfter, createdAt, issuerId } = authorities;
  const rows = await ctx.connection
    .select({
      ...{ id, subject, issuer, serial, notBefore, notAfter, createdAt },
      ...{ sha256: authorities.certificateSha256, revokedAt: issuedSerials.revokedAt },
    })
    .from(authorities)
    .leftJoin(issuedSerials, and(eq(issuedSerials.authorityId, issuerId), eq(issuedSerials.serial, serial)))
    .where(inArray(id, [...ids]));
  return rows.map((row) => ({
    ...{ ...row, id: row.id as CertificateId, kind: "authority" as const, isKnown: true },
    ...{ envelopeId: null, envelopeTitle: null, holdsUntil: null },
  }));
}
