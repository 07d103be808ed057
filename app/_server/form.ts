import "server-only";
import { type Refusal, refusalOf } from "./problem.ts";

/** What a form shows after it was sent: a refusal, or what came back. */
export interface FormState<T = undefined> {
  readonly refusal: Pick<Refusal, "code" | "reference"> | null;
  readonly result?: T;
}

/** Runs a server action; a refusal becomes state for the form, a redirect goes on its way. */
export async function answerForm<T>(work: () => Promise<T>): Promise<FormState<T>> {
  try {
    return { refusal: null, result: await work() };
  } catch (error) {
    const { code, reference } = await refusalOf(error);
    return { refusal: { code, ...(reference ? { reference } : {}) } };
  }
}
