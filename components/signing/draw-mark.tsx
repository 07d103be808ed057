"use client";

import { Button } from "#components/ui/button.tsx";
import type { Stroke } from "#lib/pdf/drawing/strokes.ts";
import { DrawPad } from "./draw-pad.tsx";
import type { SignWords } from "./words.ts";

export interface DrawMarkProps {
  readonly strokes: readonly Stroke[];
  onChange(strokes: readonly Stroke[]): void;
  readonly words: SignWords["adopt"];
}

export function DrawMark({ strokes, onChange, words }: DrawMarkProps) {
  const isEmpty = strokes.length === 0;
  return (
    <div>
      <DrawPad label={words.pad} strokes={strokes} onStroke={(stroke) => onChange([...strokes, stroke])} />
      <div className="mt-2 flex flex-wrap items-center gap-2">
        <Button kind="secondary" disabled={isEmpty} onClick={() => onChange(strokes.slice(0, -1))}>
          {words.undo}
        </Button>
        <Button kind="secondary" disabled={isEmpty} onClick={() => onChange([])}>
          {words.clear}
        </Button>
      </div>
      <p className="mt-2 text-ink-600">{words.padHint}</p>
    </div>
  );
}
