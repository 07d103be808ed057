"use client";

import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { calledBy } from "#components/envelopes/people.ts";
import type { Blocker } from "#lib/envelopes/core/blockers.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { labelIn } from "../fields/rule-words.ts";
import { type Place, placeOf } from "../places.ts";

interface BlockerListProps {
  readonly blockers: readonly Blocker[];
  readonly documents: readonly DraftDocument[];
  readonly content: DraftContent;
  readonly isUploading: boolean;
  readonly onMend: (place: Place) => void;
}

/** What is still missing, each a way to the place where it is mended. */
export function BlockerList({ blockers, content, documents, isUploading, onMend }: BlockerListProps) {
  const t = useTranslations("app.prepare.review");
  const named = useTranslations("app.prepare.fields");
  const nameOf = (id: string) => {
    const index = content.recipients.findIndex((person) => person.id === id);
    const person = content.recipients[index];
    return (person && calledBy(person)) || t("personNumber", { place: index + 1 });
  };
  const textOf = (blocker: Blocker): string =>
    t(`blockers.${blocker.code}`, {
      name: "recipientId" in blocker ? nameOf(blocker.recipientId) : "",
      document:
        "documentId" in blocker ? (documents.find(({ id }) => id === blocker.documentId)?.name ?? "") : "",
      characters: "characters" in blocker ? blocker.characters : "",
      field: "fieldId" in blocker ? labelIn(named, content.fields, blocker.fieldId) : "",
      piece: "piece" in blocker ? blocker.piece : "",
      fault: "fault" in blocker ? blocker.fault.replaceAll("-", "_") : "none",
    });
  return (
    <section
      id="blockers"
      tabIndex={-1}
      aria-label={t("missing")}
      className="scroll-mt-36 rounded-card border border-warn-800 bg-warn-50 p-4 text-warn-800 sm:p-5"
    >
      <h2 className="font-semibold">{t("missing")}</h2>
      <ul className="mt-2 flex flex-col">
        {isUploading ? <li className="flex min-h-9 items-center">{t("uploading")}</li> : null}
        {blockers.map((blocker) => (
          <li key={JSON.stringify(blocker)}>
            <button
              type="button"
              onClick={() => onMend(placeOf(blocker))}
              className="inline-flex min-h-9 items-center gap-2 text-start underline underline-offset-3 [overflow-wrap:anywhere]"
            >
              {textOf(blocker)}
              <ArrowRight aria-hidden="true" className="size-4 shrink-0" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
