"use client";

import { useTranslations } from "next-intl";
import { type ReactNode, useActionState } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { openWith } from "../actions.ts";

interface ReasonFormProps {
  readonly id: string;
  /** The way out. */
  readonly children: ReactNode;
}

export function ReasonForm({ id, children }: ReasonFormProps) {
  const t = useTranslations("app.reason");
  const refusals = useTranslations("refusals");
  const [{ refusal }, submit, isBusy] = useActionState(openWith.bind(null, id), { refusal: null });
  return (
    <form action={submit} noValidate className="flex flex-col gap-4">
      <TextArea
        name="reason"
        label={t("reason")}
        hint={refusal ? undefined : t("hint")}
        maxLength={300}
        required
        error={refusal ? refusalText(refusals, refusal) : null}
      />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" isBusy={isBusy}>
          {t("confirm")}
        </Button>
        {children}
      </div>
    </form>
  );
}
