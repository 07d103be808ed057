"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import type { EditColor } from "#lib/envelopes/core/documents/page-edits.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { publicId } from "#lib/ids.ts";
import {
  boundsOf,
  type EditItem,
  isLine,
  itemBetween,
  movedBy,
  resizedBy,
  type Spot,
  type Tool,
} from "./edit-items.ts";
import { ItemShape } from "./item-shape.tsx";
import type { ItemList } from "./use-items.ts";

interface EditCanvasProps {
  readonly id: string;
  readonly document: DraftDocument;
  readonly page: number;
  readonly tool: Tool;
  readonly color: EditColor;
  readonly list: ItemList;
  readonly selected: string | null;
  readonly onSelect: (id: string | null) => void;
  /** Something was placed; the next click selects. */
  readonly onPlaced: (item: EditItem) => void;
}

type Gesture =
  | { readonly does: "place"; readonly from: Spot; readonly points: readonly Spot[] }
  | { readonly does: "move" | "resize"; readonly item: EditItem; readonly from: Spot };

const MOST_POINTS = 4_000;
const STEP = 0.01;

/** One page, and what is placed on it by pointer or by keyboard. */
export function EditCanvas(props: EditCanvasProps) {
  const { id, document, page, tool, color, list, selected, onSelect, onPlaced } = props;
  const t = useTranslations("app.prepare.documents.editor");
  const paper = useRef<HTMLDivElement>(null);
  const [gesture, setGesture] = useState<Gesture | null>(null);
  const [shownPage, setShownPage] = useState<number | null>(null);
  const [to, setTo] = useState<Spot>({ x: 0, y: 0 });
  const size = document.pages[page]!;
  const own = list.items.filter((item) => item.page === page);

  const spotOf = ({ clientX, clientY }: PointerEvent): Spot => {
    const { left, top, width, height } = paper.current!.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  };
  const beingMade = (points: readonly Spot[], from: Spot, end: Spot): EditItem | null => {
    if (tool === "select" || tool === "picture") return null;
    const made = { id: "new", page, color, text: t("textHere") };
    if (tool !== "drawing") return itemBetween(tool, from, end, made);
    const line = points.map(({ x, y }): [number, number] => [clamp(x), clamp(y)]);
    return line.length < 2 ? null : { ...made, kind: "drawing", points: line, strokeWidthPt: 2 };
  };

  function down(event: PointerEvent) {
    if (event.button !== 0 || tool === "select" || tool === "picture") {
      if (event.target === event.currentTarget) onSelect(null);
      return;
    }
    event.preventDefault();
    paper.current!.setPointerCapture(event.pointerId);
    const from = spotOf(event);
    setTo(from);
    setGesture({ does: "place", from, points: [from] });
  }

  function grab(event: PointerEvent, item: EditItem, does: "move" | "resize") {
    if (tool !== "select" || event.button !== 0) return;
    event.stopPropagation();
    onSelect(item.id);
    paper.current!.setPointerCapture(event.pointerId);
    const from = spotOf(event);
    setTo(from);
    setGesture({ does, item, from });
  }

  function move(event: PointerEvent) {
    if (!gesture) return;
    const spot = spotOf(event);
    setTo(spot);
    if (gesture.does === "place" && tool === "drawing" && gesture.points.length < MOST_POINTS)
      setGesture({ ...gesture, points: [...gesture.points, spot] });
  }

  function up(event: PointerEvent) {
    if (!gesture) return;
    setGesture(null);
    const end = spotOf(event);
    if (gesture.does === "place") {
      const item = beingMade(gesture.points, gesture.from, end);
      if (item) onPlaced({ ...item, id: list.newId() });
      return;
    }
    const next = dragged(gesture, end);
    if (Math.hypot(end.x - gesture.from.x, end.y - gesture.from.y) > 0.002)
      list.update(gesture.item.id, () => next);
  }

  function press(event: KeyboardEvent, item: EditItem) {
    const steps: Record<string, readonly [number, number]> = {
      ...{ ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] },
    };
    const step = steps[event.key];
    if (step) {
      event.preventDefault();
      const [x, y] = step;
      const change = event.shiftKey ? resizedBy : movedBy;
      list.update(item.id, (now) => change(now, x, y), `${item.id}${event.shiftKey}`);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      list.remove(item.id);
      onSelect(null);
    }
  }

  const draft = gesture?.does === "place" ? beingMade(gesture.points, gesture.from, to) : null;
  const shown = own.map((item) =>
    gesture && gesture.does !== "place" && gesture.item.id === item.id ? dragged(gesture, to) : item,
  );
  return (
    <div
      ref={paper}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => setGesture(null)}
      className={`document-paper relative mx-auto w-full max-w-[820px] select-none border border-line bg-white [container-type:inline-size] ${tool === "select" ? "" : "cursor-crosshair touch-none"}`}
      style={{ aspectRatio: `${size.widthPt} / ${size.heightPt}` }}
    >
      {shownPage === page ? null : (
        <p className="absolute inset-x-0 top-1/3 text-center text-ink-600" role="status">
          {t("loadingPage", { page: page + 1 })}
        </p>
      )}
      <img
        key={page}
        onLoad={() => setShownPage(page)}
        src={`/envelopes/${id}/pages/${publicId("document", document.id)}/${page}?w=1240`}
        alt={t("page", { page: page + 1 })}
        draggable={false}
        className="pointer-events-none absolute inset-0 size-full"
      />
      {shown.map((item, index) => {
        const bounds = boundsOf(item);
        const isSelected = item.id === selected;
        return (
          <div
            key={item.id}
            className={`absolute ${tool === "select" ? "" : "pointer-events-none"}`}
            style={{
              left: `${bounds.x * 100}%`,
              top: `${bounds.y * 100}%`,
              width: `${bounds.width * 100}%`,
              height: `${bounds.height * 100}%`,
            }}
          >
            <ItemShape item={item} widthPt={size.widthPt} heightPt={size.heightPt} />
            <button
              type="button"
              id={`edit-${item.id}`}
              aria-label={t("item", { kind: item.kind, number: index + 1, page: page + 1 })}
              aria-pressed={isSelected}
              onFocus={() => onSelect(item.id)}
              onPointerDown={(event) => grab(event, item, "move")}
              onKeyDown={(event) => press(event, item)}
              className={`absolute cursor-move touch-none outline-offset-2 ${isLine(item) ? "-inset-2" : "inset-0"} ${isSelected ? "outline-2 outline-focus" : ""}`}
            />
            {isSelected && tool === "select" ? (
              <span
                aria-hidden="true"
                onPointerDown={(event) => grab(event, item, "resize")}
                className="absolute -right-2.5 -bottom-2.5 size-5 cursor-nwse-resize touch-none rounded-full border-2 border-white bg-focus"
              />
            ) : null}
          </div>
        );
      })}
      {draft ? <Draft item={draft} widthPt={size.widthPt} heightPt={size.heightPt} /> : null}
    </div>
  );
}

function Draft({
  item,
  widthPt,
  heightPt,
}: {
  readonly item: EditItem;
  readonly widthPt: number;
  readonly heightPt: number;
}) {
  const { x, y, width, height } = boundsOf(item);
  return (
    <div
      className="pointer-events-none absolute opacity-70"
      style={{
        left: `${x * 100}%`,
        top: `${y * 100}%`,
        width: `${width * 100}%`,
        height: `${height * 100}%`,
      }}
    >
      <ItemShape {...{ item, widthPt, heightPt }} />
    </div>
  );
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));

function dragged({ does, item, from }: Extract<Gesture, { item: EditItem }>, to: Spot): EditItem {
  const change = does === "move" ? movedBy : resizedBy;
  return change(item, to.x - from.x, to.y - from.y);
}
