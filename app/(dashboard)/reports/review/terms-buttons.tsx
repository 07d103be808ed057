"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { DEFAULT_TERMS, REVIEW_SCOPES, type ReviewTerms, SILENCES } from "#lib/evidence/core/review-terms.ts";
import { AskingButton } from "../../asking-button.tsx";
import { beginReview, endReviewSchedule, scheduleReview } from "../actions.ts";

function TermsFields({ terms }: { readonly terms: ReviewTerms }) {
  const t = useTranslations("app.review.terms");
  return (
    <>
      <SelectField
        name="scope"
        label={t("scope")}
        options={REVIEW_SCOPES.map((value) => ({ value, label: t(`scopes.${value}`) }))}
        defaultValue={terms.scope}
      />
      <TextField
        name="days"
        type="number"
        inputMode="numeric"
        label={t("days")}
        min={1}
        max={90}
        step={1}
        defaultValue={terms.days}
        required
      />
      <SelectField
        name="onSilence"
        label={t("silence")}
        hint={t("silenceHint")}
        options={SILENCES.map((value) => ({ value, label: t(`silences.${value}`) }))}
        defaultValue={terms.onSilence}
      />
    </>
  );
}

/** Begins a review now. */
export function BeginButton() {
  const t = useTranslations("app.review");
  return (
    <AskingButton
      kind="primary"
      label={t("begin")}
      title={t("begin")}
      description={t("beginHint")}
      confirmLabel={t("begin")}
      action={beginReview}
    >
      <TermsFields terms={DEFAULT_TERMS} />
    </AskingButton>
  );
}

/** Has one begun every quarter, or no more. */
export function ScheduleButtons({ schedule }: { readonly schedule: ReviewTerms | null }) {
  const t = useTranslations("app.review.quarterly");
  return (
    <div className="flex flex-wrap gap-2">
      <AskingButton
        label={t(schedule ? "change" : "open")}
        title={t("title")}
        description={t("hint")}
        confirmLabel={t("save")}
        action={scheduleReview}
        onDone={() => toast(t("saved"))}
      >
        <TermsFields terms={schedule ?? DEFAULT_TERMS} />
      </AskingButton>
      {schedule ? (
        <AskingButton
          kind="quiet"
          label={t("end")}
          title={t("end")}
          description={t("endHint")}
          confirmLabel={t("end")}
          action={endReviewSchedule}
          onDone={() => toast(t("saved"))}
        />
      ) : null}
    </div>
  );
}
