"use client";

import { useTranslations } from "next-intl";
import { useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { CeremonyView } from "#lib/signing/core/key-ceremony.ts";
import { AskingButton } from "../../../asking-button.tsx";
import { useAct } from "../../../use-act.ts";
import { abandon, noteDeviation, recordFact, recordStep, signOffRecord } from "../actions.ts";

interface StepFormProps {
  readonly ceremonyId: string;
  readonly number: number;
}

/** What was seen at the step that is next, and who initials it. */
export function StepForm({ ceremonyId, number }: StepFormProps) {
  const t = useTranslations("app.keyWork.ceremonies");
  const { act, isBusy, refusal } = useAct();
  const form = useRef<HTMLFormElement>(null);
  return (
    <form
      method="post"
      ref={form}
      className="mt-4 flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        act(
          () => recordStep(ceremonyId, number, data),
          () => form.current?.reset(),
        );
      }}
    >
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <TextArea name="output" label={t("seen")} hint={t("seenHint")} maxLength={4000} rows={2} required />
      <div className="flex flex-wrap items-end gap-3">
        <TextField name="initials" label={t("initials")} maxLength={8} required className="w-28" />
        <Button type="submit" kind="primary" isBusy={isBusy}>
          {t("recordStep")}
        </Button>
      </div>
    </form>
  );
}

interface CeremonyActsProps {
  readonly id: string;
  readonly may: CeremonyView["may"];
  readonly stepCount: number;
}

/** Everything else that can be recorded, and the end. */
export function CeremonyActs({ id, may, stepCount }: CeremonyActsProps) {
  const all = useTranslations("app.keyWork");
  const t = useTranslations("app.keyWork.ceremonies");
  const numbers = Array.from({ length: stepCount }, (_, index) => String(index + 1));
  return (
    <div className="flex flex-wrap gap-3">
      {may.sign ? (
        <AskingButton
          label={t("signOff")}
          kind="primary"
          title={t("signOffTitle")}
          description={t("signOffHint")}
          confirmLabel={t("signOff")}
          action={(form) => signOffRecord(id, form)}
        >
          <TextField
            name="password"
            type="password"
            label={all("password")}
            autoComplete="current-password"
            required
          />
        </AskingButton>
      ) : null}
      {may.record ? (
        <AskingButton
          label={t("fact")}
          title={t("factTitle")}
          description={t("factHint")}
          confirmLabel={t("fact")}
          action={(form) => recordFact(id, form)}
        >
          <TextField name="label" label={t("label")} maxLength={120} required />
          <TextField name="value" label={t("value")} maxLength={1000} required />
        </AskingButton>
      ) : null}
      {may.note ? (
        <AskingButton
          label={t("deviation")}
          title={t("deviationTitle")}
          description={t("deviationHint")}
          confirmLabel={t("deviation")}
          action={(form) => noteDeviation(id, form)}
        >
          <SelectField
            name="number"
            label={t("atStep")}
            options={[{ value: "", label: t("ofAll") }, ...numbers.map((value) => ({ value, label: value }))]}
          />
          <TextArea name="text" label={t("text2")} maxLength={4000} required />
        </AskingButton>
      ) : null}
      {may.abandon ? (
        <AskingButton
          label={t("abandon")}
          kind="quiet"
          title={t("abandonTitle")}
          description={t("abandonHint")}
          confirmLabel={t("abandon")}
          confirmKind="danger"
          action={(form) => abandon(id, form)}
        >
          <TextArea name="text" label={t("reason")} maxLength={2000} required />
        </AskingButton>
      ) : null}
    </div>
  );
}
