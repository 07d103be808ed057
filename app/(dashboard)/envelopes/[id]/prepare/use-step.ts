"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useState } from "react";
import { STEPS, type Step } from "./places.ts";

/** Which part is open; the address says it, so that reloading comes back to it. */
export function useStep(first: Step): [Step, (step: Step) => void] {
  const asked = useSearchParams().get("step");
  const [step, setStep] = useState<Step>(STEPS.find((known) => known === asked) ?? first);
  const go = useCallback((next: Step) => {
    setStep(next);
    window.history.replaceState(null, "", `?step=${next}`);
    window.scrollTo({ top: 0 });
  }, []);
  return [step, go];
}
