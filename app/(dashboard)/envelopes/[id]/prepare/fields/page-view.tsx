"use client";

import { useTranslations } from "next-intl";
import { type MouseEvent, memo, useEffect, useRef, useState } from "react";
import type { DraftField, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import type { PageSize } from "#lib/envelopes/core/field-places.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { publicId } from "#lib/ids.ts";
import type { PagePlace } from "./draft-fields.ts";
import { FieldBox } from "./field-box.tsx";
import type { FieldActions } from "./page-list.tsx";
import type { Ghost } from "./use-hints.ts";
import { useMarquee } from "./use-marquee.ts";
import { usePageLines } from "./use-page-lines.ts";

interface PageViewProps {
  readonly envelope: string;
  readonly documentId: string;
  readonly documentName: string;
  readonly page: number;
  readonly pageCount: number;
  readonly size: PageSize;
  readonly fields: readonly DraftField[];
  readonly ghosts: readonly Ghost[];
  readonly onAccept: (ghosts: readonly Ghost[]) => void;
  readonly recipients: readonly DraftRecipient[];
  readonly signers: readonly DraftRecipient[];
  readonly tool: FieldType | null;
  readonly selection: ReadonlySet<string>;
  readonly actions: FieldActions;
  readonly onPlace: (type: FieldType, where: PagePlace, at: { x: number; y: number } | null) => void;
}

/** One page: its picture while it is near what is seen, and the fields on it always. */
export const PageView = memo(function PageView(props: PageViewProps) {
  const t = useTranslations("app.prepare.fields");
  const { envelope, documentId, page, pageCount, size, fields, recipients, signers, tool, selection } = props;
  const sheet = useRef<HTMLElement>(null);
  const isNear = useIsNear(sheet);
  const { lines, look } = usePageLines(envelope, documentId, page);

  const marquee = useMarquee({ fields, isOff: tool !== null, onChosen: props.actions.onSelectAll });

  function put(event: MouseEvent) {
    const rect = sheet.current?.getBoundingClientRect();
    if (!rect || !tool) return;
    // Pressed with a key, there is no point: the field goes where there is room.
    const at =
      event.detail === 0
        ? null
        : { x: (event.clientX - rect.left) / rect.width, y: (event.clientY - rect.top) / rect.height };
    props.onPlace(tool, { documentId, page }, at);
  }

  return (
    <article
      ref={sheet}
      id={`page-${documentId}-${page}`}
      data-document={documentId}
      data-page={page}
      aria-label={t("page", { page: page + 1, all: pageCount, name: props.documentName })}
      className="document-paper @container relative w-full scroll-mt-32 border-y border-line bg-white sm:border-x"
      style={{
        aspectRatio: `${size.widthPt} / ${size.heightPt}`,
        // What is far from the window is neither laid out nor painted; what reaches over the edge is with what is chosen.
        contentVisibility: selection.size > 0 ? "visible" : "auto",
      }}
      onPointerEnter={look}
      {...marquee.handlers}
    >
      {isNear ? <PagePicture {...{ envelope, documentId, page }} /> : null}
      {tool ? (
        <button
          type="button"
          tabIndex={-1}
          aria-label={t("putHere", { what: t(`types.${tool}`), page: page + 1 })}
          onClick={put}
          className="absolute inset-0 cursor-crosshair outline-2 -outline-offset-2 outline-transparent hover:outline-action-700"
        />
      ) : null}
      {fields.map((field) => (
        <FieldBox
          key={field.id}
          {...{ field, fields, lines, size, recipients, signers }}
          isSelected={selection.has(field.id)}
          isAlone={selection.size === 1}
          actions={props.actions}
        />
      ))}
      {tool
        ? null
        : props.ghosts.map((ghost) => (
            <button
              key={ghost.id}
              type="button"
              aria-label={t("hints.accept", { what: t(`types.${ghost.type}`), page: page + 1 })}
              onClick={() => props.onAccept([ghost])}
              className="absolute flex items-center overflow-hidden border-2 border-dashed border-action-700 bg-action-50/70 px-1 text-[0.7rem] text-action-700 hover:bg-action-50"
              style={{
                insetInlineStart: `${ghost.x * 100}%`,
                top: `${ghost.y * 100}%`,
                width: `${ghost.width * 100}%`,
                height: `${ghost.height * 100}%`,
              }}
            >
              <span className="truncate">{ghost.label || t(`types.${ghost.type}`)}</span>
            </button>
          ))}
      {marquee.area ? (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute border border-action-700 bg-action-700/10"
          style={{
            insetInlineStart: `${marquee.area.x * 100}%`,
            top: `${marquee.area.y * 100}%`,
            width: `${marquee.area.width * 100}%`,
            height: `${marquee.area.height * 100}%`,
          }}
        />
      ) : null}
    </article>
  );
});

interface PagePictureProps {
  readonly envelope: string;
  readonly documentId: string;
  readonly page: number;
}

const WIDTHS = [800, 1240, 1800] as const;

/** The page as the server draws it, with a second try when it does not come. */
function PagePicture({ envelope, documentId, page }: PagePictureProps) {
  const t = useTranslations("app.prepare.fields");
  const [attempt, setAttempt] = useState(0);
  const [isMissing, setMissing] = useState(false);
  const source = `/envelopes/${envelope}/pages/${publicId("document", documentId)}/${page}`;
  const at = (width: number) => `${source}?w=${width}${attempt > 0 ? `&try=${attempt}` : ""}`;
  if (isMissing)
    return (
      <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 bg-canvas p-4 text-center">
        <p role="alert">{t("pageMissing")}</p>
        <button
          type="button"
          className="min-h-11 font-medium text-action-700 underline"
          onClick={() => {
            setMissing(false);
            setAttempt(attempt + 1);
          }}
        >
          {t("pageRetry")}
        </button>
      </div>
    );
  return (
    <img
      src={at(1240)}
      srcSet={WIDTHS.map((width) => `${at(width)} ${width}w`).join(", ")}
      sizes="(min-width: 900px) 820px, 100vw"
      alt={t("pagePicture", { page: page + 1 })}
      decoding="async"
      draggable={false}
      onError={() => setMissing(true)}
      className="absolute inset-0 size-full select-none"
    />
  );
}

/** Whether an element is within a window's height or two of what is seen. */
function useIsNear(element: { readonly current: Element | null }): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      rootMargin: "150% 0px",
    });
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isNear;
}
