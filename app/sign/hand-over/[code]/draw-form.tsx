"use client";

import { useState } from "react";
import { DrawMark } from "#components/signing/draw-mark.tsx";
import { useStrokes } from "#components/signing/use-strokes.ts";
import type { SignWords } from "#components/signing/words.ts";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import type { Stroke } from "#lib/pdf/drawing/strokes.ts";
import type { TelephoneView } from "#lib/signing/hand-overs/draw-by-telephone.ts";
import { Claimed, type ClaimWords } from "./claimed.tsx";

interface DrawFormProps {
  readonly code: string;
  readonly view: TelephoneView;
  readonly words: ClaimWords & Readonly<Record<"use" | "live" | "offline", string>>;
  readonly adopt: SignWords["adopt"];
}

/** Asks whether this is the right screen's code, then draws and sends every line as it is made. */
export function DrawForm({ code, view: { state, match }, words, adopt }: DrawFormProps) {
  const [strokes, setStrokes] = useStrokes(`whereof-hand-over-${code}-strokes`);
  const [isOffline, setOffline] = useState(false);
  const [isBusy, setBusy] = useState(false);

  async function send(
    claim: string,
    drawn: readonly Stroke[],
    isDone: boolean,
  ): Promise<"sent" | "ended" | "kept" | null> {
    try {
      const answer = await fetch(`/sign/hand-over/${code}/strokes`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ claim, strokes: drawn, isDone }),
      });
      setOffline(false);
      if (answer.status === 409) return "ended";
      if (!answer.ok) return null;
      return isDone ? "sent" : "kept";
    } catch {
      setOffline(true);
      return null;
    }
  }

  return (
    <Claimed code={code} state={state} match={match} words={words}>
      {(claim, setPhase) => {
        const sendOn = async (drawn: readonly Stroke[], isDone: boolean) => {
          const phase = await send(claim, drawn, isDone);
          if (phase !== "sent" && phase !== "ended") return;
          setStrokes([]);
          setPhase(phase);
        };
        return (
          <>
            <DrawMark
              strokes={strokes}
              onChange={(drawn) => {
                setStrokes(drawn);
                void sendOn(drawn, false);
              }}
              words={{ ...adopt, padHint: words.live }}
            />
            <p role="status" className="text-warn-800 empty:hidden">
              {isOffline ? words.offline : null}
            </p>
            <ReadyButton
              size="large"
              isBusy={isBusy}
              disabled={strokes.length === 0}
              onClick={async () => {
                setBusy(true);
                await sendOn(strokes, true);
                setBusy(false);
              }}
            >
              {words.use}
            </ReadyButton>
          </>
        );
      }}
    </Claimed>
  );
}
