"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { type DraftContent, type DraftRecipient, turnsOf } from "#lib/envelopes/core/draft.ts";
import { isAsked } from "#lib/envelopes/core/roles.ts";

interface PlaceFieldsProps {
  readonly person: DraftRecipient;
  readonly content: Pick<DraftContent, "order" | "recipients">;
  readonly onChange: (part: Partial<DraftRecipient>) => void;
}

/** Instead of whom somebody acts, and who says who they are: shut until one of them is wanted. */
export function PlaceFields({ person, content, onChange }: PlaceFieldsProps) {
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
  if (!offersInstead && !offersNamer) return null;
  return (
    <details open={alternativeTo !== "" || namedBy !== ""} className="mt-2 md:ms-[7.25rem]">
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
      </div>
    </details>
  );
}
