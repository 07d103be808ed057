"use client";

import { type ChangeEvent, useState } from "react";
import { fillIn, sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { MEGABYTE } from "#lib/envelopes/core/fields/file-kinds.ts";
import type { TelephoneView } from "#lib/signing/hand-overs/draw-by-telephone.ts";
import { Claimed, type ClaimWords } from "./claimed.tsx";

interface GiveFormProps {
  readonly code: string;
  readonly view: TelephoneView & { readonly file: NonNullable<TelephoneView["file"]> };
  readonly words: ClaimWords & Readonly<Record<"choose" | "sending" | "offline", string>>;
  readonly tooLarge: string;
  readonly refusals: Readonly<Record<string, string>>;
}

/** Asks whether this is the right screen's code, then takes one file and sends it there. */
export function GiveForm({ code, view, words, tooLarge, refusals }: GiveFormProps) {
  const { state, match, file } = view;
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function give(event: ChangeEvent<HTMLInputElement>, claim: string): Promise<"sent" | "ended" | null> {
    const chosen = event.target.files?.[0];
    event.target.value = "";
    if (!chosen) return null;
    setProblem(null);
    if (chosen.size > file.mostBytes) {
      const megabytes = Math.ceil((chosen.size / MEGABYTE) * 10) / 10;
      setProblem(fillIn(tooLarge, { megabytes, most: file.mostBytes / MEGABYTE }));
      return null;
    }
    setBusy(true);
    try {
      const query = new URLSearchParams({ name: chosen.name.slice(-200) });
      const answer = await fetch(`/sign/hand-over/${code}/file?${query}`, {
        method: "PUT",
        headers: { "content-type": "application/octet-stream", authorization: `Bearer ${claim}` },
        body: chosen,
      });
      if (answer.ok) return "sent";
      const refusal = (await answer.json()) as { code: string };
      if (refusal.code === "signing/hand-over-ended") return "ended";
      setProblem(sentenceFor(refusals, refusal));
    } catch {
      setProblem(words.offline);
    } finally {
      setBusy(false);
    }
    return null;
  }

  return (
    <Claimed code={code} state={state} match={match} words={words}>
      {(claim, setPhase) => (
        <>
          <label
            className={`relative flex min-h-12 w-full cursor-pointer items-center justify-center rounded-control bg-action-700 px-4 font-medium text-white focus-within:outline-3 focus-within:outline-offset-2 focus-within:outline-action-700 ${isBusy ? "pointer-events-none opacity-70" : "hover:bg-action-800"}`}
          >
            {isBusy ? words.sending : words.choose}
            <input
              type="file"
              accept={file.accepts}
              disabled={isBusy}
              onChange={async (event) => {
                const phase = await give(event, claim);
                if (phase) setPhase(phase);
              }}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
          </label>
          <div role="status">{problem ? <Notice tone="bad">{problem}</Notice> : null}</div>
        </>
      )}
    </Claimed>
  );
}
