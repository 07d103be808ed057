"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { type CheckMethod, takesPhone } from "#lib/envelopes/core/checks.ts";
import { ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import type { CorrectablePersonView } from "#lib/envelopes/get-correction.ts";
import { isEmailAddress, isSeveralAddresses } from "#lib/identity/core/email-address.ts";

export type PersonWish = Pick<CorrectablePersonView, "id" | "name" | "email" | "phone" | "check" | "order">;

interface PersonFieldsProps {
  readonly person: CorrectablePersonView;
  readonly wish: PersonWish;
  readonly onChange: (part: Partial<PersonWish>) => void;
}

/** One person's name, address, and how they show who they are; of who acted, what stays. */
export function PersonFields({ person, wish, onChange }: PersonFieldsProps) {
  const t = useTranslations("app.correct");
  const checks = useTranslations("app.prepare.people.checks");
  const roles = useTranslations("app.people.roles");
  const { id, orders } = person;
  const role = <span className="text-small font-normal text-ink-600">{roles(person.role)}</span>;
  if (!person.mayBeCorrected)
    return (
      <>
        <p className="font-medium [overflow-wrap:anywhere]">
          {person.name || t("unnamed")} {role}
        </p>
        <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{person.email}</p>
        <p className="mt-1 text-small text-ink-700">{t(person.email ? "acted" : "toBeNamed")}</p>
      </>
    );
  const isOther = wish.name.trim() !== person.name || wish.email.trim() !== person.email;
  const isWrong = wish.email.trim() !== "" && !isEmailAddress(wish.email.trim());
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 font-medium [overflow-wrap:anywhere]">
        {person.name} {role}
      </legend>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        <TextField
          id={`name-${id}`}
          label={t("name")}
          value={wish.name}
          maxLength={ENVELOPE_LIMITS.nameLength}
          autoComplete="off"
          onChange={(event) => onChange({ name: event.target.value })}
        />
        <TextField
          id={`email-${id}`}
          label={t("email")}
          type="email"
          value={wish.email}
          maxLength={254}
          autoComplete="off"
          error={isWrong ? t(isSeveralAddresses(wish.email) ? "emailTwo" : "emailWrong") : null}
          onChange={(event) => onChange({ email: event.target.value })}
        />
        <SelectField
          id={`check-${id}`}
          label={t("check")}
          value={wish.check}
          onChange={(event) => onChange({ check: event.target.value as CheckMethod })}
          options={person.checks.map((value) => ({ value, label: checks(value) }))}
        />
        {takesPhone([wish.check]) ? (
          <TextField
            id={`phone-${id}`}
            label={t("phone")}
            hint={t("phoneHint")}
            type="tel"
            value={wish.phone}
            maxLength={40}
            autoComplete="off"
            onChange={(event) => onChange({ phone: event.target.value })}
          />
        ) : null}
        {orders ? (
          <SelectField
            id={`order-${id}`}
            label={t("order")}
            hint={t("orderHint")}
            value={String(wish.order)}
            onChange={(event) => onChange({ order: Number(event.target.value) })}
            options={orders.map((value) => ({ value: String(value), label: String(value) }))}
          />
        ) : null}
      </div>
      {isOther ? (
        <p role="status" className="rounded-control bg-info-50 px-3 py-2 text-small text-info-700">
          {t(person.hasActed ? "beginsAnew" : person.state === "waiting" ? "notAskedYet" : "newLink")}
        </p>
      ) : null}
    </fieldset>
  );
}
