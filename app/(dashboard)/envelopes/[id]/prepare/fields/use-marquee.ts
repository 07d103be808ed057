"use client";

import { type PointerEvent, useRef, useState } from "react";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import { touchedBy } from "#lib/envelopes/core/field-arrange.ts";
import type { Box } from "#lib/envelopes/core/field-places.ts";

interface MarqueeInput {
  readonly fields: readonly DraftField[];
  readonly isOff: boolean;
  readonly onChosen: (ids: Iterable<string>) => void;
}

const BEGINS_PX = 4;

/** Draws a rectangle on a page with the mouse; what it touches is chosen. A finger scrolls instead. */
export function useMarquee({ fields, isOff, onChosen }: MarqueeInput) {
  const [area, setArea] = useState<Box | null>(null);
  const start = useRef<{ x: number; y: number } | null>(null);
  const at = (event: PointerEvent<HTMLElement>) => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const cut = (value: number) => Math.min(1, Math.max(0, value));
    return { x: cut((event.clientX - left) / width), y: cut((event.clientY - top) / height), width, height };
  };
  const areaTo = (event: PointerEvent<HTMLElement>): Box | null => {
    const from = start.current;
    if (!from) return null;
    const { x, y, width, height } = at(event);
    const size = { width: Math.abs(x - from.x), height: Math.abs(y - from.y) };
    if (Math.hypot(size.width * width, size.height * height) < BEGINS_PX) return null;
    return { x: Math.min(x, from.x), y: Math.min(y, from.y), ...size };
  };
  const end = () => {
    start.current = null;
    setArea(null);
  };
  return {
    area,
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        const isOnField = (event.target as Element).closest("[data-field], button, a") !== null;
        if (isOff || isOnField || event.button !== 0 || event.pointerType !== "mouse") return;
        start.current = at(event);
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (start.current) setArea(areaTo(event));
      },
      onPointerUp(event: PointerEvent<HTMLElement>) {
        const chosen = areaTo(event);
        if (chosen) onChosen(touchedBy(chosen, fields));
        end();
      },
      onPointerCancel: end,
    },
  };
}
