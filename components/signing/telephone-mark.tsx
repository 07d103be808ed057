"use client";

import { useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Stroke } from "#lib/pdf/drawing/strokes.ts";
import type { HandOver } from "#lib/signing/hand-overs/begin-hand-over.ts";
import { QrPicture } from "./qr-picture.tsx";
import type { Telephone } from "./telephone.ts";
import type { SignWords } from "./words.ts";

interface TelephoneMarkProps {
  readonly telephone: Telephone;
  readonly words: SignWords["adopt"]["phone"];
  onStrokes(strokes: readonly Stroke[]): void;
  onDone?(): void;
  onClose(): void;
}

const LOOK_AGAIN_MS = 700;

/** A code that lets a telephone draw for this page, and what comes from there. */
export function TelephoneMark({ telephone, words, onStrokes, onDone, onClose }: TelephoneMarkProps) {
  const [handOver, setHandOver] = useState<HandOver | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [state, setState] = useState<"waiting" | "open" | "done" | "ended">("waiting");
  const [round, setRound] = useState(0);
  const latest = useRef({ telephone, onStrokes, onDone });
  useEffect(() => {
    latest.current = { telephone, onStrokes, onDone };
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is a new code.
  useEffect(() => {
    let id: string | null = null;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    const look = async () => {
      const drawn = id && !isOver ? await latest.current.telephone.watch(id) : null;
      if (isOver) return;
      if (drawn) {
        setState(drawn.state);
        if (drawn.state === "open" || drawn.state === "done") latest.current.onStrokes(drawn.strokes);
        if (drawn.state === "done") latest.current.onDone?.();
        if (drawn.state === "done" || drawn.state === "ended") return;
      }
      timer = setTimeout(look, LOOK_AGAIN_MS);
    };
    setState("waiting");
    void latest.current.telephone.begin().then((begun) => {
      if (typeof begun === "string") return setProblem(begun);
      id = begun.id;
      if (isOver) return latest.current.telephone.end(begun.id);
      setHandOver(begun);
      void look();
    });
    return () => {
      isOver = true;
      clearTimeout(timer);
      if (id) latest.current.telephone.end(id);
    };
  }, [round]);

  return (
    <section className="flex flex-col gap-3 rounded-control border border-line bg-canvas p-4">
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {handOver && state === "waiting" ? (
        <>
          <p>{words.lead}</p>
          <div className="flex flex-wrap items-center gap-4">
            {handOver.qr ? <QrPicture modules={handOver.qr} label={words.picture} /> : null}
            <div className="min-w-0 flex-1 basis-44">
              <p className="text-ink-700">{words.match}</p>
              <p className="font-mono text-[2rem] tracking-[0.25em]">{handOver.match}</p>
            </div>
          </div>
          <details>
            <summary className="min-h-11 cursor-pointer py-2.5 text-action-700">{words.byHand}</summary>
            <p className="font-mono text-small break-all select-all">{handOver.address}</p>
          </details>
        </>
      ) : null}
      <p role="status" className="text-ink-700">
        {state === "waiting" && handOver ? words.waiting : null}
        {state === "open" ? words.drawing : null}
        {state === "done" ? words.done : null}
        {state === "ended" ? words.over : null}
      </p>
      <div className="flex flex-wrap gap-2">
        {state === "ended" ? (
          <Button kind="secondary" onClick={() => setRound(round + 1)}>
            {words.again}
          </Button>
        ) : null}
        <Button kind="quiet" onClick={onClose}>
          {words.cancel}
        </Button>
      </div>
    </section>
  );
}
