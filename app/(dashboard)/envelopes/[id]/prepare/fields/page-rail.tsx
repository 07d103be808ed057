"use client";

import { useTranslations } from "next-intl";
import { memo, useEffect, useMemo, useRef } from "react";
import { calledBy } from "#components/envelopes/people.ts";
import { PersonMark } from "#components/envelopes/person-chip.tsx";
import type { DraftField, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import { fieldsByPage, type PageShare } from "#lib/envelopes/core/fields/fields-by-page.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { publicId } from "#lib/ids.ts";
import type { PagePlace } from "./draft-fields.ts";

interface PageRailProps {
  /** Of the envelope, as it stands in addresses. */
  readonly id: string;
  readonly documents: readonly DraftDocument[];
  readonly recipients: readonly DraftRecipient[];
  readonly fields: readonly DraftField[];
  readonly current: PagePlace | null;
}

const NOBODY: readonly PageShare[] = [];

/** Every page small, with whose fields are on it and how many; a press goes there. */
export const PageRail = memo(function PageRail({
  id,
  documents,
  recipients,
  fields,
  current,
}: PageRailProps) {
  const t = useTranslations("app.prepare.fields.rail");
  const list = useRef<HTMLDivElement>(null);
  const shares = useMemo(() => fieldsByPage(fields, recipients), [fields, recipients]);
  const currentId = current ? `${current.documentId} ${current.page}` : null;
  useEffect(() => {
    // Only the list itself scrolls: the pages are where somebody looks.
    const [box, row] = [list.current, list.current?.querySelector<HTMLElement>("[aria-current]")];
    if (!box || !row || currentId === null) return;
    const [seen, own] = [box.getBoundingClientRect(), row.getBoundingClientRect()];
    if (own.top < seen.top) box.scrollTop -= seen.top - own.top;
    else if (own.bottom > seen.bottom) box.scrollTop += own.bottom - seen.bottom;
  }, [currentId]);
  return (
    <section aria-labelledby="page-rail" className="flex min-h-0 flex-col">
      <h2 id="page-rail" className="font-semibold">
        {t("title")}
      </h2>
      <div ref={list} className="-mx-2 mt-2 max-h-[calc(100dvh-15rem)] overflow-y-auto px-2 pb-2">
        {documents.map(({ id: documentId, name, pages }) => (
          <section key={documentId} aria-label={name}>
            {documents.length > 1 ? (
              <h3 className="mt-2 truncate text-small text-ink-600" title={name}>
                {name}
              </h3>
            ) : null}
            <ol className="mt-1 flex flex-col gap-1">
              {pages.map(({ widthPt, heightPt }, page) => (
                <Thumbnail
                  // biome-ignore lint/suspicious/noArrayIndexKey: a page is its number.
                  key={page}
                  {...{ id, documentId, page, widthPt, heightPt, recipients }}
                  shares={shares.get(`${documentId} ${page}`) ?? NOBODY}
                  isCurrent={currentId === `${documentId} ${page}`}
                />
              ))}
            </ol>
          </section>
        ))}
      </div>
    </section>
  );
});

interface ThumbnailProps {
  readonly id: string;
  readonly documentId: string;
  readonly page: number;
  readonly widthPt: number;
  readonly heightPt: number;
  readonly recipients: readonly DraftRecipient[];
  readonly shares: readonly PageShare[];
  readonly isCurrent: boolean;
}

const Thumbnail = memo(function Thumbnail(props: ThumbnailProps) {
  const t = useTranslations("app.prepare.fields.rail");
  const { id, documentId, page, widthPt, heightPt, recipients, shares, isCurrent } = props;
  const told = shares.map(({ recipientId, count }) => {
    const index = recipients.findIndex((one) => one.id === recipientId);
    const person = recipients[index];
    return { recipientId, count, index, person, name: (person && calledBy(person)) || t("nobody") };
  });
  const list = told.map(({ name, count }) => t("share", { name, count })).join(", ");
  return (
    <li className="[contain-intrinsic-size:auto_7rem] [content-visibility:auto]">
      <button
        type="button"
        aria-current={isCurrent ? "page" : undefined}
        onClick={() =>
          document.getElementById(`page-${documentId}-${page}`)?.scrollIntoView({ block: "start" })
        }
        className="flex w-full items-start gap-3 rounded-control border border-transparent p-2 text-start hover:bg-canvas aria-[current]:border-action-700 aria-[current]:bg-action-50"
      >
        <img
          src={`/envelopes/${id}/pages/${publicId("document", documentId)}/${page}?w=800`}
          alt=""
          loading="lazy"
          width={Math.round(widthPt)}
          height={Math.round(heightPt)}
          className="document-paper h-auto max-h-24 w-16 shrink-0 border border-line bg-white object-contain"
        />
        <span className="sr-only">
          {list ? t("pageWith", { page: page + 1, list }) : t("pageEmpty", { page: page + 1 })}
        </span>
        <span aria-hidden="true" className="flex min-w-0 flex-col gap-1">
          <span className="text-small tabular-nums">{page + 1}</span>
          <span className="flex flex-wrap gap-1">
            {told.map(({ recipientId, count, index, person, name }) => (
              <span key={recipientId} title={name} className="inline-flex items-center gap-1 text-small">
                {person ? <PersonMark person={person} index={index} size="small" /> : "?"}
                <span className="tabular-nums">{count}</span>
              </span>
            ))}
          </span>
        </span>
      </button>
    </li>
  );
});
