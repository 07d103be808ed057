"use client";

import { useTranslations } from "next-intl";
import { useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { beginReview, endReview } from "../actions.ts";

interface ActButtonProps {
  /** The review to end; null to begin one. */
  readonly reviewId: string | null;
  readonly label: string;
  readonly isDisabled?: boolean;
}

/** Begins a review, or ends the one under way. */
export function ActButton({ reviewId, label, isDisabled = false }: ActButtonProps) {
  const t = useTranslations("app.review");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  const act = () =>
    start(async () => {
      const { refusal } = await (reviewId ? endReview(reviewId) : beginReview());
      if (refusal) toast.error(refusalText(refusals, refusal));
      else if (reviewId) toast(t("closed"));
    });
  return (
    <Button onClick={act} isBusy={isBusy} disabled={isDisabled}>
      {label}
    </Button>
  );
}
