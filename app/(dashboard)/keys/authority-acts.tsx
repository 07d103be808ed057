"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../asking-button.tsx";
import { revokeAuthority, rotateAuthority } from "./actions.ts";

const REASONS = ["keyCompromise", "superseded", "cessationOfOperation", "unspecified"] as const;

interface AuthorityActsProps {
  readonly id: string;
  readonly kind: "seal" | "root" | "issuing" | "tsa" | "ocsp" | "log" | "cross";
  readonly isInUse: boolean;
  readonly mayRotate: boolean;
  readonly mayRevoke: boolean;
}

/** ISO 8601, from what was entered in the zone of whoever entered it; null for now. */
function plannedAt(form: FormData): string | null {
  const at = new Date(String(form.get("at") ?? ""));
  return form.get("when") === "later" && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
}

/** Whether the successor takes over now or at a moment that is entered. */
function TakeOver() {
  const t = useTranslations("app.keys.rotate");
  const [when, setWhen] = useState<"now" | "later">("now");
  return (
    <>
      <fieldset>
        <legend className="sr-only">{t("when")}</legend>
        {(["now", "later"] as const).map((one) => (
          <CheckField
            key={one}
            type="radio"
            name="when"
            value={one}
            label={t(one)}
            hint={one === "later" ? t("laterHint") : undefined}
            checked={when === one}
            onChange={() => setWhen(one)}
          />
        ))}
      </fieldset>
      {when === "later" ? <TextField name="at" type="datetime-local" label={t("at")} required /> : null}
    </>
  );
}

/** What can be done with an authority: give it a successor, or revoke it. */
export function AuthorityActs({ id, kind, isInUse, mayRotate, mayRevoke }: AuthorityActsProps) {
  const t = useTranslations("app.keys");
  const what = t(`kinds.${kind}`);
  return (
    <>
      {mayRotate ? (
        <AskingButton
          label={t("rotate.open")}
          title={t("rotate.title", { what })}
          description={t(kind === "root" ? "rotate.rootConsequence" : "rotate.consequence")}
          cancelLabel={t("rotate.cancel")}
          confirmLabel={t("rotate.confirm")}
          action={(form) => rotateAuthority(kind, plannedAt(form))}
        >
          <TakeOver />
        </AskingButton>
      ) : null}
      {mayRevoke ? (
        <AskingButton
          label={t("revoke.open")}
          kind="quiet"
          title={t("revoke.title", { what })}
          description={t(isInUse ? "revoke.consequence" : "revoke.earlierConsequence")}
          cancelLabel={t("revoke.cancel")}
          confirmLabel={t("revoke.confirm")}
          confirmKind="danger"
          action={(form) => revokeAuthority(id, String(form.get("reason")), String(form.get("note")))}
        >
          <SelectField
            name="reason"
            label={t("revoke.reason")}
            options={REASONS.map((value) => ({ value, label: t(`reasons.${value}`) }))}
          />
          <TextArea name="note" label={t("revoke.note")} maxLength={1000} />
        </AskingButton>
      ) : null}
    </>
  );
}
