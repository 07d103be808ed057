import { toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { policyOf } from "../authentication/policy.ts";
import { askedOf, madeFrom } from "../authentication/required-steps.ts";
import { type Blocker, blockersOf } from "../core/blockers.ts";
import type { BulkSource } from "../core/bulk/bulk-source.ts";
import { type ComposedRow, composeRow, type RowProblem } from "../core/bulk/compose-row.ts";
import { consentModeIn, stepBlockers } from "../core/class-steps.ts";
import type { DraftField } from "../core/draft.ts";
import { readAnswer } from "../core/fields/read-answer.ts";
import { primaryOf } from "../core/languages.ts";
import { serverBlockers } from "../server-blockers.ts";
import { loadConsumerLanguages } from "../store.ts";
import { undrawableNames } from "../undrawable-names.ts";
import { undrawableValues } from "../undrawable-values.ts";
import { type CheckedRow, type JobRow, keysSentBefore, loadRows, saveChecked } from "./store.ts";

const BATCH = 500;

/** Looks at every row of a job by its mapping and writes down what is wrong. Part of a verb. */
export async function checkRows(ctx: Context, job: JobRow): Promise<void> {
  const { source, mapping } = job;
  const policy = await policyOf(ctx, null, source.chosenClass?.id);
  const asked = await askedOf(ctx, madeFrom(source), policy, []);
  const isConsumers = consentModeIn(asked, source.content) === "consumer";
  const languages = isConsumers ? await loadConsumerLanguages(ctx) : null;
  const seen = new Map<string, number>();
  const fits = new Map<string, boolean>();
  for (let after = 0; ; ) {
    const rows = await loadRows(ctx, job.id, { after, limit: BATCH, states: ["ready", "wrong"] });
    if (rows.length === 0) return;
    const composed = rows.map((row) => ({ row, made: composeRow(source, mapping, row.cells ?? [], policy) }));
    const before = job.allowsRepeats
      ? new Set<string>()
      : await keysSentBefore(
          ctx,
          job.id,
          composed.map(({ made }) => made.key),
        );
    const checked = composed.map(({ row, made }): CheckedRow => {
      const problems = [
        ...made.problems,
        ...drawingProblems(ctx, job, made, fits),
        ...noticeProblems(job, made, languages),
      ];
      const key = toHex(made.key);
      const first = seen.get(key);
      if (first !== undefined)
        problems.push({ code: "duplicate-row", column: null, values: { line: first } });
      else seen.set(key, row.line);
      if (before.has(key)) problems.push({ code: "sent-before", column: null });
      return { id: row.id, key: made.key, timeZone: made.timeZone, problems };
    });
    await saveChecked(ctx, checked);
    after = rows.at(-1)!.number;
  }
}

/** Every font has these, and a name of them fits. */
const PLAIN = /^[\x20-\x7e]{1,64}$/;

/** As many of the widest letter fit, so any letters do: drawn once for each field and length, not for each row. */
function fitsAnyway(
  ctx: Context,
  documents: BulkSource["documents"],
  field: DraftField,
  fits: Map<string, boolean>,
): boolean {
  const { value = "" } = field.settings;
  if (!PLAIN.test(value)) return false;
  // A number stays one: its digits are as wide as each other.
  const widestText = value.replace(/[^\d.,:\-+/ ]/g, "W").replace(/\d/g, "8");
  const key = `${field.id} ${widestText}`;
  const known = fits.get(key);
  if (known !== undefined) return known;
  const widest = { ...field, settings: { ...field.settings, value: widestText } };
  // What would not be read at all in its place says nothing.
  const isRead = "value" in readAnswer(widest, widestText);
  const isFit = isRead && undrawableValues(ctx, [widest], documents).length === 0;
  fits.set(key, isFit);
  return isFit;
}

/** What can be read and not be drawn. */
function drawingProblems(
  ctx: Context,
  { source, mapping }: JobRow,
  row: ComposedRow,
  fits: Map<string, boolean>,
): RowProblem[] {
  const columnOf = (key: string) => {
    const column = mapping.indexOf(key);
    return column < 0 ? null : column;
  };
  const named = row.recipients.filter(({ name }) => !PLAIN.test(name));
  const filled = row.fields.filter(
    (field) => row.filled.has(field.id) && !fitsAnyway(ctx, source.documents, field, fits),
  );
  return [...undrawableNames(ctx, named), ...undrawableValues(ctx, filled, source.documents)].flatMap(
    (blocker): RowProblem[] => {
      if (blocker.code === "name-not-drawable")
        return [{ code: blocker.code, column: columnOf(`name:${blocker.recipientId}`) }];
      if (blocker.code !== "field-value-not-drawable") return [];
      return [{ code: "value-not-drawable", column: columnOf(`field:${blocker.fieldId}`) }];
    },
  );
}

/** To a consumer everything is in a language in which the notice was reviewed, or nothing is. */
function noticeProblems({ mapping }: JobRow, row: ComposedRow, published: Set<string> | null): RowProblem[] {
  if (!published) return [];
  return row.recipients.flatMap(({ id, language }): RowProblem[] => {
    if (language === "" || language === "en" || published.has(primaryOf(language))) return [];
    const column = mapping.indexOf(`language:${id}`);
    return [{ code: "language-without-notice", column: column < 0 ? null : column }];
  });
}

/** What keeps every row from being sent, whoever is in it. Part of a verb. */
export async function sourceBlockers(
  ctx: Context,
  { content, documents, template, chosenClass, counselConfirmation = null }: BulkSource,
): Promise<Blocker[]> {
  // People as rows will name them: what is asked of them row by row is in order.
  const recipients = content.recipients.map((person, index) => ({
    ...{ ...person, name: person.name || "Name", phone: person.phone || "+15125550117" },
    email: `somebody.${index}@example.com`,
  }));
  const known = documents.map(({ id, pages }) => ({ id, pageCount: pages.length }));
  const draft = { ...content, recipients };
  const policy = await policyOf(ctx, null, chosenClass?.id);
  const made = {
    ...{ templateId: template?.id ?? null, templateVersion: template?.version ?? null },
    counselConfirmation,
  };
  const asked = await askedOf(ctx, made, policy, documents);
  return [
    ...blockersOf(draft, known, policy),
    ...(await serverBlockers(ctx, { ...draft, consentMode: consentModeIn(asked, draft) }, documents)),
    ...stepBlockers(asked, draft, documents),
  ];
}
