"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { CHECK_METHODS, type CheckMethod, type DraftRecipient } from "#lib/envelopes/core/draft.ts";
import { isPhoneNumber, phoneNumber } from "#lib/envelopes/core/phone-number.ts";
import { AccessCodeField } from "./access-code-field.tsx";

interface CheckFieldsProps {
  readonly person: DraftRecipient;
  readonly hasAccessCode: boolean;
  readonly onChange: (part: Partial<DraftRecipient>) => void;
  readonly onSetCode: (code: string) => Promise<string | null>;
}

/** What a person shows before they see the documents, and what is needed for it. */
export function CheckFields({ person, hasAccessCode, onChange, onSetCode }: CheckFieldsProps) {
  const t = useTranslations("app.prepare.people");
  const { id, check, phone } = person;
  const isWrong = phone !== "" && !isPhoneNumber(phoneNumber(phone));
  return (
    <div className="mt-3 grid grid-cols-1 gap-3 sm:grid-cols-2 md:ms-[7.25rem] lg:grid-cols-[1fr_1fr]">
      <SelectField
        id={`check-${id}`}
        label={t("check")}
        hint={t(`checkHints.${check}`)}
        value={check}
        onChange={(event) => onChange({ check: event.target.value as CheckMethod })}
        options={CHECK_METHODS.map((value) => ({ value, label: t(`checks.${value}`) }))}
      />
      {check === "sms-code" ? (
        <TextField
          id={`phone-${id}`}
          label={t("phone")}
          hint={t("phoneHint")}
          type="tel"
          value={phone}
          maxLength={40}
          autoComplete="off"
          error={isWrong ? t("phoneWrong") : null}
          onChange={(event) => onChange({ phone: event.target.value })}
        />
      ) : null}
      {check === "access-code" ? (
        <AccessCodeField id={id} isSet={hasAccessCode} name={person.name} onSet={onSetCode} />
      ) : null}
    </div>
  );
}
