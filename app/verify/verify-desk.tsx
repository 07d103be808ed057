"use client";

import { FileSearch } from "lucide-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { ReportView, type ReportWords } from "#components/verification/report-view.tsx";
import type { ValidationReport } from "#lib/evidence/core/validation/validation-report.ts";

export interface VerifyWords extends ReportWords {
  readonly choose: string;
  readonly drop: string;
  readonly privacy: string;
  readonly checking: string;
  readonly another: string;
  readonly stop: string;
  /** By code; `other` for what has no sentence of its own. */
  readonly refusals: Readonly<Record<string, string>>;
}

type State =
  | { readonly step: "empty" }
  | { readonly step: "checking"; readonly name: string }
  | { readonly step: "refused"; readonly code: string }
  | { readonly step: "done"; readonly report: ValidationReport };

interface VerifyDeskProps {
  readonly words: VerifyWords;
  readonly limitBytes: number;
}

/** Takes a PDF by picker or drop, has it checked, and shows what was found. */
export function VerifyDesk({ words, limitBytes }: VerifyDeskProps) {
  const [state, setState] = useState<State>({ step: "empty" });
  const [isOver, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const result = useRef<HTMLElement>(null);
  const abort = useRef<AbortController | null>(null);

  useEffect(() => {
    if (state.step === "done") result.current?.focus();
  }, [state.step]);

  async function check(file: File | undefined) {
    if (!file) return;
    if (file.size > limitBytes) return setState({ step: "refused", code: "files/too-large" });
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setState({ step: "checking", name: file.name });
    const found = await ask(file, own.signal);
    if (!own.signal.aborted) setState(found);
  }

  function stop() {
    abort.current?.abort();
    setState({ step: "empty" });
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    void check(event.dataTransfer.files[0]);
  }

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is the second way; the button is the first */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={`flex flex-col items-center gap-3 rounded-card border-2 border-dashed px-4 py-8 text-center ${isOver ? "border-action-700 bg-action-50" : "border-line-strong bg-paper"}`}
      >
        {state.step === "checking" ? (
          <>
            <p role="status" className="break-words">
              {words.checking.replace("{name}", state.name)}
            </p>
            <Button kind="secondary" onClick={stop}>
              {words.stop}
            </Button>
          </>
        ) : (
          <>
            <Button
              size="large"
              kind={state.step === "done" ? "secondary" : "primary"}
              onClick={() => picker.current?.click()}
            >
              <FileSearch size={20} aria-hidden="true" />
              {state.step === "done" ? words.another : words.choose}
            </Button>
            <p className="text-small text-ink-700 max-sm:hidden">{words.drop}</p>
            <p className="max-w-[52ch] text-small text-ink-700">{words.privacy}</p>
          </>
        )}
        <input
          ref={picker}
          type="file"
          accept="application/pdf,.pdf"
          className="hidden"
          onChange={(event) => {
            const [file] = event.target.files ?? [];
            event.target.value = "";
            void check(file);
          }}
        />
      </div>
      {state.step === "refused" ? (
        <Notice tone="bad">{words.refusals[state.code] ?? words.refusals.other}</Notice>
      ) : null}
      {state.step === "done" ? (
        <section ref={result} tabIndex={-1} aria-labelledby="verdict" className="outline-none">
          <ReportView report={state.report} words={words} />
        </section>
      ) : null}
    </>
  );
}

async function ask(file: File, signal: AbortSignal): Promise<State> {
  try {
    const answer = await fetch("/verify/report", {
      method: "POST",
      body: file,
      headers: { "x-file-name": encodeURIComponent(file.name.toWellFormed()) },
      signal,
    });
    const body = (await answer.json()) as { readonly code?: string };
    if (!answer.ok) return { step: "refused", code: body.code ?? "other" };
    return { step: "done", report: body as unknown as ValidationReport };
  } catch {
    return { step: "refused", code: "unreachable" };
  }
}
