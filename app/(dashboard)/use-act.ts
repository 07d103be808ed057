"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import type { FormState } from "../_server/form.ts";

/** Runs an action and keeps what it was refused with, as a sentence. */
export function useAct() {
  const refusals = useTranslations("refusals");
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function act<T>(work: () => Promise<FormState<T>>, done?: (result: T | undefined) => void) {
    setRefusal(null);
    start(async () => {
      const state = await work();
      if (state?.refusal) return setRefusal(refusalText(refusals, state.refusal));
      done?.(state?.result);
    });
  }

  return { act, isBusy, refusal, forget: () => setRefusal(null) };
}
