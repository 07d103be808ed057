"use client";

import { type PointerEvent, type RefObject, useState } from "react";

/** Lets rows of a list be dragged up and down; the buttons beside them do the same. */
export function useReordering(
  list: RefObject<HTMLElement | null>,
  move: (id: string, place: number, kind: string) => void,
): { readonly draggedId: string | null; readonly grab: (event: PointerEvent, id: string) => void } {
  const [draggedId, setDragged] = useState<string | null>(null);

  function grab(event: PointerEvent, id: string) {
    if (event.button !== 0) return;
    event.preventDefault();
    setDragged(id);
    let placed: number | null = null;
    const follow = ({ clientY }: globalThis.PointerEvent) => {
      const rows = [...(list.current?.querySelectorAll<HTMLElement>("[data-person]") ?? [])];
      const others = rows.filter((row) => row.dataset.person !== id);
      const place = others.filter((row) => {
        const { top, height } = row.getBoundingClientRect();
        return clientY > top + height / 2;
      }).length;
      if (place === placed) return;
      if (placed !== null || rows[place]?.dataset.person !== id) move(id, place, `drag ${id}`);
      placed = place;
    };
    const end = () => {
      setDragged(null);
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
    };
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  }

  return { draggedId, grab };
}
