import { z } from "zod";
import { requireGrant } from "#lib/authorize.ts";
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type DocumentId, type EnvelopeId, isUuid } from "#lib/ids.ts";
import { type IndexStatus, indexStatus } from "#lib/pki/core/certificates/index-status.ts";
import { evidenceError } from "../errors.ts";
import { findCertificateRows } from "./store.ts";

export const MOST_AT_ONCE = 200;

const Input = z.object({
  /** All that signed anything in it, seals included. */
  envelopeId: z.uuid().nullable().default(null),
  documentId: z.uuid().nullable().default(null),
  signatureId: z.uuid().nullable().default(null),
  /** Put on record at that instant or later, and before the other. */
  from: z.date().nullable().default(null),
  to: z.date().nullable().default(null),
  /** From the page before this one. */
  cursor: z.string().max(200).nullable().default(null),
  limit: z.number().int().min(1).max(MOST_AT_ONCE).default(50),
});

type FoundRow = Awaited<ReturnType<typeof findCertificateRows>>[number];

export interface FoundCertificates {
  readonly items: readonly (Omit<FoundRow, "isKnown" | "holdsUntil"> & { readonly status: IndexStatus })[];
  /** For the page of older ones; null on the last. */
  readonly nextCursor: string | null;
}

/**
 * The certificates of a document, a signature, an envelope or a span of time, newest first.
 *
 * @throws evidence/cursor-wrong; authorize/not-allowed, not-in-scope
 */
export async function findCertificates(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<FoundCertificates> {
  requireGrant(ctx, "certificate.read", "certificates:read");
  const { envelopeId, documentId, cursor, limit, ...filter } = Input.parse(input);
  const rows = await inTransaction(ctx, (ctx) =>
    findCertificateRows(ctx, {
      ...filter,
      envelopeId: envelopeId as EnvelopeId | null,
      documentId: documentId as DocumentId | null,
      before: cursor === null ? null : parseCursor(cursor),
      limit: limit + 1,
    }),
  );
  const now = ctx.now();
  const items = rows.slice(0, limit).map(({ isKnown, holdsUntil, ...row }) => ({
    ...row,
    status: indexStatus({ ...row, isKnown, holdsUntil }, now),
  }));
  const last = items.at(-1);
  const nextCursor =
    last && rows.length > limit ? toBase64Url(fromUtf8(`${last.createdAt.toISOString()} ${last.id}`)) : null;
  return { items, nextCursor };
}

function parseCursor(cursor: string): { readonly at: Date; readonly id: string } {
  const [at = "", id = ""] = toUtf8(fromBase64Url(cursor)).split(" ");
  const instant = new Date(at);
  if (Number.isNaN(instant.getTime()) || !isUuid(id)) throw evidenceError("cursor-wrong", "not one of ours");
  return { at: instant, id };
}
