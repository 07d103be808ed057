import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import type { FormState } from "../_server/form.ts";

/** A form of settings that stays on the page: it was saved until something is changed again, or it says why not. */
export function useSaving(save: (form: FormData) => Promise<FormState>) {
  const refusals = useTranslations("refusals");
  const [refusal, setRefusal] = useState<FormState["refusal"]>(null);
  const [isDone, setDone] = useState(false);
  const [isBusy, start] = useTransition();
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setRefusal(null);
    setDone(false);
    start(async () => {
      const state = await save(form);
      if (state.refusal) setRefusal(state.refusal);
      else setDone(true);
    });
  };
  return {
    /** For the form itself. */
    form: { onSubmit, onChange: () => setDone(false) },
    problem: refusal ? refusalText(refusals, refusal) : null,
    /** Of the refusal; null when there is none. */
    code: refusal?.code ?? null,
    ...{ isDone, isBusy },
  };
}
