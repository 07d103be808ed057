"use client";

import { Eye, MessageSquare } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { calledBy } from "#components/envelopes/people.ts";
import { PersonMark } from "#components/envelopes/person-chip.tsx";
import { Button } from "#components/ui/button.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { AuthenticationPolicy } from "#lib/envelopes/core/authentication-rules.ts";
import { checksInDraft } from "#lib/envelopes/core/blockers.ts";
import type { DraftContent, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import { ENVELOPE_LIMITS, turnsOf } from "#lib/envelopes/core/draft.ts";
import { isAsked, signs } from "#lib/envelopes/core/roles.ts";
import type { DraftDocument, DraftView } from "#lib/envelopes/get-draft.ts";

interface WhoGetsWhatProps {
  readonly content: DraftContent;
  readonly documents: readonly DraftDocument[];
  readonly level: DraftView["level"];
  readonly policy: AuthenticationPolicy;
  /** Shows the page that somebody will sign on. */
  readonly onNote: (recipientId: string, note: string) => void;
  readonly onPreview: ((person: DraftRecipient) => void) | null;
}

/** Who is mailed what, and when. */
export function WhoGetsWhat({ content, documents, level, policy, onNote, onPreview }: WhoGetsWhatProps) {
  const t = useTranslations("app.prepare.review");
  const people = useTranslations("app.prepare.people");
  const trail = useTranslations("app.trail");
  const { recipients, fields, order } = content;
  const acting = recipients.filter(({ role }) => isAsked(role));
  const turns = turnsOf(order, recipients);

  function whenOf(person: DraftRecipient): string {
    if (person.role === "copy") return t("when.copy");
    if (person.isGivenLink) return t("when.given");
    const earlier = acting.map(({ id }) => turns.get(id)!).filter((turn) => turn < turns.get(person.id)!);
    if (earlier.length === 0) return t("when.now");
    const before = acting.filter(({ id }) => turns.get(id) === Math.max(...earlier));
    const names = before.map((one) => calledBy(one) || t("nobody"));
    return t("when.after", { name: new Intl.ListFormat("en").format(names) });
  }

  function showsOf(person: DraftRecipient): string {
    const checks = checksInDraft(person, policy);
    if (person.isGivenLink) {
      // Whoever made the link knows an access code too.
      const isKnown = checks.every((check) => check === "access-code");
      const asked = isKnown ? [...checks, "email-code" as const] : checks;
      const list = new Intl.ListFormat("en").format(asked.map((check) => trail(`checks.${check}`)));
      return t("shows.given", { asked: list });
    }
    const [first = "none", ...others] = checks;
    const shows = t(`shows.${first}`, { phone: person.phone });
    const asked = new Intl.ListFormat("en").format(others.map((check) => people(`checks.${check}`)));
    return others.length > 0 ? `${shows}, ${t("andBesides", { asked })}` : shows;
  }

  return (
    <Sheet title={t("who")}>
      <ol className="divide-y divide-line">
        {recipients.map((person, index) => {
          const count = fields.filter(({ recipientId }) => recipientId === person.id).length;
          return (
            <li key={person.id} className="flex items-center gap-3 px-4 py-3 sm:px-6">
              <PersonMark person={person} index={index} />
              <div className="min-w-0 flex-1">
                <p className="font-medium [overflow-wrap:anywhere]">
                  {calledBy(person) || t("nobody")}{" "}
                  <span className="text-small font-normal text-ink-600">
                    {t(`does.${person.role}`)}
                    {signs(person.role) ? ` · ${t("fields", { count })}` : ""}
                  </span>
                </p>
                <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{person.email}</p>
                <p className="text-small text-ink-700">{whenOf(person)}</p>
                <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
                  {t("showsLead")} {showsOf(person)}
                </p>
                {person.language ? (
                  <p className="text-small text-ink-700">
                    {t("inLanguage", { language: languageName(person.language) })}
                  </p>
                ) : null}
                {person.role !== "copy" ? (
                  <PersonNote person={person} onChange={(note) => onNote(person.id, note)} />
                ) : null}
                {onPreview && isAsked(person.role) ? (
                  <Button kind="quiet" onClick={() => onPreview(person)} className="-ms-3">
                    <Eye aria-hidden="true" className="size-5" />
                    {t("seeAs", { name: calledBy(person) || t("nobody") })}
                  </Button>
                ) : null}
              </div>
            </li>
          );
        })}
        {recipients.length === 0 ? (
          <li className="px-4 py-3 text-ink-600 sm:px-6">{t("nobodyYet")}</li>
        ) : null}
      </ol>
      <p className="border-t border-line px-4 py-3 text-small text-ink-600 sm:px-6">
        {t("documents", { count: documents.length, names: documents.map(({ name }) => name).join(", ") })}{" "}
        {t("expires", { days: content.expiryDays })} {t("level", { level })}
      </p>
    </Sheet>
  );
}

const languageName = (language: string): string =>
  new Intl.DisplayNames(["en"], { type: "language" }).of(language) ?? language;

interface PersonNoteProps {
  readonly person: DraftRecipient;
  readonly onChange: (note: string) => void;
}

/** Words for one person besides the message to all; shut until somebody wants to say something. */
function PersonNote({ person, onChange }: PersonNoteProps) {
  const t = useTranslations("app.prepare.review");
  const note = person.note ?? "";
  const [isOpen, setOpen] = useState(note !== "");
  const name = calledBy(person) || t("nobody");
  if (!isOpen)
    return (
      <Button kind="quiet" onClick={() => setOpen(true)} className="-ms-3">
        <MessageSquare aria-hidden="true" className="size-5" />
        {t("addNote", { name })}
      </Button>
    );
  return (
    <div className="my-2">
      <TextArea
        label={t("note", { name })}
        hint={t("noteHint")}
        value={note}
        maxLength={ENVELOPE_LIMITS.messageLength}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
