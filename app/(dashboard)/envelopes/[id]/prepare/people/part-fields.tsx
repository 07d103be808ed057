"use client";

import { useTranslations } from "next-intl";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { takesOwnTime } from "#lib/envelopes/core/answer-time.ts";
import { type DraftRecipient, ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";

interface PartFieldsProps {
  readonly person: DraftRecipient;
  readonly documents: readonly DraftDocument[];
  readonly onChange: (part: Partial<DraftRecipient>) => void;
}

const DAYS = [1, 2, 3, 5, 7, 14, 30] as const;
/** In place of a number of days: a day of the calendar. */
const ON_A_DAY = "day";

/** Whether anything here is not as it is for everybody. */
export const hasOwnPart = ({
  onBehalfOf,
  answerDays,
  answerUntil,
  hiddenDocuments,
}: DraftRecipient): boolean => Boolean(onBehalfOf || answerDays || answerUntil || hiddenDocuments?.length);

/** For whom somebody acts, how long they have, and which documents they are shown. */
export function PartFields({ person, documents, onChange }: PartFieldsProps) {
  const t = useTranslations("app.prepare.people");
  const { id, alternativeTo, answerDays, answerUntil, hiddenDocuments = [] } = person;
  const offered = [...new Set([...DAYS, ...(answerDays ? [answerDays] : [])])].toSorted((a, b) => a - b);
  // Whoever only steps in for somebody is shown what that person is.
  const hasChoice = documents.length > 1 && alternativeTo === "";
  const hide = (documentId: string, isShown: boolean) => {
    const known = hiddenDocuments.filter(
      (one) => one !== documentId && documents.some((document) => document.id === one),
    );
    const next = isShown ? known : [...known, documentId];
    onChange({ hiddenDocuments: next.length > 0 ? next : undefined });
  };
  return (
    <>
      <TextField
        id={`behalf-${id}`}
        label={t("behalf")}
        hint={t("behalfHint")}
        value={person.onBehalfOf ?? ""}
        maxLength={ENVELOPE_LIMITS.onBehalfLength}
        autoComplete="off"
        onChange={({ target }) => onChange({ onBehalfOf: target.value || undefined })}
      />
      {takesOwnTime(person) ? (
        <div className="flex flex-col gap-2">
          <SelectField
            id={`time-${id}`}
            label={t("time")}
            hint={t("timeHint")}
            value={answerUntil ? ON_A_DAY : String(answerDays ?? "")}
            onChange={({ target: { value } }) => {
              if (value === ON_A_DAY) onChange({ answerDays: null, answerUntil: endOfDay(weekFromNow()) });
              else onChange({ answerDays: value === "" ? null : Number(value), answerUntil: null });
            }}
            options={[
              { value: "", label: t("timeAsAll") },
              ...offered.map((days) => ({ value: String(days), label: t("timeDays", { days }) })),
              { value: ON_A_DAY, label: t("timeDay") },
            ]}
          />
          {answerUntil ? (
            <TextField
              label={t("timeOn")}
              type="date"
              value={dayOf(answerUntil)}
              min={dayOf(new Date().toISOString())}
              onChange={({ target }) => {
                const until = endOfDay(target.value);
                if (until) onChange({ answerUntil: until });
              }}
            />
          ) : null}
        </div>
      ) : null}
      {hasChoice ? (
        <fieldset id={`hidden-${id}`} tabIndex={-1} className="sm:col-span-2">
          <legend className="font-medium">{t("sees")}</legend>
          <p className="text-small text-ink-600">{t("seesHint")}</p>
          {documents.map((document) => (
            <CheckField
              key={document.id}
              label={<span className="[overflow-wrap:anywhere]">{document.name}</span>}
              checked={!hiddenDocuments.includes(document.id)}
              onChange={({ target }) => hide(document.id, target.checked)}
            />
          ))}
        </fieldset>
      ) : null}
    </>
  );
}

const two = (value: number) => String(value).padStart(2, "0");

/** The day of an instant where the sender is: `2026-11-30`. */
function dayOf(instant: string): string {
  const at = new Date(instant);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

const weekFromNow = (): string => dayOf(new Date(Date.now() + 7 * 86_400_000).toISOString());

/** The last moment of a day where the sender is, in UTC; null for what is no day. */
function endOfDay(day: string): string | null {
  const at = new Date(`${day}T23:59:59`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
