import type { useTranslations } from "next-intl";
import type { JobView } from "#lib/envelopes/bulk/get-job.ts";
import type { RowProblem } from "#lib/envelopes/core/bulk/compose-row.ts";

type Words = ReturnType<typeof useTranslations<"app.bulk">>;

/** What is wrong with a row, as a sentence that says what to do. */
export function problemText(t: Words, { code, values = {} }: RowProblem, column: string): string {
  const needed = `needs.${String(values.needs)}` as "needs.other";
  const needs = values.needs === undefined ? "" : t.has(needed) ? t(needed) : t("needs.other");
  const sentence = t(`problems.${code}`, { ...values, about: values.about || column, needs } as never);
  return column === "" ? sentence : `${t("inColumn", { column })} ${sentence}`;
}

/** The name of a place where a column may go. */
export function targetText(
  t: Words,
  target: JobView["targets"][number],
  view: Pick<JobView, "source">,
): string {
  if (target.person !== null) {
    const person = view.source.content.recipients[target.person]!;
    const part = t(`parts.${target.label as "name"}`);
    return person.name === ""
      ? t("person", { part, number: target.person + 1 })
      : t("personNamed", { part, name: person.name });
  }
  if (target.key === "title") return t("targetTitle");
  if (target.key === "time-zone") return t("targetZone");
  return t("fieldTarget", { label: target.label });
}
