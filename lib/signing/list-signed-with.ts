import { z } from "zod";
import type { KeyUseKind } from "#db/schema/key-uses.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import type { CertificateId, DocumentId, EnvelopeId } from "#lib/ids.ts";
import { type Standing, standingOf } from "./core/after-compromise.ts";
import { loadSignedWith, type SignedCursor, type SignedRow } from "./signed-with-store.ts";
import type { EnvelopeRow } from "./store.ts";

const Ask = z.object({
  certificateId: z.uuid().transform((id) => id as CertificateId),
  /** From when on somebody else may have had the key; null asks only what it signed. */
  lostAt: z.date().nullable().default(null),
});
const Input = Ask.extend({
  /** `next` of the page before; null for the newest. */
  after: z
    .string()
    .regex(/^\d{1,15}_[0-9a-f-]{36}$/)
    .nullable()
    .default(null),
});

const PAGE = 100;
const BATCH = 1_000;
const BYTE_ORDER_MARK = "\ufeff";

export interface Signed {
  readonly id: string;
  /** Null where it concerns none, or that is gone. */
  readonly envelope: {
    readonly id: EnvelopeId;
    readonly title: string;
    readonly shortId: string;
    readonly state: EnvelopeRow["state"];
  } | null;
  /** Of an envelope; null for what the key signed beside documents. */
  readonly document: { readonly id: DocumentId; readonly name: string } | null;
  readonly act: "certified" | "signed" | "sealed" | KeyUseKind;
  /** Of what is not a document: which record or program. */
  readonly subjectId: string | null;
  /** Of the file, list or hash that was signed, lower-case hex. */
  readonly digestHex: string;
  readonly at: Date;
  readonly level: EnvelopeRow["level"];
  /** Null when nobody asked since when. */
  readonly standing: Standing | null;
}

export interface SignedPage {
  readonly signed: readonly Signed[];
  /** Where the next page begins; null when this is the last. */
  readonly next: string | null;
}

/** What a certificate's key signed, newest first, and what of it stands when the key was lost. */
export async function listSignedWith(ctx: Context, input: z.input<typeof Input>): Promise<SignedPage> {
  requirePermission(ctx, "key.manage");
  const { certificateId, lostAt, after } = Input.parse(input);
  const rows = await inTransaction(ctx, (ctx) =>
    loadSignedWith(ctx, certificateId, cursorOf(after), PAGE + 1),
  );
  const shown = rows.slice(0, PAGE);
  return {
    signed: shown.map((row) => signedView(row, lostAt)),
    next: rows.length > PAGE ? textOf(shown.at(-1)!) : null,
  };
}

export interface SignedSummary {
  readonly total: number;
  /** Empty when nobody asked since when. */
  readonly counts: Readonly<Partial<Record<Standing, number>>>;
}

/** How much a certificate's key signed, and how it stands: all of it, however much. */
export async function countSignedWith(ctx: Context, input: z.input<typeof Ask>): Promise<SignedSummary> {
  requirePermission(ctx, "key.manage");
  const { certificateId, lostAt } = Ask.parse(input);
  const counts: Partial<Record<Standing, number>> = {};
  let total = 0;
  for await (const rows of batches(ctx, certificateId)) {
    total += rows.length;
    for (const { standing } of rows.map((row) => signedView(row, lostAt)))
      if (standing) counts[standing] = (counts[standing] ?? 0) + 1;
  }
  return { total, counts };
}

const COLUMNS = [
  ...["Time (UTC)", "Act", "Envelope", "Envelope ID", "Document", "Record or program", "Digest", "Level"],
  "After the loss",
];

/** The whole list as a table, newest first. */
export async function exportSignedWith(ctx: Context, input: z.input<typeof Ask>) {
  requirePermission(ctx, "key.manage");
  const { certificateId, lostAt } = Ask.parse(input);
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, { type: "key-uses.exported", envelopeId: null, data: { certificate: certificateId } }),
  );
  const rows = batches(ctx, certificateId);
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(fromUtf8(BYTE_ORDER_MARK + csvLine(COLUMNS)));
    },
    async pull(controller) {
      const { value, done } = await rows.next();
      if (done) return controller.close();
      controller.enqueue(fromUtf8(value.map((row) => csvLine(cellsOf(signedView(row, lostAt)))).join("")));
    },
  });
  const contentType = "text/csv; charset=utf-8";
  return { fileName: "Signed with this key.csv", contentType, sizeBytes: null, bytes };
}

function cellsOf({ at, act, envelope, document, subjectId, digestHex, level, standing }: Signed): string[] {
  return [
    ...[at.toISOString(), act, envelope?.title ?? "", envelope?.shortId ?? "", document?.name ?? ""],
    ...[subjectId ?? "", digestHex, level, standing ?? ""],
  ];
}

async function* batches(ctx: Context, certificateId: CertificateId): AsyncGenerator<SignedRow[], void> {
  for (let after: SignedCursor | null = null; ; ) {
    const rows: SignedRow[] = await inTransaction(ctx, (ctx) =>
      loadSignedWith(ctx, certificateId, after, BATCH),
    );
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
    after = rows.at(-1)!;
  }
}

const textOf = ({ at, id }: SignedCursor): string => `${at.getTime()}_${id}`;

function cursorOf(text: string | null): SignedCursor | null {
  const [ms, id] = text?.split("_") ?? [];
  return ms && id ? { at: new Date(Number(ms)), id } : null;
}

function signedView(row: SignedRow, lostAt: Date | null): Signed {
  const { envelopeId, title, shortId, state, documentId, documentName, level, at, ...rest } = row;
  const isUnderWay = rest.subjectId === null && (state === "sent" || state === "sealing");
  return {
    ...{ id: rest.id, act: rest.act, subjectId: rest.subjectId, digestHex: rest.digestHex, at, level },
    envelope:
      envelopeId && state ? { id: envelopeId, title: title ?? "", shortId: shortId ?? "", state } : null,
    document: documentId && { id: documentId, name: documentName ?? "" },
    standing: lostAt && standingOf({ storedAt: at, level, isUnderWay }, lostAt),
  };
}
