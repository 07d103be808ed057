"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import { ROLE_SUFFIX } from "#lib/envelopes/core/roles.ts";
import type { Person } from "../editor.tsx";

interface MailPreviewProps {
  readonly content: DraftContent;
  readonly sender: Person;
  readonly organization: string;
}

/** The mail that asks somebody to act, with the words it will have. */
export function MailPreview({ content, sender, organization }: MailPreviewProps) {
  const t = useTranslations("app.prepare.review");
  const mail = useTranslations("mail");
  const asked = content.recipients.filter(({ role, isGivenLink }) => role !== "copy" && !isGivenLink);
  const [chosen, setChosen] = useState<string | null>(null);
  const person = asked.find(({ id }) => id === chosen) ?? asked[0];
  // Everybody is given a link: nobody is mailed.
  if (asked.length === 0 && content.recipients.some(({ isGivenLink }) => isGivenLink)) return null;
  const suffix = person ? ROLE_SUFFIX[person.role] : "";
  const words = { sender: sender.name, organization, title: content.title || t("untitled") };
  return (
    <Sheet
      title={t("mail")}
      aside={
        asked.length > 1 ? (
          <SelectField
            label={t("mailFor")}
            hidesLabel
            value={person?.id}
            onChange={(event) => setChosen(event.target.value)}
            options={asked.map(({ id, name, email }) => ({ value: id, label: name || email || t("nobody") }))}
            className="w-48"
          />
        ) : null
      }
    >
      <div className="rounded-b-card bg-canvas p-4 sm:p-6">
        <p className="mb-3 text-small text-ink-700 [overflow-wrap:anywhere]">
          <span className="font-medium">{t("subject")}</span> {mail(`invited.subject${suffix}`, words)}
        </p>
        <div className="rounded-card border border-line bg-paper p-5 [overflow-wrap:anywhere]">
          <p className="text-h3 font-semibold">{mail(`invited.heading${suffix}`, words)}</p>
          <p className="mt-3">{mail(`invited.lead${suffix}`, words)}</p>
          {content.message.trim() ? (
            <>
              <p className="mt-3">{mail("common.message", words)}</p>
              <p className="mt-2 border-s-4 border-action-700 ps-4 whitespace-pre-wrap">
                {content.message.trim()}
              </p>
            </>
          ) : null}
          {person?.note?.trim() ? (
            <>
              <p className="mt-3">{mail("common.note", words)}</p>
              <p className="mt-2 border-s-4 border-action-700 ps-4 whitespace-pre-wrap">
                {person.note.trim()}
              </p>
            </>
          ) : null}
          <p className="mt-4">
            <span className="inline-flex min-h-11 items-center rounded-control bg-action-700 px-5 font-medium text-on-action">
              {mail(`invited.button${suffix}`)}
            </span>
          </p>
          <p className="mt-4 text-small text-ink-700">{mail("invited.private")}</p>
        </div>
      </div>
    </Sheet>
  );
}
