import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { concatBytes, fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { cutText, shownLine } from "#lib/identity/core/typed-text.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { DelimitedRow } from "../core/bulk/delimited.ts";
import {
  CATALOGUE_LIMITS,
  catalogueColumns,
  type FormEntry,
  type FormProblem,
  readEntry,
} from "../core/forms/catalogue.ts";
import { SHIPPED_FORMS } from "../core/forms/shipped-forms.ts";
import { envelopesError } from "../errors.ts";
import { hasForms, type KnownForm, knownForms, saveForms, saveImport, templatesOn } from "./store.ts";

const Input = z.object({ fileName: z.string().max(1_000) });

/** So many rows are compared and written at once. */
const BATCH = 1_000;
/** A large one writes for a while; nobody waits for longer than that. */
const LIMITS = { timeoutMs: 120_000 };

export interface ImportedCatalogue {
  readonly importId: string;
  readonly added: number;
  readonly changed: number;
  readonly same: number;
  readonly newEditions: number;
  readonly wrong: number;
}

/**
 * Takes a catalogue of forms into the library: CSV in any usual form, a workbook, or JSON. Rows that are in order come in;
 * the others are kept as they came, with what is wrong. A newer edition takes the place of the older one and marks the
 * templates built on that.
 *
 * @throws what reading a table throws; envelopes/catalogue-too-large, catalogue-columns-missing, too-many-forms
 */
export async function importCatalogue(
  ctx: Context,
  input: z.input<typeof Input>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<ImportedCatalogue> {
  requirePermission(ctx, "form.import");
  const { fileName } = Input.parse(input);
  const table = await ctx.runtime.sandbox.run("readCatalogue", { bytes: await gathered(bytes) }, LIMITS);
  const { columns, missing } = catalogueColumns(table.header);
  if (missing.length > 0) throw envelopesError("catalogue-columns-missing", missing.join(", "));
  const rows = table.rows.map((row) => ({ row, read: readEntry(columns, row.cells) }));
  return takeIn(ctx, { ...table, fileName: cutText(shownLine(fileName) || "catalogue", 200), rows });
}

/** Takes in the federal forms that come with the product: what they are and where, without files. */
export async function addShippedForms(ctx: Context): Promise<ImportedCatalogue> {
  requirePermission(ctx, "form.import");
  const rows = SHIPPED_FORMS.map((entry, index) => ({
    row: { line: index + 1, cells: [] },
    read: { entry },
  }));
  return takeIn(ctx, {
    ...{ fileName: "Whereof", format: "shipped", header: [], rows },
    sha256: sha256(fromUtf8(JSON.stringify(SHIPPED_FORMS))),
  });
}

interface Catalogue {
  readonly fileName: string;
  readonly format: string;
  readonly header: readonly string[];
  readonly sha256: Uint8Array;
  readonly rows: readonly {
    readonly row: DelimitedRow;
    readonly read: ReturnType<typeof readEntry>;
  }[];
}

async function takeIn(ctx: Context, catalogue: Catalogue): Promise<ImportedCatalogue> {
  const member = requirePermission(ctx, "form.import");
  const { random, files } = ctx.runtime;
  const newId = () => uuidV7(ctx.now().getTime(), random(10));
  const importId = newId();
  const wrong: { line: number; cells: readonly string[]; problems: readonly FormProblem[] }[] = [];
  const counts = { added: 0, changed: 0, same: 0, newEditions: 0 };
  const old: string[] = [];
  const seen = new Set<string>();
  await inTransaction(ctx, async (ctx) => {
    for (let from = 0; from < catalogue.rows.length; from += BATCH) {
      const batch = catalogue.rows.slice(from, from + BATCH);
      const known = await knownForms(
        ctx,
        batch.flatMap(({ read }) => ("entry" in read ? [read.entry.key] : [])),
      );
      const changed: { id: string; entry: FormEntry; isNewEdition: boolean }[] = [];
      for (const { row, read } of batch) {
        const problems = "problems" in read ? read.problems : clashOf(read.entry, known, seen);
        if ("problems" in read || problems.length > 0) {
          wrong.push({ ...row, problems });
          continue;
        }
        const { entry } = read;
        seen.add(entry.key);
        const before = known.get(entry.key);
        const isNewEdition = before !== undefined && entry.editionOn > before.editionOn;
        if (before && isSame(before, entry)) {
          counts.same++;
          continue;
        }
        counts[before ? "changed" : "added"]++;
        if (isNewEdition) counts.newEditions++;
        if (isNewEdition && before.fileKey) old.push(before.fileKey);
        changed.push({ id: before?.id ?? newId(), entry, isNewEdition });
      }
      await saveForms(ctx, changed);
      await markTemplates(
        ctx,
        changed.filter(({ isNewEdition }) => isNewEdition),
      );
    }
    if (counts.added > 0 && (await hasForms(ctx, CATALOGUE_LIMITS.forms + 1)))
      throw envelopesError("too-many-forms", `more than ${CATALOGUE_LIMITS.forms} forms`);
    const { fileName, format, header, sha256 } = catalogue;
    await saveImport(
      ctx,
      {
        ...{
          organizationId: ctx.organizationId,
          id: importId,
          memberId: member.memberId,
          createdAt: ctx.now(),
        },
        ...{ ...counts, fileName, format, header, tableSha256: sha256, wrong: wrong.length },
      },
      wrong,
    );
    await appendEvent(ctx, {
      type: "form-catalogue.imported",
      envelopeId: null,
      data: { import: importId, ...counts, wrong: wrong.length, format, tableSha256: toHex(sha256) },
    });
  });
  // Templates have copies of their own: nobody opens the file of an older edition from here any more.
  await Promise.allSettled(old.map((key) => files.delete(key)));
  return { importId, ...counts, wrong: wrong.length };
}

function clashOf(
  { key, editionOn }: FormEntry,
  known: ReadonlyMap<string, KnownForm>,
  seen: ReadonlySet<string>,
): FormProblem[] {
  if (seen.has(key)) return ["form-twice"];
  const before = known.get(key);
  return before && editionOn < before.editionOn ? ["older-edition"] : [];
}

/** A catalogue that says nothing of when it was looked at takes nothing back. */
const isSame = (before: KnownForm, entry: FormEntry): boolean =>
  (Object.keys(entry) as (keyof FormEntry)[]).every(
    (name) => before[name] === entry[name] || (name === "checkedOn" && entry.checkedOn === null),
  );

/** Every template built on an older edition says so, and its trail when that began. Part of a verb. */
export async function markTemplates(
  ctx: Context,
  renewed: readonly { readonly id: string; readonly entry: Pick<FormEntry, "edition" | "editionOn"> }[],
): Promise<number> {
  const entries = new Map(renewed.map(({ id, entry }) => [id, entry]));
  const built = await templatesOn(ctx, [...entries.keys()]);
  const older = built.filter(
    ({ formId, formEditionOn }) => formEditionOn !== null && formEditionOn < entries.get(formId!)!.editionOn,
  );
  for (const { id, envelopeId, formId } of older) {
    const { edition, editionOn } = entries.get(formId!)!;
    await appendEvent(ctx, {
      type: "template.outdated",
      envelopeId,
      data: { template: id, form: formId, edition: edition || editionOn, editionOn },
    });
  }
  return older.length;
}

async function gathered(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of bytes) {
    size += part.length;
    if (size > CATALOGUE_LIMITS.bytes)
      throw envelopesError("catalogue-too-large", `more than ${CATALOGUE_LIMITS.bytes} bytes`);
    parts.push(part);
  }
  return concatBytes(parts);
}
