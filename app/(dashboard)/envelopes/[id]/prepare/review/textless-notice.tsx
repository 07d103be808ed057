"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { findTextless } from "../draft-requests.ts";

interface TextlessNoticeProps {
  /** Of the envelope, as it stands in addresses. */
  readonly id: string;
  readonly documents: readonly DraftDocument[];
}

interface Found {
  readonly name: string;
  readonly pages: readonly number[];
}

/** Tells the sender which pages nobody can have read out, and what to do about it. It keeps nobody from sending. */
export function TextlessNotice({ id, documents }: TextlessNoticeProps) {
  const t = useTranslations("app.prepare.review.textless");
  const [found, setFound] = useState<readonly Found[]>([]);
  const ids = documents.map((document) => `${document.id} ${document.sizeBytes}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for other documents, not for every draft.
  useEffect(() => {
    let isOver = false;
    const look = async () => {
      const all: Found[] = [];
      for (const document of documents) {
        // What cannot be looked at now is no reason to warn, nor to keep anybody from sending.
        const answer = await findTextless(id, document.id).catch(() => null);
        if (isOver) return;
        if (answer?.isDone && answer.result.pages.length > 0)
          all.push({ name: document.name, pages: answer.result.pages });
      }
      setFound(all);
    };
    void look();
    return () => {
      isOver = true;
    };
  }, [id, ids]);
  if (found.length === 0) return null;
  return (
    <Notice tone="warn">
      <h2 className="font-semibold">{t("title")}</h2>
      <ul className="my-2 list-disc ps-5">
        {found.map(({ name, pages }) => (
          <li key={name} className="[overflow-wrap:anywhere]">
            {t("document", { document: name, count: pages.length, pages: rangesOf(pages) })}
          </li>
        ))}
      </ul>
      <p>{t("hint")}</p>
    </Notice>
  );
}

/** `1, 3–5`, counted from 1. */
function rangesOf(pages: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const page of pages) {
    const range = ranges.at(-1);
    if (range && range[1] === page - 1) range[1] = page;
    else ranges.push([page, page]);
  }
  return ranges
    .map(([first, last]) => (first === last ? `${first + 1}` : `${first + 1}–${last + 1}`))
    .join(", ");
}
