"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { ClassSteps } from "#lib/envelopes/authentication/required-steps.ts";
import { CLASS_STEPS, type ClassStep } from "#lib/envelopes/core/class-steps.ts";
import { requireSteps } from "./actions.ts";

/** What envelopes of each class are not sent without. */
export function StepList({ classes }: { readonly classes: readonly ClassSteps[] }) {
  const t = useTranslations("app.signers");
  const refusals = useTranslations("refusals");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const change = ({ classId, steps }: ClassSteps, step: ClassStep, isOn: boolean) =>
    start(async () => {
      const wanted = CLASS_STEPS.filter((one) => (one === step ? isOn : steps.includes(one)));
      const { refusal } = await requireSteps(classId, wanted);
      setWrong(refusal ? refusalText(refusals, refusal) : null);
    });
  return (
    <>
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <ul className="divide-y divide-line">
        {classes.map((one) => (
          <li key={one.classId} className="flex flex-wrap items-center gap-x-6 px-4 py-2 sm:px-6">
            <fieldset className="contents" disabled={isBusy}>
              <legend className="sr-only">{one.name}</legend>
              <span
                aria-hidden="true"
                className="min-w-0 flex-1 basis-56 font-medium [overflow-wrap:anywhere]"
              >
                {one.name}
              </span>
              {CLASS_STEPS.map((step) => (
                <CheckField
                  key={step}
                  label={t(`steps.${step}`)}
                  checked={one.steps.includes(step)}
                  onChange={(event) => change(one, step, event.target.checked)}
                />
              ))}
            </fieldset>
          </li>
        ))}
      </ul>
    </>
  );
}
