"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { type DraftContent, type DraftRecipient, turnsOf } from "#lib/envelopes/core/draft.ts";
import { isAsked } from "#lib/envelopes/core/roles.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { ConditionFields, fieldsBefore } from "./condition-fields.tsx";
import { hasOwnPart, PartFields } from "./part-fields.tsx";

interface PlaceFieldsProps {
  readonly person: DraftRecipient;
  readonly content: Pick<DraftContent, "order" | "recipients" | "fields">;
  readonly documents: readonly DraftDocument[];
  readonly onChange: (part: Partial<DraftRecipient>) => void;
}

/** What is somebody's own in the envelope, beside what they do in it: shut until some of it is wanted. */
export function PlaceFields({ person, content, documents, onChange }: PlaceFieldsProps) {
  const t = useTranslations("app.prepare.people");
  const { id, role, alternativeTo, namedBy } = person;
  const { recipients, order } = content;
  const turns = turnsOf(order, recipients);
  const named = (one: DraftRecipient) =>
    one.name || one.email || t("row", { place: recipients.indexOf(one) + 1, name: t("nameless") });
  const leaders = recipients.filter(
    (one) => one.id !== id && one.role === role && one.alternativeTo === "" && isAsked(role),
  );
  const leads = recipients.some((one) => one.alternativeTo === id);
  const namers = recipients.filter((one) => isAsked(one.role) && turns.get(one.id)! < turns.get(id)!);
  const namer = recipients.find((one) => one.id === namedBy);
  const choicesOf = (people: readonly DraftRecipient[], chosen: string) => {
    const missing = recipients.filter((one) => one.id === chosen && !people.includes(one));
    return [...people, ...missing].map((one) => ({ value: one.id, label: named(one) }));
  };
  const offersInstead = alternativeTo !== "" || (leaders.length > 0 && !leads && namedBy === "");
  const offersNamer = namedBy !== "" || (namers.length > 0 && alternativeTo === "" && !leads);
  const names = recipients.some((one) => one.namedBy === id);
  const offersCondition =
    person.onlyIf !== null ||
    (isAsked(role) && alternativeTo === "" && !names && fieldsBefore(person, content).length > 0);
  const isSpecial = alternativeTo !== "" || namedBy !== "" || person.onlyIf !== null || hasOwnPart(person);
  return (
    <details open={isSpecial} className="mt-2 md:ms-[7.25rem]">
      <summary className="inline-flex min-h-11 cursor-pointer items-center text-small text-action-700 underline-offset-4 hover:underline">
        {t("more")}
      </summary>
      <div className="mt-1 grid grid-cols-1 gap-3 sm:grid-cols-2">
        {offersInstead ? (
          <SelectField
            id={`alternative-${id}`}
            label={t("instead")}
            hint={t("insteadHint")}
            value={alternativeTo}
            onChange={(event) => onChange({ alternativeTo: event.target.value })}
            options={[{ value: "", label: t("insteadNobody") }, ...choicesOf(leaders, alternativeTo)]}
          />
        ) : null}
        {offersNamer ? (
          <SelectField
            id={`named-${id}`}
            label={t("namedBy")}
            {...(namer ? { hint: t("namedHint", { name: named(namer) }) } : {})}
            value={namedBy}
            onChange={(event) =>
              onChange(
                event.target.value === ""
                  ? { namedBy: "" }
                  : { namedBy: event.target.value, name: "", email: "", phone: "" },
              )
            }
            options={[{ value: "", label: t("namedByMe") }, ...choicesOf(namers, namedBy)]}
          />
        ) : null}
        <PartFields person={person} documents={documents} onChange={onChange} />
        {offersCondition ? <ConditionFields person={person} content={content} onChange={onChange} /> : null}
      </div>
    </details>
  );
}
