"use client";

import { FileUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { type DragEvent, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import type { DraftStore } from "../draft-store.ts";
import type { Person } from "../editor.tsx";
import type { Step } from "../places.ts";
import { useReordering } from "../use-reordering.ts";
import { BlankDialog } from "./blank-dialog.tsx";
import { DocumentCard } from "./document-card.tsx";
import { limitWords } from "./limit-words.ts";
import { QuickSend } from "./quick-send.tsx";
import type { UploadItem, UploadQueue } from "./upload-queue.ts";
import { UploadRow } from "./upload-row.tsx";
import { useDocumentOrder } from "./use-document-order.ts";

/** What becomes a document; the server looks at the bytes. */
const ACCEPTED =
  ".pdf,.docx,.doc,.docm,.odt,.rtf,.txt,.xlsx,.xls,.xlsm,.ods,.pptx,.ppt,.odp,.png,.jpg,.jpeg,.tif,.tiff,.heic,.heif";

interface DocumentsTabProps {
  readonly id: string;
  readonly documents: readonly DraftDocument[];
  readonly fields: readonly DraftField[];
  readonly uploads: readonly UploadItem[];
  readonly queue: UploadQueue;
  readonly store: DraftStore;
  /** Who prepares, where one file can go to one person at once; null where there is more to say. */
  readonly quickFor: Person | null;
  readonly onQuick: () => void;
  readonly onGo: (step: Step) => void;
}

/** Brings files in, by dropping or choosing them, and shows what is there. */
export function DocumentsTab(props: DocumentsTabProps) {
  const { id, documents, fields, uploads, queue, store, quickFor, onQuick, onGo } = props;
  const t = useTranslations("app.prepare.documents");
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const [isBlank, setBlank] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const order = useDocumentOrder(documents, store);
  const reordering = useReordering(list, order.show, () => void order.settle());

  function take(files: FileList | null) {
    if (files && files.length > 0) queue.add([...files]);
    if (input.current) input.current.value = "";
  }

  const dropping = {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop(event: DragEvent) {
      event.preventDefault();
      setOver(false);
      take(event.dataTransfer.files);
    },
  };
  const isEmpty = documents.length === 0 && uploads.length === 0;
  return (
    <section
      aria-label={t("title")}
      {...dropping}
      className="mx-auto flex min-h-[60dvh] max-w-[1200px] flex-col gap-4 px-4 py-6 sm:px-6"
    >
      <div
        className={`flex flex-col items-center justify-center gap-3 rounded-card border-2 border-dashed px-6 text-center transition-colors duration-100 ${isEmpty ? "py-16" : "order-last py-8"} ${isOver ? "border-action-700 bg-action-50" : "border-line-strong bg-paper"}`}
      >
        <FileUp aria-hidden="true" className="size-8 text-action-700" />
        <p className="text-lead font-medium">{isEmpty ? t("dropFirst") : t("dropMore")}</p>
        <input
          ref={input}
          type="file"
          accept={ACCEPTED}
          multiple
          hidden
          aria-label={t("choose")}
          onChange={(event) => take(event.target.files)}
        />
        <Button
          id="choose-files"
          kind={isEmpty ? "primary" : "secondary"}
          onClick={() => input.current?.click()}
        >
          {t("choose")}
        </Button>
        <Button kind="quiet" onClick={() => setBlank(true)}>
          {t("blank.open")}
        </Button>
        {isBlank ? <BlankDialog {...{ id, store }} onClose={() => setBlank(false)} /> : null}
        <p className="text-small text-ink-600">{t("limits", limitWords(queue.limits))}</p>
      </div>
      {uploads.length > 0 ? (
        <ul aria-label={t("uploads")} className="flex flex-col gap-3">
          {uploads.map((item) => (
            <UploadRow key={item.id} item={item} queue={queue} />
          ))}
        </ul>
      ) : null}
      {documents.length > 0 ? (
        <ol ref={list} aria-label={t("title")} aria-busy={order.isBusy} className="flex flex-col gap-3">
          {order.shown.map((document, index) => (
            <DocumentCard
              key={document.id}
              id={id}
              {...{ document, index, queue }}
              documents={order.shown}
              isDragged={reordering.draggedId === document.id}
              onGrab={(event) => reordering.grab(event, document.id)}
              onMove={(place) => void order.move(document.id, place)}
              fieldCount={fields.filter(({ documentId }) => documentId === document.id).length}
              store={store}
            />
          ))}
        </ol>
      ) : null}
      <p role="status" className="sr-only">
        {order.told ? t("moved", order.told) : ""}
      </p>
      {quickFor && documents.length === 1 && uploads.length === 0 ? (
        <QuickSend {...{ id, store }} document={documents[0]!} me={quickFor} onReady={onQuick} />
      ) : null}
      {documents.length > 0 ? (
        <div>
          <Button kind="secondary" onClick={() => onGo("people")}>
            {t("next")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}
