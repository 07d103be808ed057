import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { publicId } from "#lib/ids.ts";
import type { RowProblem } from "../core/bulk/compose-row.ts";
import { csvLine } from "../core/csv.ts";
import { requireBulk } from "./may-send.ts";
import { loadJob, loadRows, type RowState } from "./store.ts";

const Input = z.object({ jobId: z.uuid(), which: z.enum(["all", "wrong"]) });

/** Spreadsheets read UTF-8 only where it says so. */
const BYTE_ORDER_MARK = "\ufeff";
const BATCH = 500;

export interface RowsDownload {
  readonly fileName: string;
  readonly contentType: string;
  readonly sizeBytes: null;
  readonly bytes: ReadableStream<Uint8Array>;
}

/**
 * The table back as it came, with columns that say what is wrong with each row, or what became of it.
 *
 * @param describe gives the words for a problem.
 * @throws envelopes/bulk-not-found
 */
export async function downloadRows(
  ctx: Context,
  input: z.input<typeof Input>,
  words: {
    readonly wrong: string;
    readonly state: string;
    readonly envelope: string;
    describe(problem: RowProblem, column: string): string;
    stateOf(state: RowState): string;
  },
): Promise<RowsDownload> {
  requirePermission(ctx, "bulk.send");
  const { jobId, which } = Input.parse(input);
  const job = await inTransaction(ctx, async (ctx) => {
    const member = await requireBulk(ctx);
    const job = await loadJob(ctx, jobId);
    requireOwn(member, job.ownerId, "envelope.manage-all");
    const reason = await requireReason(ctx, "export", null);
    const data = { job: jobId, rows: which, reason };
    await appendEvent(ctx, { type: "bulk-job.downloaded", envelopeId: null, data });
    return job;
  });
  const more = which === "all" ? [words.state, words.envelope, words.wrong] : [words.wrong];
  let after = 0;
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(fromUtf8(BYTE_ORDER_MARK + csvLine([...job.header, ...more])));
    },
    async pull(controller) {
      const query = { after, limit: BATCH, ...(which === "wrong" ? { states: ["wrong"] as const } : {}) };
      const rows = await inTransaction(ctx, (ctx) => loadRows(ctx, jobId, query));
      if (rows.length === 0) return controller.close();
      after = rows.at(-1)!.number;
      const lines = rows.map(({ id, cells, problems, state }) => {
        const known = job.header.map((_, index) => cells?.[index] ?? "");
        const wrong = problems
          .map((problem) =>
            words.describe(problem, problem.column === null ? "" : job.header[problem.column]!),
          )
          .join(" ");
        const rest =
          which === "all"
            ? [words.stateOf(state), state === "sent" ? publicId("envelope", id) : "", wrong]
            : [wrong];
        return csvLine([...known, ...rest]);
      });
      controller.enqueue(fromUtf8(lines.join("")));
    },
  });
  const fileName = `${job.fileName.replace(/\.[^.]*$/, "")} - ${which === "all" ? "rows" : "to fix"}.csv`;
  return { fileName, contentType: "text/csv; charset=utf-8", sizeBytes: null, bytes };
}
