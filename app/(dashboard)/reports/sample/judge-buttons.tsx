"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { judge } from "../actions.ts";

interface JudgeButtonsProps {
  readonly reviewId: string;
  readonly envelopeId: string;
  readonly title: string;
}

/** What the reviewer found in one envelope. */
export function JudgeButtons({ reviewId, envelopeId, title }: JudgeButtonsProps) {
  const t = useTranslations("app.sample");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  const holds = () =>
    start(async () => {
      const { refusal } = await judge(reviewId, envelopeId, "holds", null);
      if (refusal) toast.error(refusalText(refusals, refusal));
    });
  return (
    <>
      <Button kind="secondary" isBusy={isBusy} onClick={holds}>
        {t("holds")} <span className="sr-only">{title}</span>
      </Button>
      <AskingButton
        kind="quiet"
        label={t("fails")}
        about={title}
        title={t("failTitle")}
        description={t("failText")}
        confirmLabel={t("fails")}
        action={(form) => judge(reviewId, envelopeId, "fails", form)}
      >
        <TextArea name="note" label={t("note")} maxLength={1000} rows={3} required />
      </AskingButton>
    </>
  );
}
