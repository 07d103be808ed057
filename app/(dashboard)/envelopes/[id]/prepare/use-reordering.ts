"use client";

import { type KeyboardEvent, type PointerEvent, type RefObject, useState } from "react";

export interface Reordering {
  readonly draggedId: string | null;
  readonly grab: (event: PointerEvent, id: string) => void;
}

/**
 * Lets rows of a list, each with `data-row`, be dragged up and down.
 *
 * @param move the row's place among all, while it is dragged.
 * @param settle it was let go, or not taken anywhere.
 */
export function useReordering(
  list: RefObject<HTMLElement | null>,
  move: (id: string, place: number, kind: string) => void,
  settle: () => void = () => {},
): Reordering {
  const [draggedId, setDragged] = useState<string | null>(null);

  function grab(event: PointerEvent, id: string) {
    if (event.button !== 0) return;
    setDragged(id);
    let placed: number | null = null;
    const follow = ({ clientY }: globalThis.PointerEvent) => {
      const rows = [...(list.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
      const others = rows.filter((row) => row.dataset.row !== id);
      const place = others.filter((row) => {
        const { top, height } = row.getBoundingClientRect();
        return clientY > top + height / 2;
      }).length;
      if (place === placed) return;
      if (placed !== null || rows[place]?.dataset.row !== id) move(id, place, `drag ${id}`);
      placed = place;
    };
    const end = () => {
      setDragged(null);
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
      settle();
    };
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  }

  return { draggedId, grab };
}

/** Up or down one place, or to an end, as the arrow keys, Home and End say; null for every other key. */
export function placeAfter(event: KeyboardEvent, place: number, count: number): number | null {
  const wanted = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: count - 1 }[event.key];
  if (wanted === undefined) return null;
  event.preventDefault();
  return wanted < 0 || wanted >= count || wanted === place ? null : wanted;
}
