"use client";

import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { Notice } from "#components/ui/notice.tsx";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import { isUnnamed } from "#lib/envelopes/core/fields/near-words.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import type { Place } from "../places.ts";

interface UnnamedNoticeProps {
  readonly content: Pick<DraftContent, "fields">;
  readonly documents: readonly DraftDocument[];
  readonly onMend: (place: Place) => void;
}

const MOST = 8;

/** Tells the sender which fields nobody labelled, each a way to it. It keeps nobody from sending. */
export function UnnamedNotice({ content, documents, onMend }: UnnamedNoticeProps) {
  const t = useTranslations("app.prepare.review.unnamed");
  const named = useTranslations("app.prepare.fields");
  const unnamed = content.fields.filter(isUnnamed);
  if (unnamed.length === 0) return null;
  const nameOf = (documentId: string) => documents.find(({ id }) => id === documentId)?.name ?? "";
  return (
    <Notice tone="warn">
      <h2 className="font-semibold">{t("title", { count: unnamed.length })}</h2>
      <ul className="my-2 flex flex-col">
        {unnamed.slice(0, MOST).map(({ id, type, page, documentId }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => onMend({ step: "fields", elementId: `field-${id}` })}
              className="inline-flex min-h-9 items-center gap-2 text-start underline underline-offset-3 [overflow-wrap:anywhere]"
            >
              {t("field", { type: named(`types.${type}`), page: page + 1, document: nameOf(documentId) })}
              <ArrowRight aria-hidden="true" className="size-4 shrink-0" />
            </button>
          </li>
        ))}
        {unnamed.length > MOST ? <li>{t("more", { count: unnamed.length - MOST })}</li> : null}
      </ul>
      <p>{t("hint")}</p>
    </Notice>
  );
}
