"use client";

import { useState, useTransition } from "react";

interface Refusal {
  readonly code: string;
  readonly reference?: string;
}

/** Sends a form and keeps what came back: a refusal, or a result. */
export function useAttempt<T>(send: (form: FormData) => Promise<{ refusal: Refusal | null; result?: T }>) {
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [result, setResult] = useState<T | null>(null);
  const [isBusy, start] = useTransition();
  const forget = () => {
    setRefusal(null);
    setResult(null);
  };
  const attempt = (form: FormData, then?: (result: T) => void) => {
    forget();
    start(async () => {
      const state = await send(form);
      setRefusal(state.refusal);
      if (state.refusal || state.result === undefined) return;
      setResult(state.result);
      then?.(state.result);
    });
  };
  return { attempt, refusal, result, isBusy, forget };
}
