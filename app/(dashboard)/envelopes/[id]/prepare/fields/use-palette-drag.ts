"use client";

import { type PointerEvent, useCallback, useRef } from "react";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import type { PagePlace } from "./draft-fields.ts";
import { edgeScroller } from "./edge-scroller.ts";
import { SNAP_PX } from "./use-field-drag.ts";

/** How near a line draws an edge, as fractions of the page; null where it shall lie as it was let go. */
export type Pulls = { readonly x: number; readonly y: number } | null;

interface PaletteDrag {
  place(type: FieldType, where: PagePlace, at: { x: number; y: number }, pulls: Pulls): void;
  /** The pointer is over this page: what it draws will be asked for. */
  look(where: PagePlace): void;
}

const BEGINS_PX = 5;

/** Drags a kind of field from the palette onto a page. What is only pressed stays a press. */
export function usePaletteDrag(drag: PaletteDrag) {
  const latest = useRef(drag);
  latest.current = drag;
  return useCallback((event: PointerEvent<HTMLElement>, type: FieldType) => {
    if (event.button !== 0) return;
    const [source, startX, startY] = [event.currentTarget, event.clientX, event.clientY];
    let ghost: HTMLElement | null = null;
    const scroller = edgeScroller(() => {});
    const follow = (move: globalThis.PointerEvent) => {
      const { clientX, clientY } = move;
      if (!ghost && Math.hypot(clientX - startX, clientY - startY) < BEGINS_PX) return;
      ghost ??= makeGhost(source);
      ghost.style.transform = `translate(${clientX}px, ${clientY}px) translate(-50%, -50%)`;
      scroller.follow(clientY);
      const page = pageUnder(move);
      if (page) latest.current.look(placeOf(page));
    };
    const end = (up: globalThis.PointerEvent) => {
      scroller.stop();
      for (const [name, listener] of listeners) window.removeEventListener(name, listener as EventListener);
      if (!ghost) return;
      ghost.remove();
      // The press that ends here was a drag.
      source.addEventListener("click", swallow, { once: true, capture: true });
      setTimeout(() => source.removeEventListener("click", swallow, { capture: true }), 50);
      if (up.type === "pointerup") dropOn(up, type, latest.current);
    };
    const press = (key: KeyboardEvent) => {
      if (key.key === "Escape") end(new PointerEvent("pointercancel") as globalThis.PointerEvent);
    };
    const listeners = [
      ["pointermove", follow],
      ["pointerup", end],
      ["pointercancel", end],
      ["keydown", press],
    ] as const;
    for (const [name, listener] of listeners) window.addEventListener(name, listener as EventListener);
  }, []);
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}

function makeGhost(source: HTMLElement): HTMLElement {
  const ghost = source.cloneNode(true) as HTMLElement;
  ghost.removeAttribute("id");
  ghost.setAttribute("aria-hidden", "true");
  Object.assign(ghost.style, {
    ...{ position: "fixed", left: "0", top: "0", zIndex: "60", pointerEvents: "none", opacity: "0.9" },
    width: `${source.offsetWidth}px`,
  });
  document.body.append(ghost);
  return ghost;
}

function pageUnder({ clientX, clientY }: globalThis.PointerEvent): HTMLElement | undefined {
  return document
    .elementsFromPoint(clientX, clientY)
    .map((element) => element.closest<HTMLElement>("[data-document][data-page]"))
    .find((element) => element !== null);
}

const placeOf = (page: HTMLElement): PagePlace => ({
  documentId: page.dataset.document!,
  page: Number(page.dataset.page),
});

function dropOn(up: globalThis.PointerEvent, type: FieldType, { place }: PaletteDrag): void {
  const page = pageUnder(up);
  if (!page) return;
  const { left, top, width, height } = page.getBoundingClientRect();
  // As with a field that is moved: held down, the key lets it lie where it is.
  const pulls = up.ctrlKey || up.metaKey ? null : { x: SNAP_PX / width, y: SNAP_PX / height };
  const at = { x: (up.clientX - left) / width, y: (up.clientY - top) / height };
  place(type, placeOf(page), at, pulls);
}
