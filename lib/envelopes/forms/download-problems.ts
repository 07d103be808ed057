import { z } from "zod";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { csvLine } from "../core/csv.ts";
import type { FormProblem } from "../core/forms/catalogue.ts";
import { loadImport, loadImportRows } from "./store.ts";

const Input = z.object({ importId: z.uuid() });

const BYTE_ORDER_MARK = "\ufeff";
const BATCH = 500;

/**
 * The rows of a catalogue that did not come in, as they came, with a column that says what is wrong: mended, the same file
 * comes in again.
 *
 * @param describe gives the words for a problem.
 * @throws envelopes/form-import-not-found
 */
export async function downloadProblems(
  ctx: Context,
  input: z.input<typeof Input>,
  words: { readonly wrong: string; describe(problem: FormProblem): string },
) {
  requirePermission(ctx, "form.import");
  const { importId } = Input.parse(input);
  const { header, fileName } = await inTransaction(ctx, (ctx) => loadImport(ctx, importId));
  let after = -1;
  const bytes = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(fromUtf8(BYTE_ORDER_MARK + csvLine([...header, words.wrong])));
    },
    async pull(controller) {
      const rows = await inTransaction(ctx, (ctx) => loadImportRows(ctx, importId, after, BATCH));
      if (rows.length === 0) return controller.close();
      after = rows.at(-1)!.line;
      const lines = rows.map(({ cells, problems }) =>
        csvLine([...header.map((_, at) => cells[at] ?? ""), problems.map(words.describe).join(" ")]),
      );
      controller.enqueue(fromUtf8(lines.join("")));
    },
  });
  return {
    ...{ fileName: `${fileName.replace(/\.[^.]*$/, "")} - to fix.csv`, sizeBytes: null, bytes },
    contentType: "text/csv; charset=utf-8",
  };
}
