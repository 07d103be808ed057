import { and, eq, inArray, sql } from "drizzle-orm";
import { requiredSteps } from "#db/schema/attestations.ts";
import { documentTexts } from "#db/schema/following.ts";
import type { Context } from "#lib/context.ts";
import type { DocumentId } from "#lib/ids.ts";
import type { ClassStep } from "../core/class-steps.ts";

const own = (ctx: Context) => eq(requiredSteps.organizationId, ctx.organizationId);

export async function loadSteps(ctx: Context): Promise<{ classId: string; step: ClassStep }[]> {
  const { classId, step } = requiredSteps;
  return ctx.connection.select({ classId, step }).from(requiredSteps).where(own(ctx));
}

export async function replaceSteps(
  ctx: Context,
  classId: string,
  steps: readonly ClassStep[],
): Promise<void> {
  await ctx.connection.delete(requiredSteps).where(and(eq(requiredSteps.classId, classId), own(ctx)));
  const { organizationId } = ctx;
  if (steps.length > 0)
    await ctx.connection
      .insert(requiredSteps)
      .values(steps.map((step) => ({ organizationId, classId, step })));
}

/** What a heading and the lines below it take: further down, words of every contract would be found. */
const BEGINNING_CHARACTERS = 400;

/** The first words of documents that were read for searches, each word once. */
export async function loadBeginnings(
  ctx: Context,
  documentIds: readonly string[],
): Promise<{ documentId: string; words: string }[]> {
  if (documentIds.length === 0) return [];
  return ctx.connection
    .select({
      documentId: sql<string>`${documentTexts.documentId}`,
      words: sql<string>`left(${documentTexts.text}, ${BEGINNING_CHARACTERS})`,
    })
    .from(documentTexts)
    .where(
      and(
        inArray(documentTexts.documentId, [...documentIds] as DocumentId[]),
        eq(documentTexts.organizationId, ctx.organizationId),
      ),
    );
}
