import { expect } from "vitest";
import { concatBytes } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { downloadKeyRecord, findKeyRecord } from "./key-records/download-key-record.ts";

type About = Parameters<typeof findKeyRecord>[1];

/** The newest edition of a record, once it is there. */
export async function recordOf(ctx: Context, about: About, edition = 1): Promise<Uint8Array> {
  await expect
    .poll(async () => (await findKeyRecord(ctx, about))?.edition ?? 0, { timeout: 30_000 })
    .toBeGreaterThanOrEqual(edition);
  return concatBytes(await Array.fromAsync((await downloadKeyRecord(ctx, about)).bytes));
}

/** What programs that are not ours say of a sealed record: the words in it, and what is attached to it. */
export function strangersRead(pdf: Uint8Array): { readonly text: string; readonly attached: unknown } {
  return inFolder((file) => {
    const name = file("record.pdf", pdf);
    expect(run("qpdf", ["--check", name]).text).toContain("No syntax or stream encoding errors found");
    const signatures = run("pdfsig", ["-nocert", name]).text;
    expect(signatures).toContain("Signature is Valid");
    expect(signatures).toContain("Total document signed");
    expect(signatures).not.toContain("Invalid");
    const changed = pdf.slice();
    changed[600] = changed[600]! ^ 1;
    const other = file("changed.pdf", changed);
    expect(run("pdfsig", ["-nocert", other]).text).not.toContain("Signature is Valid");
    const text = run("pdftotext", ["-layout", name, "-"]).stdout.toString();
    const attached = run("qpdf", ["--show-attachment=record.json", name]).stdout.toString();
    return { text, attached: JSON.parse(attached) };
  });
}
