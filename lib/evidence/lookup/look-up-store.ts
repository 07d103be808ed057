import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import { disputeFiles } from "#db/schema/disputes.ts";
import { artifacts, documentRevisions, documents, envelopes, recipients } from "#db/schema/envelopes.ts";
import { evidencePackages } from "#db/schema/evidence.ts";
import { organizations } from "#db/schema/identity.ts";
import { tombstones } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import { signs } from "#lib/envelopes/core/roles.ts";
import type { EnvelopeId, OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import type { Recorded } from "../core/lookup/printed-pair.ts";

export interface EnvelopePlace {
  readonly organizationId: OrganizationId;
  readonly envelopeId: EnvelopeId;
}

/** Whose envelope has a short id, if one that was sent has it. */
export async function findShortId(runtime: Runtime, shortId: string): Promise<EnvelopePlace | null> {
  const [row] = await runtime.database.db.execute<{ organization_id: OrganizationId; id: EnvelopeId }>(
    sql`select * from find_short_id(${shortId})`,
  );
  return row ? { organizationId: row.organization_id, envelopeId: row.id } : null;
}

/** The hash of every file that was ever recorded of an envelope, the newest state of a document first. */
export async function loadRecorded(ctx: Context, envelopeId: EnvelopeId): Promise<Recorded[]> {
  const { connection, organizationId } = ctx;
  const { documentId, number, sha256 } = documentRevisions;
  const kept = connection
    .select({ id: documents.id })
    .from(documents)
    .where(
      and(
        eq(documents.envelopeId, envelopeId),
        eq(documents.organizationId, organizationId),
        isNull(documents.removedAt),
      ),
    );
  const revisions = await connection
    .select({ documentId, number, sha256 })
    .from(documentRevisions)
    .where(and(inArray(documentId, kept), eq(documentRevisions.organizationId, organizationId)));
  const newest = new Map<string, number>();
  for (const { documentId, number } of revisions)
    newest.set(documentId, Math.max(number, newest.get(documentId) ?? 0));
  const kindOf = (row: (typeof revisions)[number]) =>
    row.number === 0 ? "original" : row.number === newest.get(row.documentId) ? "newest" : "earlier";
  return [
    ...revisions
      .toSorted((one, other) => other.number - one.number)
      .map((row) => ({ kind: kindOf(row), sha256: row.sha256 }) as const),
    ...(await loadPapers(ctx, envelopeId)).map((sha256) => ({ kind: "paper", sha256 }) as const),
  ];
}

async function loadPapers(ctx: Context, envelopeId: EnvelopeId): Promise<string[]> {
  const made: (string | null)[] = [];
  for (const table of [artifacts, evidencePackages, disputeFiles]) {
    const rows = await ctx.connection
      .select({ sha256: table.sha256 })
      .from(table)
      .where(and(eq(table.envelopeId, envelopeId), eq(table.organizationId, ctx.organizationId)));
    made.push(...rows.map(({ sha256 }) => sha256));
  }
  const [left] = await ctx.connection
    .select({ content: tombstones.content })
    .from(tombstones)
    .where(and(eq(tombstones.envelopeId, envelopeId), eq(tombstones.organizationId, ctx.organizationId)));
  const buried = left?.content.papers.map(({ sha256 }) => sha256) ?? [];
  return [...new Set([...made, ...buried])].filter((sha256) => sha256 !== null);
}

/** How an envelope ended, how many signed it, and whether more may be told of it. */
export async function loadStanding(ctx: Context, envelopeId: EnvelopeId) {
  const { state, endedAt, purgedAt } = envelopes;
  const [row] = await ctx.connection
    .select({
      ...{ state, endedAt, purgedAt, stagingOf: organizations.stagingOf },
      settings: organizations.settings,
    })
    .from(envelopes)
    .innerJoin(organizations, eq(organizations.organizationId, envelopes.organizationId))
    .where(and(eq(envelopes.id, envelopeId), eq(envelopes.organizationId, ctx.organizationId)));
  if (!row) return null;
  const people = await ctx.connection
    .select({
      id: recipients.id,
      role: recipients.role,
      state: recipients.state,
      signedAt: recipients.signedAt,
    })
    .from(recipients)
    .where(and(eq(recipients.envelopeId, envelopeId), eq(recipients.organizationId, ctx.organizationId)))
    .orderBy(asc(recipients.position), asc(recipients.id));
  const gone = new Set(["delegated", "released", "skipped"]);
  const asked = people.filter(({ role, state }) => signs(role) && !gone.has(state));
  const { stagingOf, settings, ...standing } = row;
  return {
    ...{ tellsTrail: settings.tellsTrail ?? false, people: people.map(({ id }) => id as string) },
    ...{ ...standing, isTest: stagingOf !== null, signers: asked.length },
    signed: asked.filter(({ signedAt }) => signedAt !== null).length,
  };
}
