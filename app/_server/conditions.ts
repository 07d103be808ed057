/** A condition of a rule as a form has it; what it may say the rule decides. */
interface FormCondition {
  readonly about: string;
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** Fields `about.0`, `label.0`, `operator.0`, `value.0` and so on, one set for each condition; trimmed. */
export function conditionsIn(form: FormData): FormCondition[] {
  const textIn = (name: string) => String(form.get(name) ?? "").trim();
  const numbers = [...form.keys()].flatMap((name) => /^about\.(\d+)$/.exec(name)?.[1] ?? []);
  return numbers.map((number) => ({
    about: textIn(`about.${number}`),
    label: textIn(`label.${number}`),
    operator: textIn(`operator.${number}`),
    value: textIn(`value.${number}`),
  }));
}
