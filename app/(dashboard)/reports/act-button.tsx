"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import type { FormState } from "../../_server/form.ts";

interface ActButtonProps {
  readonly label: string;
  readonly act: () => Promise<FormState>;
  /** Said when it is done, where the page does not show it by itself. */
  readonly done?: string;
  readonly isDisabled?: boolean;
  /** Heard with the label, where several look the same. */
  readonly about?: string;
}

/** Begins a review, or ends one. */
export function ActButton({ label, act, done, about, isDisabled = false }: ActButtonProps) {
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  const press = () =>
    start(async () => {
      const { refusal } = await act();
      if (refusal) toast.error(refusalText(refusals, refusal));
      else if (done) toast(done);
    });
  return (
    <Button onClick={press} isBusy={isBusy} disabled={isDisabled}>
      {label}
      {about ? <span className="sr-only"> {about}</span> : null}
    </Button>
  );
}
