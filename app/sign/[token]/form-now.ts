import type { QueueState } from "#components/signing/value-queue.ts";
import { isAsked, isNumber, MANNERS } from "#lib/envelopes/core/fields/field-types.ts";
import { groupOf, MASK } from "#lib/envelopes/core/fields/form-field.ts";
import { type FieldState, formState } from "#lib/envelopes/core/fields/form-state.ts";
import { type AnswerProblem, readAnswer } from "#lib/envelopes/core/fields/read-answer.ts";
import { separatorsOf } from "#lib/envelopes/core/fields/typed-number.ts";
import { writtenAnswer } from "#lib/envelopes/core/fields/written-answer.ts";
import type { CeremonyFieldView, CeremonyView } from "#lib/signing/open-ceremony.ts";

export interface FormNow {
  /** Those that are there, each required as its rules and its group leave it. */
  readonly fields: readonly CeremonyFieldView[];
  readonly states: ReadonlyMap<string, FieldState>;
  /** As the document will have them. */
  readonly written: ReadonlyMap<string, string>;
}

/** The form as it is with what stands on this screen: worked out as the server will do it at Finish. */
export function formNow(
  { rules, settled }: Pick<CeremonyView, "rules" | "settled">,
  fields: readonly CeremonyFieldView[],
  queue: QueueState["fields"],
  locale: string,
): FormNow {
  const separators = separatorsOf(locale);
  const problems = new Map<string, AnswerProblem>();
  const values = new Map<string, string>();
  for (const field of fields) {
    const entered = queue.get(field.id)?.value ?? "";
    const read = readAnswer(field, entered, isNumber(field.type) ? separators : undefined);
    if ("value" in read) values.set(field.id, read.value);
    else problems.set(field.id, read.problem);
  }
  const states = new Map(
    formState({
      fields: [...settled, ...fields],
      ...{ rules, values },
      settled: new Map(settled.map(({ id, value }) => [id, value])),
    }),
  );
  for (const [id, problem] of problems) {
    const state = states.get(id)!;
    if (state.presence === "shown" && !state.isFixed) states.set(id, { ...state, problem });
  }
  const written = new Map(fields.map((field) => [field.id, writtenNow(field, states.get(field.id)!)]));
  return { fields: fields.flatMap((field) => asAsked(field, states.get(field.id)!)), states, written };
}

/** Marks and pictures are seen and not written. */
function writtenNow(field: CeremonyFieldView, { value }: FieldState): string {
  const manner = MANNERS[field.type];
  if (manner === "mark" || manner === "file") return "";
  return field.settings.isSensitive && value !== "" ? MASK : writtenAnswer(field, value);
}

/** Of a group, the one that its problem is told at is asked for; what is wrong has to be put right. */
function asAsked(
  field: CeremonyFieldView,
  { presence, isRequired, problem }: FieldState,
): CeremonyFieldView[] {
  if (presence === "hidden") return [];
  const isTask = problem !== null || (isRequired && isAsked(field.type) && groupOf(field) === null);
  return [{ ...field, isRequired: isTask }];
}
