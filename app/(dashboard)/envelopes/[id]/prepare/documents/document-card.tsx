"use client";

import { HeartPulse, Info, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { type PointerEvent, useState, useTransition } from "react";
import { EarlierList } from "#components/envelopes/earlier-list.tsx";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { publicId } from "#lib/ids.ts";
import { takeOut } from "../../actions.ts";
import type { DraftStore } from "../draft-store.ts";
import { ReorderHandle } from "../reorder-handle.tsx";
import { DocumentMenu } from "./document-menu.tsx";
import { sizeText } from "./size-text.ts";
import { SourceCheck } from "./source-check.tsx";
import type { UploadQueue } from "./upload-queue.ts";

export interface DocumentCardProps {
  readonly id: string;
  readonly document: DraftDocument;
  readonly documents: readonly DraftDocument[];
  readonly index: number;
  readonly queue: UploadQueue;
  readonly fieldCount: number;
  readonly store: DraftStore;
  readonly isDragged: boolean;
  readonly onGrab: (event: PointerEvent) => void;
  readonly onMove: (place: number) => void;
}

/** One document of the draft: its first page, and what was settled when it came in. */
export function DocumentCard(props: DocumentCardProps) {
  const { id, document, documents, index, fieldCount } = props;
  const t = useTranslations("app.prepare.documents");
  const { name, pages, sizeBytes, changes, sources, holdsHealth, earlier } = document;
  const [first] = pages;
  const [isAsking, setAsking] = useState(false);
  const picture = `/envelopes/${id}/pages/${publicId("document", document.id)}/0?w=800`;
  return (
    <li
      id={`document-${document.id}`}
      data-row={document.id}
      tabIndex={-1}
      className={`flex flex-wrap items-start gap-2 rounded-card border bg-paper p-4 sm:gap-4 ${props.isDragged ? "border-action-700 shadow-float" : "border-line"}`}
    >
      {documents.length > 1 ? (
        <ReorderHandle
          id={`handle-${document.id}`}
          label={t("handle", { name })}
          place={index}
          count={documents.length}
          onGrab={props.onGrab}
          onMove={props.onMove}
        />
      ) : null}
      <div className="document-paper w-16 shrink-0 overflow-hidden border border-line bg-white sm:w-20">
        <img
          src={picture}
          alt=""
          loading="lazy"
          width={Math.round(first?.widthPt ?? 595)}
          height={Math.round(first?.heightPt ?? 842)}
          className="h-auto w-full"
        />
      </div>
      <div className="min-w-0 flex-1">
        <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
        <p className="text-small text-ink-600">
          {t("pages", { count: pages.length })} · {sizeText(sizeBytes)}
          {fieldCount > 0 ? ` · ${t("fields", { count: fieldCount })}` : ""}
        </p>
        {sources.map((source) => (
          <p key={source.name} className="text-small text-ink-600 [overflow-wrap:anywhere]">
            {t("madeFrom", { name: source.name, with: source.with })}
          </p>
        ))}
        {holdsHealth ? (
          <p className="mt-1 flex items-center gap-1.5 text-small font-medium text-warn-800">
            <HeartPulse aria-hidden="true" className="size-4 shrink-0" />
            {t("holdsHealth")}
          </p>
        ) : null}
        <Changes changes={changes} />
        <SourceCheck id={id} document={document} />
      </div>
      <DocumentMenu {...props} />
      <IconButton label={t("remove", { name })} onClick={() => setAsking(true)}>
        <Trash2 aria-hidden="true" className="size-5" />
      </IconButton>
      {earlier ? <EarlierList earlier={earlier} /> : null}
      <RemoveDialog {...props} isOpen={isAsking} onOpenChange={setAsking} />
    </li>
  );
}

/** What was taken away or settled, told as the ordinary thing it is. */
function Changes({ changes }: Pick<DraftDocument, "changes">) {
  const t = useTranslations("app.prepare.changes");
  const told = Object.entries(changes).filter(([code, count]) => count > 0 && t.has(`codes.${code}`));
  if (told.length === 0) return null;
  return (
    <details className="mt-2 text-small text-ink-700">
      <summary className="flex min-h-8 items-center gap-1.5">
        <Info aria-hidden="true" className="size-4 shrink-0 text-info-700" />
        {t("summary", { count: told.length })}
      </summary>
      <ul className="mt-1 list-disc ps-9">
        {told.map(([code, count]) => (
          <li key={code}>{t(`codes.${code}`, { count })}</li>
        ))}
      </ul>
      <p className="mt-1 ps-5">{t("kept")}</p>
    </details>
  );
}

interface RemoveDialogProps extends Pick<DocumentCardProps, "id" | "document" | "fieldCount" | "store"> {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

function RemoveDialog({ id, document, fieldCount, store, isOpen, onOpenChange }: RemoveDialogProps) {
  const t = useTranslations("app.prepare.documents.removal");
  const refusals = useTranslations("refusals");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function confirm() {
    setWrong(null);
    start(async () => {
      const { saver } = store;
      await saver.flush();
      saver.operationBegan();
      let version: number | null = null;
      try {
        const { refusal, result } = await takeOut(id, publicId("document", document.id));
        version = result ?? null;
        if (refusal) setWrong(refusalText(refusals, refusal));
      } catch {
        setWrong(t("unreachable"));
      }
      if (version !== null) {
        onOpenChange(false);
        store.dropDocument(document.id);
      }
      saver.operationEnded(version);
    });
  }

  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={t("title", { name: document.name })}
      description={t("consequence", { count: fieldCount })}
      closeLabel={t("cancel")}
      footer={
        <>
          <Button kind="secondary" onClick={() => onOpenChange(false)}>
            {t("cancel")}
          </Button>
          <Button kind="danger" isBusy={isBusy} onClick={confirm}>
            {t("confirm")}
          </Button>
        </>
      }
    >
      {wrong ? (
        <div className="mt-4">
          <Notice tone="bad">{wrong}</Notice>
        </div>
      ) : null}
    </Dialog>
  );
}
