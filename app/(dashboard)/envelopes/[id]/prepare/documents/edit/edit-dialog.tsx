"use client";

import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as Radix } from "radix-ui";
import { type ChangeEvent, type KeyboardEvent, useRef, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { EDIT_LIMITS, type FoundPlace } from "#lib/envelopes/core/documents/page-edits.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import type { DraftStore } from "../../draft-store.ts";
import { EditCanvas } from "./edit-canvas.tsx";
import { type EditItem, editsOf, itemBetween, type Tool } from "./edit-items.ts";
import { EditToolbar } from "./edit-toolbar.tsx";
import { ItemSettings } from "./item-settings.tsx";
import { SearchForm } from "./search-form.tsx";
import { useItems } from "./use-items.ts";

interface EditDialogProps {
  readonly id: string;
  readonly document: DraftDocument;
  readonly store: DraftStore;
  readonly onClose: () => void;
}

/** Redacts a document's pages and draws onto them; nothing happens to the file before it is applied. */
export function EditDialog({ id, document, store, onClose }: EditDialogProps) {
  const t = useTranslations("app.prepare.documents.editor");
  const refusals = useTranslations("refusals");
  const list = useItems();
  const input = useRef<HTMLInputElement>(null);
  const [tool, setTool] = useState<Tool>("select");
  const [page, setPage] = useState(0);
  const [selected, setSelected] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [needPictures, setNeedPictures] = useState<readonly number[] | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const [isBusy, start] = useTransition();
  const { items } = list;
  const item = items.find((one) => one.id === selected) ?? null;
  const marks = items.filter(({ kind }) => kind === "mark").length;

  function place(made: EditItem) {
    list.add(made);
    setSelected(made.id);
    // One redaction follows another; everything else is looked at and settled first.
    if (made.kind !== "mark" && made.kind !== "drawing") setTool("select");
  }

  function placeInMiddle() {
    if (tool === "select") return;
    const spot = { x: 0.35, y: 0.45 };
    const base = { id: list.newId(), page, color: "ink", text: t("textHere") } as const;
    const made = itemBetween(tool, spot, spot, base);
    if (!made) return;
    place(made);
    setTool("select");
    requestAnimationFrame(() => window.document.getElementById(`edit-${made.id}`)?.focus());
  }

  async function takePicture({ target }: ChangeEvent<HTMLInputElement>) {
    const [file] = target.files ?? [];
    target.value = "";
    if (!file) return;
    setWrong(null);
    const isGood = /^image\/(png|jpeg)$/.test(file.type) && file.size <= EDIT_LIMITS.pictureBytes;
    const picture = isGood ? await pictureOf(file).catch(() => null) : null;
    if (!picture) {
      setWrong(t("pictureWrong"));
      return;
    }
    const size = document.pages[page]!;
    const width = Math.min(0.4, (0.4 * size.heightPt * picture.aspect) / size.widthPt);
    const height = (width * size.widthPt) / picture.aspect / size.heightPt;
    const at = { x: 0.3, y: 0.3, width, height: Math.min(0.7, height) };
    place({ id: list.newId(), kind: "picture", page, ...at, file: picture.base64, alternative: "" });
  }

  function take(places: readonly FoundPlace[]) {
    const made = places.flatMap(({ page, boxes }) =>
      boxes.map((box): EditItem => ({ id: list.newId(), kind: "mark", page, ...box, label: "" })),
    );
    if (made.length === 0) return;
    list.add(...made);
    setPage(made[0]!.page);
  }

  function apply(asPictures: boolean) {
    setWrong(null);
    start(async () => {
      const answer = await store.edit(document.id, editsOf(items), asPictures).catch(() => null);
      if (!answer?.isDone) {
        setNeedPictures(null);
        setWrong(refusalText(refusals, { code: answer?.code ?? "files/unavailable" }));
      } else if (!answer.result.isDone) setNeedPictures(answer.result.needPictures);
      else {
        const { elsewhere } = answer.result;
        toast.success(t("done", { marks }));
        for (const { text, pages } of elsewhere.slice(0, 3))
          toast.warning(t("elsewhere", { text, pages: pages.map((one) => one + 1).join(", ") }), {
            duration: 60_000,
          });
        onClose();
      }
    });
  }

  const leave = () => (items.length === 0 ? onClose() : setLeaving(true));
  const press = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || (event.target as Element).matches("input, textarea, select"))
      return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) list.redo();
    else list.undo();
  };
  return (
    <Radix.Root open onOpenChange={(isOpen) => (isOpen ? undefined : leave())}>
      <Radix.Portal>
        <Radix.Content
          aria-describedby={undefined}
          onKeyDown={press}
          onInteractOutside={(event) => event.preventDefault()}
          className="fixed inset-0 z-40 flex flex-col bg-paper"
        >
          <div className="flex items-center gap-2 border-b border-line px-3 py-1 sm:px-4">
            <Radix.Title className="min-w-0 flex-1 truncate text-lead font-medium">
              {t("title", { name: document.name })}
            </Radix.Title>
            <Button
              isBusy={isBusy}
              disabled={items.length === 0 || needPictures !== null}
              onClick={() => apply(false)}
            >
              {t("apply")}
            </Button>
            <IconButton label={t("cancel")} onClick={leave}>
              <X aria-hidden="true" className="size-5" />
            </IconButton>
          </div>
          {wrong || needPictures || isLeaving ? (
            <div className="flex flex-col gap-2 border-b border-line p-3">
              {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
              {needPictures ? (
                <Question
                  text={t("needPictures", {
                    pages: needPictures.map((one) => one + 1).join(", "),
                    count: needPictures.length,
                  })}
                  yes={t("asPictures")}
                  no={t("notAsPictures")}
                  isBusy={isBusy}
                  onYes={() => apply(true)}
                  onNo={() => setNeedPictures(null)}
                />
              ) : null}
              {isLeaving ? (
                <Question
                  text={t("leaving", { count: items.length })}
                  yes={t("leave")}
                  no={t("stay")}
                  isBusy={false}
                  onYes={onClose}
                  onNo={() => setLeaving(false)}
                />
              ) : null}
            </div>
          ) : null}
          <EditToolbar
            {...{ tool, list }}
            onTool={(next) => {
              if (next === "picture") input.current?.click();
              else setTool(next);
            }}
            onPlaceInMiddle={placeInMiddle}
          />
          <input
            ref={input}
            type="file"
            hidden
            accept="image/png,image/jpeg"
            aria-label={t("choosePicture")}
            onChange={(event) => void takePicture(event)}
          />
          <div className="flex min-h-0 flex-1 flex-col overflow-y-auto lg:flex-row lg:overflow-hidden">
            <div className="bg-canvas p-3 sm:p-4 lg:min-w-0 lg:flex-1 lg:overflow-y-auto">
              <div className="mx-auto mb-2 flex max-w-[820px] items-center justify-center">
                <IconButton label={t("earlierPage")} disabled={page === 0} onClick={() => setPage(page - 1)}>
                  <ChevronLeft aria-hidden="true" className="size-5" />
                </IconButton>
                <span className="tabular-nums">
                  {t("pageOf", { page: page + 1, count: document.pages.length })}
                </span>
                <IconButton
                  label={t("laterPage")}
                  disabled={page === document.pages.length - 1}
                  onClick={() => setPage(page + 1)}
                >
                  <ChevronRight aria-hidden="true" className="size-5" />
                </IconButton>
              </div>
              <EditCanvas
                {...{ id, document, page, tool, list, selected }}
                color="ink"
                onSelect={setSelected}
                onPlaced={place}
              />
            </div>
            <div className="flex flex-col gap-3 border-line p-3 sm:p-4 lg:w-80 lg:overflow-y-auto lg:border-s">
              {item ? (
                <ItemSettings
                  {...{ item, list }}
                  onRemove={() => {
                    list.remove(item.id);
                    setSelected(null);
                  }}
                />
              ) : null}
              <p className="text-small text-ink-700" role="status">
                {t("count", { marks, additions: items.length - marks })}
              </p>
              <SearchForm id={id} documentId={document.id} onFound={take} />
              <p className="text-small text-ink-700">{t("lead")}</p>
            </div>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface QuestionProps {
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  readonly isBusy: boolean;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

function Question({ text, yes, no, isBusy, onYes, onNo }: QuestionProps) {
  return (
    <div role="alert" className="flex flex-col gap-2 rounded-card border border-warn-800 bg-warn-50 p-3">
      <p>{text}</p>
      <Button isBusy={isBusy} onClick={onYes}>
        {yes}
      </Button>
      <Button kind="secondary" onClick={onNo}>
        {no}
      </Button>
    </div>
  );
}

async function pictureOf(file: File): Promise<{ base64: string; aspect: number }> {
  const bitmap = await createImageBitmap(file);
  const aspect = bitmap.width / bitmap.height;
  bitmap.close();
  const address = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return { base64: address.slice(address.indexOf(",") + 1), aspect };
}
