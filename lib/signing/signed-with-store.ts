import { and, desc, eq, isNotNull, lt, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { documentRevisions, documents, envelopes, signingSteps } from "#db/schema/envelopes.ts";
import { keyUses } from "#db/schema/key-uses.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import type { Signed } from "./list-signed-with.ts";
import type { EnvelopeRow } from "./store.ts";

/** Where a page ends. */
export interface SignedCursor {
  readonly at: Date;
  readonly id: string;
}

export interface SignedRow extends SignedCursor, Pick<Signed, "act" | "subjectId" | "digestHex" | "level"> {
  readonly envelopeId: EnvelopeRow["id"] | null;
  readonly title: string | null;
  readonly shortId: string | null;
  readonly state: EnvelopeRow["state"] | null;
  readonly documentId: NonNullable<Signed["document"]>["id"] | null;
  readonly documentName: string | null;
}

/** What a certificate's key signed, in documents of envelopes and beside them, newest first. */
export async function loadSignedWith(
  ctx: Context,
  certificateId: CertificateId,
  after: SignedCursor | null,
  limit: number,
): Promise<SignedRow[]> {
  const rows = [
    ...(await signedDocuments(ctx, certificateId, after, limit)),
    ...(await otherUses(ctx, certificateId, after, limit)),
  ];
  return rows
    .toSorted((one, two) => two.at.getTime() - one.at.getTime() || (two.id < one.id ? -1 : 1))
    .slice(0, limit);
}

// Instants are compared as they are read: to the millisecond.
const within = (at: PgColumn): SQL => sql`date_trunc('milliseconds', ${at})`;

function isAfter(at: PgColumn, id: PgColumn, after: SignedCursor | null): SQL | undefined {
  if (!after) return undefined;
  const time = sql`${after.at.toISOString()}::timestamptz`;
  return or(lt(within(at), time), and(eq(within(at), time), lt(id, after.id)));
}

async function signedDocuments(
  ctx: Context,
  certificateId: CertificateId,
  after: SignedCursor | null,
  limit: number,
): Promise<SignedRow[]> {
  const { id, kind, doneAt, documentId, envelopeId, revision } = signingSteps;
  const rows = await ctx.connection
    .select({
      ...{ id, kind, doneAt, documentId, envelopeId, digestHex: documentRevisions.sha256 },
      ...{ title: envelopes.title, shortId: envelopes.shortId, state: envelopes.state },
      ...{ level: envelopes.level, documentName: documents.name },
    })
    .from(signingSteps)
    .innerJoin(documents, eq(documents.id, documentId))
    .innerJoin(envelopes, eq(envelopes.id, envelopeId))
    .innerJoin(
      documentRevisions,
      and(eq(documentRevisions.documentId, documentId), eq(documentRevisions.number, revision)),
    )
    .where(
      and(
        eq(signingSteps.certificateId, certificateId),
        eq(signingSteps.organizationId, ctx.organizationId),
        isNotNull(doneAt),
        isAfter(doneAt, id, after),
      ),
    )
    .orderBy(desc(within(doneAt)), desc(id))
    .limit(limit);
  return rows.map(({ kind, doneAt, ...row }) => ({
    ...row,
    ...{ act: kind as Signed["act"], at: doneAt!, subjectId: null },
  }));
}

async function otherUses(
  ctx: Context,
  certificateId: CertificateId,
  after: SignedCursor | null,
  limit: number,
): Promise<SignedRow[]> {
  const { id, kind, signedAt, subjectId, envelopeId, digestHex, level } = keyUses;
  const rows = await ctx.connection
    .select({
      ...{ id, act: kind, at: signedAt, subjectId, envelopeId, digestHex, level },
      ...{ title: envelopes.title, shortId: envelopes.shortId, state: envelopes.state },
    })
    .from(keyUses)
    .leftJoin(envelopes, eq(envelopes.id, envelopeId))
    .where(
      and(
        eq(keyUses.certificateId, certificateId),
        eq(keyUses.organizationId, ctx.organizationId),
        isAfter(signedAt, id, after),
      ),
    )
    .orderBy(desc(within(signedAt)), desc(id))
    .limit(limit);
  return rows.map((row) => ({ ...row, documentId: null, documentName: null }));
}
