"use client";

import { GripVertical } from "lucide-react";
import type { PointerEvent } from "react";
import { IconButton } from "#components/ui/icon-button.tsx";
import { placeAfter } from "./use-reordering.ts";

interface ReorderHandleProps {
  readonly id: string;
  readonly label: string;
  /** From 0, among so many. */
  readonly place: number;
  readonly count: number;
  readonly onGrab: (event: PointerEvent) => void;
  readonly onMove: (place: number) => void;
}

/** Takes hold of a row: with the pointer, or with the arrow keys, Home and End once it has the focus. */
export function ReorderHandle({ id, label, place, count, onGrab, onMove }: ReorderHandleProps) {
  return (
    <IconButton
      id={id}
      label={label}
      onPointerDown={onGrab}
      onKeyDown={(event) => {
        const to = placeAfter(event, place, count);
        if (to !== null) onMove(to);
      }}
      className="w-7 cursor-grab touch-none text-line-strong active:cursor-grabbing sm:w-7"
    >
      <GripVertical aria-hidden="true" className="size-5" />
    </IconButton>
  );
}
