import { fillIn, type SignWords } from "./words.ts";

type Problems = Pick<SignWords["field"]["problems"], "missing" | "date-wrong" | "number-wrong">;

/**
 * What a form still lacks, by its controls' names: said in the reader's language, where a browser would use its own. The
 * first of them takes the focus.
 */
export function wrongControls(form: HTMLFormElement, problems: Problems): Readonly<Record<string, string>> {
  const wrong = [...form.elements].filter(
    (one): one is HTMLInputElement => one instanceof HTMLInputElement && !one.validity.valid,
  );
  wrong[0]?.focus();
  return Object.fromEntries(wrong.map((control) => [control.name, problemOf(control, problems)]));
}

function problemOf({ labels, type, validity }: HTMLInputElement, problems: Problems): string {
  if (validity.valueMissing && !validity.badInput)
    return fillIn(problems.missing, { label: labels?.[0]?.textContent?.trim() ?? "" });
  return type === "date" ? problems["date-wrong"] : fillIn(problems["number-wrong"], { number: "10.00" });
}
