import { and, asc, count, desc, eq, inArray, isNull, min, notInArray, sql } from "drizzle-orm";
import { presentedCertificates } from "#db/schema/capture.ts";
import { certificateCheckRuns, certificateChecks } from "#db/schema/certificate-checks.ts";
import { certificates } from "#db/schema/envelopes.ts";
import { authorities, issuedSerials } from "#db/schema/installation.ts";
import { registeredCertificates } from "#db/schema/seals.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { CheckSource, CheckVerdict } from "../core/certificate-check/check-facts.ts";

export type CheckRunRow = typeof certificateCheckRuns.$inferSelect;
export type CheckRow = typeof certificateChecks.$inferSelect;

/** A stored certificate that has to be looked at. */
export interface StoredCertificate {
  readonly id: string;
  readonly envelopeId: EnvelopeId | null;
  readonly sha256: string;
  readonly der: Uint8Array;
  readonly chainPem: string | null;
  /** Ours, which issued it; null when another did. */
  readonly authorityId: string | null;
  readonly revokedAt: Date | null;
  readonly reason: string | null;
  readonly isSigner: boolean;
  /** Where the next page begins. */
  readonly cursor: string;
}

const runs = (ctx: Context) => eq(certificateCheckRuns.organizationId, ctx.organizationId);
const checks = (ctx: Context) => eq(certificateChecks.organizationId, ctx.organizationId);

/** The one under way; null when there is none. @param lock until the transaction ends. */
export async function findOpenRun(ctx: Context, lock = false): Promise<CheckRunRow | null> {
  const find = ctx.connection
    .select()
    .from(certificateCheckRuns)
    .where(and(runs(ctx), isNull(certificateCheckRuns.endedAt)));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function loadRuns(ctx: Context, limit: number): Promise<CheckRunRow[]> {
  return ctx.connection
    .select()
    .from(certificateCheckRuns)
    .where(runs(ctx))
    .orderBy(desc(certificateCheckRuns.startedAt))
    .limit(limit);
}

export async function findRun(ctx: Context, id: string): Promise<CheckRunRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(certificateCheckRuns)
    .where(and(runs(ctx), eq(certificateCheckRuns.id, id)));
  return row ?? null;
}

/** @returns whether it is the only one under way. */
export async function saveRun(ctx: Context, row: typeof certificateCheckRuns.$inferInsert): Promise<boolean> {
  const saved = await ctx.connection
    .insert(certificateCheckRuns)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: certificateCheckRuns.id });
  return saved.length > 0;
}

export async function changeRun(
  ctx: Context,
  id: string,
  change: Partial<typeof certificateCheckRuns.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(certificateCheckRuns)
    .set(change)
    .where(and(runs(ctx), eq(certificateCheckRuns.id, id)));
}

/** When the oldest certificate of the index was stored; null before any. */
export async function oldestStored(ctx: Context): Promise<Date | null> {
  const [row] = await ctx.connection
    .select({ at: min(certificates.createdAt) })
    .from(certificates)
    .where(eq(certificates.organizationId, ctx.organizationId));
  return row?.at ?? null;
}

const PAGES = {
  stored: loadStored,
  registered: loadRegistered,
  presented: loadPresented,
} as const;

/** So many of one kind, the oldest first, from where the page before ended. */
export async function loadPage(
  ctx: Context,
  source: Exclude<CheckSource, "authority">,
  cursor: string | null,
  limit: number,
): Promise<StoredCertificate[]> {
  // The database counts microseconds, JavaScript does not: what is compared stays the database's own text.
  const [at, id] = cursor?.split("|") ?? ["-infinity", "00000000-0000-0000-0000-000000000000"];
  return PAGES[source](ctx, { at: at!, id: id! }, limit);
}

interface After {
  readonly at: string;
  readonly id: string;
}

async function loadStored(ctx: Context, { at, id }: After, limit: number): Promise<StoredCertificate[]> {
  const table = certificates;
  const rows = await ctx.connection
    .select({
      ...{ id: table.id, envelopeId: table.envelopeId, sha256: table.sha256, der: table.der },
      ...{ chainPem: table.chainPem, authorityId: table.authorityId },
      ...{ revokedAt: issuedSerials.revokedAt, reason: issuedSerials.revocationReason },
      cursor: sql<string>`${table.createdAt}::text || '|' || ${table.id}::text`,
    })
    .from(table)
    .leftJoin(
      issuedSerials,
      and(eq(issuedSerials.authorityId, table.authorityId), eq(issuedSerials.serial, table.serial)),
    )
    .where(
      and(
        eq(table.organizationId, ctx.organizationId),
        sql`(${table.createdAt}, ${table.id}) > (${at}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(asc(table.createdAt), asc(table.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, isSigner: true }));
}

async function loadRegistered(ctx: Context, { at, id }: After, limit: number): Promise<StoredCertificate[]> {
  const table = registeredCertificates;
  const rows = await ctx.connection
    .select({
      ...{ id: table.id, sha256: table.sha256, der: table.der },
      cursor: sql<string>`${table.createdAt}::text || '|' || ${table.id}::text`,
    })
    .from(table)
    .where(
      and(
        eq(table.organizationId, ctx.organizationId),
        isNull(table.removedAt),
        sql`(${table.createdAt}, ${table.id}) > (${at}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(asc(table.createdAt), asc(table.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, ...FOREIGN, envelopeId: null, chainPem: null, isSigner: false }));
}

async function loadPresented(ctx: Context, { at, id }: After, limit: number): Promise<StoredCertificate[]> {
  const table = presentedCertificates;
  const rows = await ctx.connection
    .select({
      ...{ id: table.id, envelopeId: table.envelopeId, sha256: table.sha256, der: table.der },
      chainPem: table.chainPem,
      cursor: sql<string>`${table.at}::text || '|' || ${table.id}::text`,
    })
    .from(table)
    .where(
      and(
        eq(table.organizationId, ctx.organizationId),
        sql`(${table.at}, ${table.id}) > (${at}::timestamptz, ${id}::uuid)`,
      ),
    )
    .orderBy(asc(table.at), asc(table.id))
    .limit(limit);
  return rows.map((row) => ({ ...row, ...FOREIGN, isSigner: true }));
}

const FOREIGN = { authorityId: null, revokedAt: null, reason: null } as const;

export async function saveChecks(
  ctx: Context,
  rows: readonly (typeof certificateChecks.$inferInsert)[],
): Promise<void> {
  if (rows.length > 0) await ctx.connection.insert(certificateChecks).values([...rows]);
}

/** Every time one certificate was looked at, the newest first. */
export async function loadChecksOf(ctx: Context, certificateId: string, limit: number): Promise<CheckRow[]> {
  return ctx.connection
    .select()
    .from(certificateChecks)
    .where(and(checks(ctx), eq(certificateChecks.certificateId, certificateId)))
    .orderBy(desc(certificateChecks.checkedAt))
    .limit(limit);
}

/** The newest of each. */
export async function loadLatest(ctx: Context, certificateIds: readonly string[]): Promise<CheckRow[]> {
  if (certificateIds.length === 0) return [];
  return ctx.connection
    .selectDistinctOn([certificateChecks.certificateId])
    .from(certificateChecks)
    .where(and(checks(ctx), inArray(certificateChecks.certificateId, [...certificateIds])))
    .orderBy(asc(certificateChecks.certificateId), desc(certificateChecks.checkedAt));
}

const CALM: readonly CheckVerdict[] = ["valid", "expired"];

/** What somebody should look at of one run, with the names that are known, the worst first. */
export async function loadFound(ctx: Context, runId: string, limit: number) {
  return ctx.connection
    .select({
      check: certificateChecks,
      subject: sql<string | null>`coalesce(${certificates.subject}, ${registeredCertificates.subject},
        ${presentedCertificates.subject}, ${authorities.subject})`,
    })
    .from(certificateChecks)
    .leftJoin(
      certificates,
      and(eq(certificates.id, certificateChecks.certificateId), eq(certificateChecks.source, "stored")),
    )
    .leftJoin(registeredCertificates, eq(registeredCertificates.id, certificateChecks.certificateId))
    .leftJoin(presentedCertificates, eq(presentedCertificates.id, certificateChecks.certificateId))
    .leftJoin(authorities, eq(authorities.id, certificateChecks.certificateId))
    .where(
      and(checks(ctx), eq(certificateChecks.runId, runId), notInArray(certificateChecks.verdict, [...CALM])),
    )
    .orderBy(
      sql`array_position(array['revoked', 'faulty', 'unknown'], ${certificateChecks.verdict})`,
      asc(certificateChecks.certificateId),
    )
    .limit(limit);
}

/** All that one run found, in the order of the key, from after one of them on. */
export async function loadResults(
  ctx: Context,
  runId: string,
  after: { readonly source: CheckSource; readonly certificateId: string } | null,
  limit: number,
): Promise<CheckRow[]> {
  const { source, certificateId } = certificateChecks;
  return ctx.connection
    .select()
    .from(certificateChecks)
    .where(
      and(
        checks(ctx),
        eq(certificateChecks.runId, runId),
        after
          ? sql`(${source}, ${certificateId}) > (${after.source}, ${after.certificateId}::uuid)`
          : undefined,
      ),
    )
    .orderBy(asc(source), asc(certificateId))
    .limit(limit);
}

/** How many there are to look at. */
export async function countStored(ctx: Context): Promise<number> {
  const own = async (table: typeof certificates | typeof presentedCertificates) => {
    const [row] = await ctx.connection
      .select({ found: count() })
      .from(table)
      .where(eq(table.organizationId, ctx.organizationId));
    return row!.found;
  };
  const [registered] = await ctx.connection
    .select({ found: count() })
    .from(registeredCertificates)
    .where(
      and(
        eq(registeredCertificates.organizationId, ctx.organizationId),
        isNull(registeredCertificates.removedAt),
      ),
    );
  return (await own(certificates)) + (await own(presentedCertificates)) + registered!.found;
}
