"use client";

import { Minus, Plus } from "lucide-react";
import { type PointerEvent, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { type Crop, frameOf, isWhole, moveSide, SIDES, WHOLE } from "./crop.ts";
import { fillIn, type SignWords } from "./words.ts";

interface CropPictureProps {
  readonly source: string;
  readonly crop: Crop;
  onCrop(crop: Crop): void;
  readonly words: SignWords["adopt"];
}

const NAMES = { top: "cropTop", bottom: "cropBottom", left: "cropLeft", right: "cropRight" } as const;
const percent = (fraction: number) => `${(fraction * 100).toFixed(1)}%`;

/** What is taken of a picture: a frame drawn on it, or sides moved by buttons. */
export function CropPicture({ source, crop, onCrop, words }: CropPictureProps) {
  const area = useRef<HTMLDivElement>(null);
  const [start, setStart] = useState<{ x: number; y: number } | null>(null);
  const at = (event: PointerEvent) => {
    const { left, top, width, height } = area.current!.getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  };
  const draw = (event: PointerEvent) => {
    const frame = start && frameOf(start, at(event));
    if (frame) onCrop(frame);
  };
  return (
    <fieldset className="mt-3">
      <legend className="font-medium">{words.crop}</legend>
      <p className="mb-2 text-ink-600">{words.cropHint}</p>
      <div
        ref={area}
        className="relative inline-block max-w-full cursor-crosshair touch-none overflow-hidden rounded-control border border-line bg-white select-none"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setStart(at(event));
        }}
        onPointerMove={(event) => (start ? draw(event) : undefined)}
        onPointerUp={(event) => {
          draw(event);
          setStart(null);
        }}
        onPointerCancel={() => setStart(null)}
      >
        <img
          src={source}
          alt={words.preview}
          draggable={false}
          className="block max-h-60 max-w-full object-contain"
        />
        <div
          aria-hidden="true"
          className="pointer-events-none absolute outline-2 outline-action-700 shadow-[0_0_0_100vmax_rgb(255_255_255/0.75)]"
          style={{
            ...{ left: percent(crop.left), top: percent(crop.top) },
            ...{ right: percent(1 - crop.right), bottom: percent(1 - crop.bottom) },
          }}
        />
      </div>
      <div className="mt-2 grid grid-cols-2 gap-2 sm:grid-cols-4">
        {SIDES.map((side) => {
          const name = words[NAMES[side]];
          return (
            <div key={side} className="flex items-center justify-between gap-1">
              <span className="min-w-0 truncate text-small text-ink-700" aria-hidden="true">
                {name}
              </span>
              <span className="flex shrink-0 gap-2">
                <Button
                  kind="secondary"
                  className="min-w-11 !px-0"
                  aria-label={fillIn(words.cropLess, { side: name })}
                  onClick={() => onCrop(moveSide(crop, side, -1))}
                >
                  <Minus aria-hidden="true" size={18} />
                </Button>
                <Button
                  kind="secondary"
                  className="min-w-11 !px-0"
                  aria-label={fillIn(words.cropMore, { side: name })}
                  onClick={() => onCrop(moveSide(crop, side, 1))}
                >
                  <Plus aria-hidden="true" size={18} />
                </Button>
              </span>
            </div>
          );
        })}
      </div>
      <Button kind="quiet" className="-ms-4 mt-1" disabled={isWhole(crop)} onClick={() => onCrop(WHOLE)}>
        {words.cropWhole}
      </Button>
    </fieldset>
  );
}
