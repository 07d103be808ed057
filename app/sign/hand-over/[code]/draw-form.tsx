"use client";

import { useEffect, useRef, useState } from "react";
import { DrawMark } from "#components/signing/draw-mark.tsx";
import type { SignWords } from "#components/signing/words.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Stroke } from "#lib/pdf/drawing/strokes.ts";
import type { HandOverState } from "#lib/signing/core/hand-over.ts";
import { attempt } from "../../[token]/attempt.ts";
import { claim as claimCode } from "./actions.ts";

interface DrawFormProps {
  readonly code: string;
  readonly state: HandOverState;
  readonly match: string;
  readonly words: Readonly<
    Record<"lead" | "match" | "warning" | "begin" | "use" | "sent" | "ended" | "live" | "offline", string>
  >;
  readonly adopt: SignWords["adopt"];
}

type Phase = "asking" | "drawing" | "sent" | "ended";

/** Asks whether this is the right screen's code, then draws and sends every line as it is made. */
export function DrawForm({ code, state, match, words, adopt }: DrawFormProps) {
  const key = `whereof-hand-over-${code}`;
  const [phase, setPhase] = useState<Phase>(state === "waiting" ? "asking" : "ended");
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [isOffline, setOffline] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const claim = useRef<string | null>(null);
  const head = useRef<HTMLDivElement>(null);

  // A page that was loaded again goes on drawing: the claim is this telephone's.
  useEffect(() => {
    claim.current = stored(key);
    if (state === "open" && claim.current) setPhase("drawing");
  }, [key, state]);
  useEffect(() => {
    if (phase !== "asking") head.current?.focus();
  }, [phase]);

  async function begin() {
    setBusy(true);
    const { refusal, result } = await attempt(() => claimCode(code));
    setBusy(false);
    if (refusal) return setPhase("ended");
    claim.current = result!;
    store(key, result!);
    setPhase("drawing");
  }

  async function send(drawn: readonly Stroke[], isDone: boolean): Promise<boolean> {
    try {
      const answer = await fetch(`/sign/hand-over/${code}/strokes`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ claim: claim.current, strokes: drawn, isDone }),
      });
      setOffline(false);
      if (answer.status === 409) setPhase("ended");
      return answer.ok;
    } catch {
      setOffline(true);
      return false;
    }
  }

  function change(drawn: readonly Stroke[]) {
    setStrokes(drawn);
    void send(drawn, false);
  }

  async function use() {
    setBusy(true);
    const isSent = await send(strokes, true);
    setBusy(false);
    if (isSent) setPhase("sent");
  }

  return (
    <div ref={head} tabIndex={-1} className="flex flex-col gap-4 outline-none">
      {phase === "asking" ? (
        <>
          <p>{words.lead}</p>
          <p className="text-center font-mono text-[2.25rem] tracking-[0.3em]">
            <span className="sr-only">{words.match}: </span>
            {match}
          </p>
          <Button size="large" isBusy={isBusy} onClick={begin}>
            {words.begin}
          </Button>
          <p className="text-ink-600">{words.warning}</p>
        </>
      ) : null}
      {phase === "drawing" ? (
        <>
          <DrawMark strokes={strokes} onChange={change} words={{ ...adopt, padHint: words.live }} />
          <p role="status" className="text-warn-800 empty:hidden">
            {isOffline ? words.offline : null}
          </p>
          <Button size="large" isBusy={isBusy} disabled={strokes.length === 0} onClick={use}>
            {words.use}
          </Button>
        </>
      ) : null}
      {phase === "sent" ? <Notice tone="good">{words.sent}</Notice> : null}
      {phase === "ended" ? <Notice tone="warn">{words.ended}</Notice> : null}
    </div>
  );
}

function stored(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Without storage the claim lives as long as the page.
  }
}
