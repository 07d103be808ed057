"use client";

import { ArrowLeft, ArrowRight, RotateCcw, RotateCw, Scissors, Trash2, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import type { PagePlan, Turn } from "#lib/envelopes/core/documents/page-plan.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { publicId } from "#lib/ids.ts";

interface PagesDialogProps {
  /** Of the envelope, as it stands in addresses. */
  readonly id: string;
  readonly document: DraftDocument;
  readonly documents: readonly DraftDocument[];
  /** @returns whether it was done. */
  readonly onArrange: (plan: PagePlan) => Promise<boolean>;
  readonly onClose: () => void;
}

interface Tile {
  readonly page: number;
  readonly turn: Turn;
  readonly isOut: boolean;
  /** A document of its own begins here. */
  readonly begins: boolean;
}

const turnedBy = (turn: Turn, by: number) => ((turn + by + 360) % 360) as Turn;

/** Turns, leaves out, moves and splits the pages of one document; nothing happens before it is said so. */
export function PagesDialog({ id, document, documents, onArrange, onClose }: PagesDialogProps) {
  const t = useTranslations("app.prepare.documents.pageWork");
  const [tiles, setTiles] = useState<readonly Tile[]>(() =>
    document.pages.map((_, page) => ({ page, turn: 0, isOut: false, begins: false })),
  );
  const [isBusy, start] = useTransition();
  const kept = tiles.filter(({ isOut }) => !isOut);
  const isChanged = tiles.some(
    ({ page, turn, isOut, begins }, index) => page !== index || turn || isOut || begins,
  );
  const change = (page: number, part: Partial<Tile>) =>
    setTiles((all) => all.map((tile) => (tile.page === page ? { ...tile, ...part } : tile)));
  const move = (index: number, by: number) =>
    setTiles((all) => {
      const tile = all[index]!;
      return all.toSpliced(index, 1).toSpliced(index + by, 0, tile);
    });

  function apply() {
    start(async () => {
      if (await onArrange(planOf(tiles, document, documents))) onClose();
    });
  }

  return (
    <Dialog
      isOpen
      width="wide"
      onOpenChange={(isOpen) => (isOpen ? undefined : onClose())}
      title={t("title", { name: document.name })}
      description={t("lead")}
      closeLabel={t("cancel")}
      footer={
        <>
          <Button kind="secondary" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button isBusy={isBusy} disabled={!isChanged || kept.length === 0} onClick={apply}>
            {t("apply", { count: countOf(tiles) })}
          </Button>
        </>
      }
    >
      <ol aria-label={t("pages")} className="mt-4 grid grid-cols-2 gap-4 sm:grid-cols-3 md:grid-cols-4">
        {tiles.map(({ page, turn, isOut, begins }, index) => {
          const name = { page: page + 1 };
          return (
            <li
              key={page}
              className={`flex flex-col rounded-card border p-2 ${begins ? "border-s-4 border-s-action-700" : ""} ${isOut ? "border-bad-700 bg-bad-50" : "border-line bg-paper"}`}
            >
              <div className="flex aspect-square items-center justify-center overflow-hidden bg-canvas">
                <img
                  src={`/envelopes/${id}/pages/${publicId("document", document.id)}/${page}?w=800`}
                  alt={t("page", name)}
                  loading="lazy"
                  className={`max-h-full max-w-full border border-line bg-white transition-transform ${isOut ? "opacity-30" : ""}`}
                  style={{ rotate: `${turn}deg` }}
                />
              </div>
              <p className="mt-1 text-center text-small text-ink-700">
                {isOut ? t("out", name) : begins ? t("newDocument", name) : t("page", name)}
              </p>
              <div className="flex flex-wrap justify-center">
                <IconButton
                  label={t("left", name)}
                  onClick={() => change(page, { turn: turnedBy(turn, -90) })}
                >
                  <RotateCcw aria-hidden="true" className="size-4" />
                </IconButton>
                <IconButton
                  label={t("right", name)}
                  onClick={() => change(page, { turn: turnedBy(turn, 90) })}
                >
                  <RotateCw aria-hidden="true" className="size-4" />
                </IconButton>
                <IconButton label={t("earlier", name)} disabled={index === 0} onClick={() => move(index, -1)}>
                  <ArrowLeft aria-hidden="true" className="size-4" />
                </IconButton>
                <IconButton
                  label={t("later", name)}
                  disabled={index === tiles.length - 1}
                  onClick={() => move(index, 1)}
                >
                  <ArrowRight aria-hidden="true" className="size-4" />
                </IconButton>
                <IconButton
                  label={begins ? t("noSplit", name) : t("split", name)}
                  disabled={index === 0}
                  onClick={() => change(page, { begins: !begins })}
                >
                  <Scissors aria-hidden="true" className="size-4" />
                </IconButton>
                <IconButton
                  label={isOut ? t("back", name) : t("delete", name)}
                  onClick={() => change(page, { isOut: !isOut })}
                >
                  {isOut ? (
                    <Undo2 aria-hidden="true" className="size-4" />
                  ) : (
                    <Trash2 aria-hidden="true" className="size-4" />
                  )}
                </IconButton>
              </div>
            </li>
          );
        })}
      </ol>
    </Dialog>
  );
}

/** The kept pages, cut where a new document begins. */
function partsOf(tiles: readonly Tile[]): Tile[][] {
  const parts: Tile[][] = [[]];
  for (const tile of tiles) {
    if (tile.begins && parts.at(-1)!.length > 0) parts.push([]);
    if (!tile.isOut) parts.at(-1)!.push(tile);
  }
  return parts.filter((part) => part.length > 0);
}

const countOf = (tiles: readonly Tile[]) => partsOf(tiles).length;

function planOf(
  tiles: readonly Tile[],
  document: DraftDocument,
  documents: readonly DraftDocument[],
): PagePlan {
  const parts = partsOf(tiles);
  const stem = document.name.replace(/\.pdf$/i, "");
  return documents.flatMap((one): PagePlan => {
    if (one.id !== document.id) return [{ keeps: one.id }];
    return parts.map((part, index) => ({
      name: index === 0 ? document.name : `${stem} (${index + 1}).pdf`,
      pages: part.map(({ page, turn }) => ({ documentId: document.id, page, turn })),
    }));
  });
}
