import { z } from "zod";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { DocumentId } from "#lib/ids.ts";
import { ENVELOPE_LIMITS } from "../draft.ts";
import type { Box } from "../field-places.ts";
import type { FieldRule } from "../fields/field-rules.ts";

export const TURNS = [0, 90, 180, 270] as const;
export type Turn = (typeof TURNS)[number];

const documentId = z.uuid().transform((id) => id as DocumentId);

/** A page of the envelope's documents as they are now, turned clockwise by how much more. */
const PlannedPage = z.object({
  documentId,
  page: z.number().int().min(0),
  turn: z.union(TURNS.map((turn) => z.literal(turn))).default(0),
});

/**
 * All documents an envelope shall have, in order: as they are, or made of pages of those there are. What is named
 * nowhere is taken out.
 */
export const PagePlan = z
  .array(
    z.union([
      z.object({ keeps: documentId }),
      z.object({
        name: typedLine(ENVELOPE_LIMITS.titleLength),
        pages: z.array(PlannedPage).min(1).max(ENVELOPE_LIMITS.mostPages),
      }),
    ]),
  )
  .min(1)
  .max(ENVELOPE_LIMITS.mostDocuments);

export type PagePlan = z.infer<typeof PagePlan>;
export type PlannedPage = z.infer<typeof PlannedPage>;

interface KnownDocument {
  readonly id: DocumentId;
  readonly pages: readonly unknown[];
}

/** @throws envelopes/document-not-found, page-not-found, input/invalid when a document is kept twice or kept and cut up */
export function requirePlan(plan: PagePlan, documents: readonly KnownDocument[]): void {
  const pages = new Map(documents.map(({ id, pages }) => [id, pages.length]));
  const kept = new Set<string>();
  for (const part of plan) {
    if ("keeps" in part) {
      if (!pages.has(part.keeps) || kept.has(part.keeps))
        throw envelopesError("document-not-found", `document ${part.keeps}`);
      kept.add(part.keeps);
      continue;
    }
    for (const { documentId, page } of part.pages) {
      const count = pages.get(documentId);
      if (count === undefined) throw envelopesError("document-not-found", `document ${documentId}`);
      if (page >= count) throw envelopesError("page-not-found", `page ${page} of ${count}`);
    }
  }
}

/** Where a page is afterwards; null when it is nowhere. */
export type PageMoves = (
  documentId: string,
  page: number,
) => { readonly documentId: string; readonly page: number; readonly turn: Turn } | null;

/** @param made the ids of the documents the plan makes, one for each part; those of kept parts are not looked at. */
export function movesOf(plan: PagePlan, made: readonly DocumentId[]): PageMoves {
  const places = new Map<string, ReturnType<PageMoves>>();
  const kept = new Set(plan.flatMap((part) => ("keeps" in part ? [part.keeps] : [])));
  for (const [index, part] of plan.entries()) {
    if ("keeps" in part) continue;
    for (const [at, { documentId, page, turn }] of part.pages.entries()) {
      const key = `${documentId} ${page}`;
      // A page that is there twice has its fields where it comes first.
      if (!places.has(key)) places.set(key, { documentId: made[index]!, page: at, turn });
    }
  }
  return (documentId, page) => {
    if (kept.has(documentId as DocumentId)) return { documentId, page, turn: 0 };
    return places.get(`${documentId} ${page}`) ?? null;
  };
}

/** The documents that hold pages of a document afterwards; itself where it stays. */
export type Becomes = (documentId: string) => readonly string[];

/** @param made as for `movesOf`. A page that is there twice makes two documents hold it. */
export function becomesOf(plan: PagePlan, made: readonly DocumentId[]): Becomes {
  return (documentId) =>
    plan.flatMap((part, index) => {
      if ("keeps" in part) return part.keeps === documentId ? [part.keeps] : [];
      return part.pages.some((page) => page.documentId === documentId) ? [made[index]!] : [];
    });
}

/** One document in the place of another. */
export const inPlaceOf =
  (before: string, after: string): Becomes =>
  (documentId) => [documentId === before ? after : documentId];

interface PlacedField extends Box {
  readonly id: string;
  readonly documentId: string;
  readonly page: number;
}

/** Fields go with their pages and turn with them; those of pages that are gone go, and out of every rule. */
export function movedFields<F extends PlacedField>(
  { fields, rules }: { readonly fields: readonly F[]; readonly rules: readonly FieldRule[] },
  moves: PageMoves,
): { fields: F[]; rules: FieldRule[] } {
  const moved = fields.flatMap((field) => {
    const to = moves(field.documentId, field.page);
    if (!to) return [];
    return [{ ...field, documentId: to.documentId, page: to.page, ...turned(field, to.turn) }];
  });
  return { fields: moved, rules: rulesFor(rules, new Set(moved.map(({ id }) => id))) };
}

/** Rules without fields that are gone; one that says nothing any more goes too. */
export function rulesFor(rules: readonly FieldRule[], there: ReadonlySet<string>): FieldRule[] {
  return rules.flatMap((rule) => {
    const targets = rule.targets.filter((id) => there.has(id));
    const tests = rule.tests.filter(({ fieldId }) => there.has(fieldId));
    const isEmpty = tests.length === 0 || (targets.length === 0 && rule.effect !== "capture");
    return isEmpty ? [] : [{ ...rule, targets, tests }];
  });
}

/** A box on a page that is turned clockwise. */
export function turned({ x, y, width, height }: Box, turn: Turn): Box {
  if (turn === 90) return { x: within(1 - y - height), y: x, width: height, height: width };
  if (turn === 180) return { x: within(1 - x - width), y: within(1 - y - height), width, height };
  if (turn === 270) return { x: y, y: within(1 - x - width), width: height, height: width };
  return { x, y, width, height };
}

const within = (value: number) => Math.min(1, Math.max(0, value));

interface LockableField {
  readonly id: string;
  readonly isLocked?: boolean;
}

/** What a template has locked stays on its page. @throws envelopes/field-locked */
export function requireUnlocked(
  before: readonly LockableField[],
  after: readonly LockableField[],
  isTemplate: boolean,
): void {
  if (isTemplate) return;
  const there = new Set(after.map(({ id }) => id));
  const gone = before.find(({ id, isLocked }) => isLocked && !there.has(id));
  if (gone) throw envelopesError("field-locked", `field ${gone.id}`);
}
