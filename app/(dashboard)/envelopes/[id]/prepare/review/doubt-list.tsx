"use client";

import { ArrowRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { Notice } from "#components/ui/notice.tsx";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import { fieldDoubts } from "#lib/envelopes/core/fields/field-doubts.ts";
import { labelIn } from "../fields/rule-words.ts";
import type { Place } from "../places.ts";

interface DoubtListProps {
  readonly content: DraftContent;
  readonly onMend: (place: Place) => void;
}

/** As many as anybody reads. */
const MOST = 20;

/** What looks like a mistake, each a way to the field. It keeps nobody from sending. */
export function DoubtList({ content, onMend }: DoubtListProps) {
  const t = useTranslations("app.prepare.review.doubts");
  const named = useTranslations("app.prepare.fields");
  const { fields, rules } = content;
  const doubts = useMemo(() => fieldDoubts(fields, rules), [fields, rules]);
  if (doubts.length === 0) return null;
  const pageOf = (id: string) => (fields.find((field) => field.id === id)?.page ?? 0) + 1;
  const nameOf = (id: string) => labelIn(named, fields, id);
  return (
    <Notice tone="warn">
      <h2 className="font-semibold">{t("title")}</h2>
      <ul className="mt-1 flex flex-col">
        {doubts.slice(0, MOST).map((doubt) => (
          <li key={`${doubt.kind} ${doubt.fieldId} ${doubt.otherId}`}>
            <button
              type="button"
              onClick={() => onMend({ step: "fields", elementId: `field-${doubt.fieldId}` })}
              className="inline-flex min-h-9 items-center gap-2 text-start underline underline-offset-3 [overflow-wrap:anywhere]"
            >
              {doubt.kind === "overlap"
                ? t("overlap", {
                    page: pageOf(doubt.fieldId),
                    field: nameOf(doubt.fieldId),
                    other: nameOf(doubt.otherId),
                  })
                : t("sameLabel", {
                    label: doubt.label,
                    page: pageOf(doubt.fieldId),
                    other: pageOf(doubt.otherId),
                  })}
              <ArrowRight aria-hidden="true" className="size-4 shrink-0" />
            </button>
          </li>
        ))}
      </ul>
      {doubts.length > MOST ? <p>{t("more", { count: doubts.length - MOST })}</p> : null}
      <p className="mt-1">{t("hint")}</p>
    </Notice>
  );
}
