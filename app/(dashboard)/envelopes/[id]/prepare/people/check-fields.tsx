"use client";

import { useTranslations } from "next-intl";
import { calledBy } from "#components/envelopes/people.ts";
import { LANGUAGE_NAMES } from "#components/signing/language-names.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { type AuthenticationPolicy, raisedBy } from "#lib/envelopes/core/authentication-rules.ts";
import { CHECK_METHODS, type CheckMethod, isPossible, takesPhone } from "#lib/envelopes/core/checks.ts";
import type { DraftRecipient } from "#lib/envelopes/core/draft.ts";
import { RECIPIENT_LANGUAGES } from "#lib/envelopes/core/languages.ts";
import { MEANINGS } from "#lib/envelopes/core/meanings.ts";
import { isPhoneNumber, phoneNumber } from "#lib/envelopes/core/phone-number.ts";
import { attests } from "#lib/envelopes/core/roles.ts";
import type { DraftView } from "#lib/envelopes/get-draft.ts";
import { AccessCodeField } from "./access-code-field.tsx";

/** In the place of a host: the sender gives them a link. */
const GIVEN = "given";

interface CheckFieldsProps {
  readonly person: DraftRecipient;
  readonly policy: AuthenticationPolicy;
  readonly hosts: DraftView["hosts"];
  /** Whose signature somebody else may witness. */
  readonly signers: readonly DraftRecipient[];
  readonly hasAccessCode: boolean;
  readonly isTemplate: boolean;
  readonly onChange: (part: Partial<DraftRecipient>) => void;
  readonly onSetCode: (code: string) => Promise<string | null>;
}

/** What to choose for somebody without a telephone, from the easiest on. */
const WITHOUT_PHONE = ["email-code", "second-factor"] as const;

/** What a person shows before they see the documents, and what is needed for it. */
export function CheckFields(props: CheckFieldsProps) {
  const { person, policy, hosts, signers, hasAccessCode, isTemplate, onChange, onSetCode } = props;
  const isFixed = person.isCheckLocked === true && !isTemplate;
  const t = useTranslations("app.prepare.people");
  const { id, role, email, check, phone } = person;
  const asked = (chosen: CheckMethod) => {
    const facts = { role, classId: policy.classId, email, phone: phoneNumber(phone), answers: [] };
    return raisedBy([chosen], policy.rules, facts);
  };
  const { required, by } = asked(check);
  // Who has no mailbox is written to by text message.
  const isByText =
    email.trim() === "" && person.namedBy === "" && (phone !== "" || person.name.trim() !== "");
  const asksCode = takesPhone(required);
  const asksPhone = asksCode || (isByText && !isTemplate);
  const isWrong = phone !== "" && !isPhoneNumber(phoneNumber(phone));
  // Telling the easiest that the rules let through.
  const instead = WITHOUT_PHONE.find((one) => !takesPhone(asked(one).required));
  const listed = new Intl.ListFormat("en").format(required.map((one) => t(`checks.${one}`)));
  const names = new Set(by.flatMap(({ name }) => (name === "" ? [] : [`“${name}”`])));
  const rules = [...names].join(", ");
  const isOffered = (value: CheckMethod) => value === check || isPossible(value, policy);
  return (
    <div className="mt-3 grid grid-cols-1 gap-3 sm:grid-cols-2 md:ms-[7.25rem] lg:grid-cols-[1fr_1fr]">
      <SelectField
        id={`language-${id}`}
        label={t("language")}
        hint={t("languageHint")}
        value={person.language}
        onChange={(event) => onChange({ language: event.target.value as DraftRecipient["language"] })}
        options={RECIPIENT_LANGUAGES.map((value) => ({
          value,
          label: value === "" ? t("languageOpen") : LANGUAGE_NAMES[value],
        }))}
      />
      {attests(role) ? (
        <SelectField
          id={`witness-${id}`}
          label={t(role === "witness" ? "witnesses" : "certifies")}
          hint={t(role === "witness" ? "witnessesHint" : "certifiesHint")}
          value={person.witnessOf ?? ""}
          onChange={(event) => onChange({ witnessOf: event.target.value })}
          options={[
            { value: "", label: t(role === "witness" ? "chooseSigner" : "everySigner") },
            ...signers.map((signer) => ({ value: signer.id, label: calledBy(signer) || t("nameless") })),
          ]}
        />
      ) : null}
      {role === "signer" && person.alternativeTo === "" ? (
        <SelectField
          id={`meaning-${id}`}
          label={t("meaning")}
          hint={t("meaningHint")}
          value={person.meaning}
          onChange={(event) => onChange({ meaning: event.target.value as DraftRecipient["meaning"] })}
          options={(["", ...MEANINGS] as const).map((value) => ({
            value,
            label: value === "" ? t("meaningOpen") : t(`meanings.${value}`),
          }))}
        />
      ) : null}
      <div className="flex flex-col gap-2">
        <SelectField
          id={`check-${id}`}
          label={t("check")}
          hint={t(isFixed ? "checkFixed" : `checkHints.${check}`)}
          value={check}
          disabled={isFixed}
          onChange={(event) => onChange({ check: event.target.value as CheckMethod })}
          options={CHECK_METHODS.filter(isOffered).map((value) => ({
            value,
            label:
              value === policy.defaultCheck && value !== "none"
                ? t("usual", { check: t(`checks.${value}`) })
                : t(`checks.${value}`),
          }))}
        />
        {isTemplate ? (
          <CheckField
            label={t("checkLocked")}
            hint={t("checkLockedHint")}
            checked={person.isCheckLocked ?? false}
            onChange={(event) => onChange({ isCheckLocked: event.target.checked || undefined })}
          />
        ) : null}
        {by.length > 0 ? (
          <p role="status" className="rounded-control bg-info-50 px-3 py-2 text-small text-info-700">
            {t("atLeast", { asked: listed, rules: rules || "none" })}
          </p>
        ) : null}
        {check === "sso" && !policy.hasSso ? <Problem text={t("ssoMissing")} /> : null}
        {check === "identity-document" && !policy.hasIdentityCheck ? (
          <Problem text={t("identityMissing")} />
        ) : null}
        {check === "passkey" && !policy.takesPasskeys ? <Problem text={t("passkeyMissing")} /> : null}
      </div>
      {role === "copy" ? null : (
        <SelectField
          id={`host-${id}`}
          label={t("host")}
          hint={t(person.hostId ? "hostHint" : person.isGivenLink ? "givenHint" : "linkHint")}
          value={person.hostId ?? (person.isGivenLink ? GIVEN : "")}
          onChange={({ target: { value } }) =>
            onChange(
              value === GIVEN
                ? { hostId: undefined, isGivenLink: true }
                : { hostId: value || undefined, isGivenLink: undefined },
            )
          }
          options={[
            { value: "", label: t("byLink") },
            { value: GIVEN, label: t("byGivenLink") },
            ...hosts.map((host) => ({ value: host.id, label: t("inPerson", { name: host.name }) })),
          ]}
        />
      )}
      {asksPhone ? (
        <div className="flex flex-col items-start gap-1">
          <TextField
            id={`phone-${id}`}
            label={t("phone")}
            hint={t(asksCode ? "phoneHint" : "phoneInstead")}
            type="tel"
            value={phone}
            maxLength={40}
            autoComplete="off"
            error={isWrong ? t("phoneWrong") : null}
            onChange={(event) => onChange({ phone: event.target.value })}
            className="w-full"
          />
          {phone === "" && !asksCode ? null : phone === "" ? (
            <>
              <p className="text-small text-ink-600">{t("phoneNeeded")}</p>
              {instead ? (
                <Button kind="quiet" className="-ms-4" onClick={() => onChange({ check: instead })}>
                  {t("noNumber", { check: t(`checks.${instead}`) })}
                </Button>
              ) : null}
            </>
          ) : policy.sendsSms ? null : (
            <p className="text-small text-warn-800">{t("outbox")}</p>
          )}
        </div>
      ) : null}
      {check === "access-code" ? (
        <AccessCodeField id={id} isSet={hasAccessCode} name={person.name} onSet={onSetCode} />
      ) : null}
    </div>
  );
}

const Problem = ({ text }: { readonly text: string }) => (
  <p role="status" className="rounded-control bg-warn-50 px-3 py-2 text-small text-warn-800">
    {text}
  </p>
);
