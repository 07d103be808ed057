"use client";

import { type PointerEvent, type RefObject, useRef, useState } from "react";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import { movedTogether } from "#lib/envelopes/core/field-arrange.ts";
import {
  type Box,
  leastSize,
  movedBy,
  type PageSize,
  type Pull,
  resizedBy,
  type Snapped,
  snapped,
  snappedSize,
} from "#lib/envelopes/core/field-places.ts";
import { edgeScroller } from "./edge-scroller.ts";
import type { FieldActions } from "./page-list.tsx";

interface FieldDragInput {
  readonly field: DraftField;
  readonly fields: readonly DraftField[];
  /** What the page itself draws. */
  readonly lines: RefObject<readonly Box[]>;
  readonly size: PageSize;
  readonly isSelected: boolean;
  readonly actions: FieldActions;
}

interface Grip {
  readonly pointerId: number;
  /** Where the pointer took hold, as fractions of the page. */
  readonly x: number;
  readonly y: number;
  readonly box: Box;
  readonly pull: Pull | null;
  readonly scroller: ReturnType<typeof edgeScroller>;
  /** What else is chosen and moves along, drawn without asking React. */
  readonly along: readonly HTMLElement[];
  readonly alongIds: ReadonlySet<string>;
  hasMoved: boolean;
}

/** Margins of an inch or so, and the middle of the page. */
export const PAGE_LINES: readonly Box[] = [
  { x: 0.118, y: 0.084, width: 0.764, height: 0.832 },
  { x: 0, y: 0, width: 1, height: 1 },
];

const BEGINS_PX = 3;
/** So near, an edge goes onto a line. */
export const SNAP_PX = 5;

/** Moves or sizes a field while the pointer holds it; nothing is kept before it lets go. */
export function useFieldDrag({ field, fields, lines, size, isSelected, actions }: FieldDragInput) {
  const [live, setLive] = useState<Snapped | null>(null);
  /** The same, for when the pointer lets go before it was drawn. */
  const newest = useRef<Snapped | null>(null);
  const grip = useRef<Grip | null>(null);
  const last = useRef<{ x: number; y: number; isFree: boolean } | null>(null);

  function draw(next: Snapped | null) {
    newest.current = next;
    setLive(next);
  }

  function show(page: DOMRect) {
    const [held, at] = [grip.current, last.current];
    if (!held || !at) return;
    const [dx, dy] = [(at.x - page.left) / page.width - held.x, (at.y - page.top) / page.height - held.y];
    held.hasMoved ||= Math.hypot(dx * page.width, dy * page.height) >= BEGINS_PX;
    if (!held.hasMoved) return;
    const others = [...fields.filter(({ id }) => id !== field.id && !held.alongIds.has(id)), ...PAGE_LINES];
    const reach = { x: SNAP_PX / page.width, y: SNAP_PX / page.height };
    const free = (box: Box): Snapped => ({ box, linesX: [], linesY: [] });
    if (held.pull) {
      const least = leastSize(field.type, size);
      const sized = resizedBy(held.box, held.pull, dx, dy, least);
      return draw(
        at.isFree ? free(sized) : snappedSize(sized, held.pull, least, others, reach, lines.current),
      );
    }
    const box = movedBy(held.box, dx, dy);
    const next = at.isFree ? free(box) : snapped(box, others, reach, lines.current);
    draw(next);
    const by = { x: (next.box.x - held.box.x) * page.width, y: (next.box.y - held.box.y) * page.height };
    for (const element of held.along) element.style.translate = `${by.x}px ${by.y}px`;
  }

  function down(event: PointerEvent<HTMLButtonElement>) {
    if (event.button !== 0) return;
    const button = event.currentTarget;
    if (!event.shiftKey) button.focus({ preventScroll: true });
    const isGroup = isSelected && actions.selected().length > 1;
    if (event.shiftKey) return actions.onSelect(field.id, true);
    if (!isGroup) actions.onSelect(field.id);
    if (field.isLocked && !actions.isTemplate) return;
    // The first touch chooses; until then a finger on a field still scrolls the page.
    if (event.pointerType === "touch" && !isSelected) return;
    button.setPointerCapture(event.pointerId);
    const sheet = button.parentElement!;
    const page = sheet.getBoundingClientRect();
    const pulled = (event.target as HTMLElement).dataset.pull?.split(" ").map(Number);
    const along = pulled || !isGroup ? [] : actions.selected().filter(({ id }) => id !== field.id);
    grip.current = {
      pointerId: event.pointerId,
      x: (event.clientX - page.left) / page.width,
      y: (event.clientY - page.top) / page.height,
      box: field,
      pull: pulled ? ({ x: pulled[0], y: pulled[1] } as Pull) : null,
      scroller: edgeScroller(() => show(sheet.getBoundingClientRect())),
      hasMoved: false,
      alongIds: new Set(along.map(({ id }) => id)),
      along: along.flatMap(({ id }) => document.getElementById(`field-${id}`) ?? []),
    };
  }

  function move(event: PointerEvent<HTMLButtonElement>) {
    const held = grip.current;
    if (!held || held.pointerId !== event.pointerId) return;
    last.current = { x: event.clientX, y: event.clientY, isFree: event.ctrlKey || event.metaKey };
    show(event.currentTarget.parentElement!.getBoundingClientRect());
    if (held.hasMoved) held.scroller.follow(event.clientY);
  }

  function end(isKept: boolean) {
    grip.current?.scroller.stop();
    const held = grip.current;
    for (const element of held?.along ?? []) element.style.translate = "";
    if (isKept && newest.current && held) {
      const { box } = newest.current;
      if (held.along.length === 0) actions.commands.place(field.id, box);
      else
        actions.commands.placeAll(movedTogether(actions.selected(), box.x - held.box.x, box.y - held.box.y));
    } else if (isKept && held && !held.hasMoved) actions.onSelect(field.id);
    grip.current = null;
    draw(null);
  }

  return {
    live,
    handlers: {
      onPointerDown: down,
      onPointerMove: move,
      onPointerUp: () => end(true),
      onPointerCancel: () => end(false),
    },
  };
}
