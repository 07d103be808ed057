"use client";

import { FileSearch, Send } from "lucide-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { PackageView, type PackageWords } from "#components/verification/package-view.tsx";
import { ReportView } from "#components/verification/report-view.tsx";
import type { CheckWords } from "#lib/evidence/core/validation/describe-report.ts";
import type { SelectableList } from "#lib/evidence/trust/select-lists.ts";
import type { CheckAnswer } from "#lib/evidence/verifier/check-request.ts";
import { checkHere } from "./check-here.ts";
import { checkThere } from "./check-there.ts";
import { type Choice, TrustChoice, type TrustWords } from "./trust-choice.tsx";

export interface VerifyWords {
  readonly choose: string;
  readonly chooseToSend: string;
  readonly drop: string;
  readonly privacy: string;
  readonly privacySent: string;
  readonly checking: string;
  readonly another: string;
  readonly again: string;
  readonly stop: string;
  readonly here: string;
  readonly there: string;
  readonly send: string;
  readonly sendInstead: string;
  readonly sendHint: string;
  /** What stands in English, and why. */
  readonly english: string;
  readonly anchorMissing: string;
  /** Why this browser could not check the file; `other` for the rest. */
  readonly failures: Readonly<Record<string, string>>;
  readonly trust: TrustWords;
  readonly package: PackageWords;
  /** By code; `other` for what has no sentence of its own. */
  readonly refusals: Readonly<Record<string, string>>;
}

type Place = "here" | "there";
type State =
  | { readonly step: "empty" }
  | { readonly step: "checking"; readonly name: string }
  | {
      readonly step: "answered";
      readonly answer: CheckAnswer;
      readonly place: Place;
      readonly choice: Choice;
    };

interface VerifyDeskProps {
  readonly words: VerifyWords;
  readonly report: CheckWords;
  readonly locale: string;
  readonly limitBytes: number;
  readonly lists: readonly SelectableList[];
}

/** Takes a PDF or an evidence package, checks it in the browser, and sends it only when asked to. */
export function VerifyDesk({ words, report, locale, limitBytes, lists }: VerifyDeskProps) {
  const [state, setState] = useState<State>({ step: "empty" });
  const [choice, setChoice] = useState<Choice>("own");
  const [anchorFile, setAnchorFile] = useState<File | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const result = useRef<HTMLElement>(null);
  const abort = useRef<AbortController | null>(null);
  const isList = choice !== "own" && choice !== "anchor";
  const isWaitingForAnchor = choice === "anchor" && !anchorFile;

  useEffect(() => {
    if (state.step === "answered") result.current?.focus();
  }, [state.step]);

  async function check(file: File, place: Place) {
    setFile(file);
    const refuse = (refusal: string) => setState({ step: "answered", answer: { refusal }, place, choice });
    if (file.size > limitBytes) return refuse("files/too-large");
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setState({ step: "checking", name: file.name });
    const brought = choice === "anchor" ? anchorFile : null;
    const sent = { listId: isList ? choice : null, anchorFile: brought };
    const answer = await (place === "here"
      ? checkHere(file, brought, own.signal)
      : checkThere(file, sent, own.signal));
    if (!own.signal.aborted) setState({ step: "answered", answer, place, choice });
  }

  function stop() {
    abort.current?.abort();
    setState({ step: "empty" });
  }

  const place = isList ? "there" : "here";
  const isDone = state.step === "answered" && "report" in state.answer;
  return (
    <>
      <DropArea
        words={words}
        checking={state.step === "checking" ? state.name : null}
        isSent={isList}
        isSecond={isDone}
        isBlocked={isWaitingForAnchor}
        onFile={(file) => void check(file, place)}
        onStop={stop}
      />
      <TrustChoice
        words={words.trust}
        lists={lists}
        choice={choice}
        onChoice={setChoice}
        onAnchorFile={setAnchorFile}
      />
      {file && state.step === "answered" && state.choice !== choice && !isWaitingForAnchor ? (
        <p>
          <Button kind="secondary" onClick={() => void check(file, place)}>
            {words.again.replace("{name}", file.name)}
          </Button>
        </p>
      ) : null}
      {state.step === "answered" ? (
        <section
          ref={result}
          tabIndex={-1}
          aria-labelledby={isDone ? "verdict" : undefined}
          className="flex flex-col gap-6 shadow-none outline-none"
        >
          <Answer state={state} words={words} sentences={report} locale={locale} />
          {file && state.place === "here" && !("refusal" in state.answer) && !isWaitingForAnchor ? (
            <div className="flex flex-col items-start gap-2 border-t border-line pt-6">
              <Button kind="secondary" onClick={() => void check(file, "there")}>
                <Send size={18} aria-hidden="true" />
                {"report" in state.answer ? words.send : words.sendInstead}
              </Button>
              <p className="max-w-[64ch] text-small text-ink-700">{words.sendHint}</p>
            </div>
          ) : null}
        </section>
      ) : null}
    </>
  );
}

interface AnswerProps {
  readonly state: Extract<State, { step: "answered" }>;
  readonly words: VerifyWords;
  readonly sentences: CheckWords;
  readonly locale: string;
}

function Answer({ state: { answer, place, choice }, words, sentences, locale }: AnswerProps) {
  if ("refusal" in answer)
    return <Notice tone="bad">{words.refusals[answer.refusal] ?? words.refusals.other}</Notice>;
  if ("failure" in answer)
    return <Notice tone="warn">{words.failures[answer.failure] ?? words.failures.other}</Notice>;
  const { report } = answer;
  return (
    <>
      {"checks" in report ? (
        <PackageView report={report} words={words.package} />
      ) : (
        <ReportView report={report} words={sentences} locale={locale} isOurs={choice === "own"} />
      )}
      {locale.startsWith("en") ? null : <p className="text-small text-ink-700">{words.english}</p>}
      <p className="text-small text-ink-700">{place === "here" ? words.here : words.there}</p>
    </>
  );
}

interface DropAreaProps {
  readonly words: VerifyWords;
  /** Name of the file that is being checked. */
  readonly checking: string | null;
  readonly isSent: boolean;
  readonly isSecond: boolean;
  readonly isBlocked: boolean;
  readonly onFile: (file: File) => void;
  readonly onStop: () => void;
}

function DropArea({ words, checking, isSent, isSecond, isBlocked, onFile, onStop }: DropAreaProps) {
  const [isOver, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined) => {
    if (file && !isBlocked) onFile(file);
  };
  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the second way; the button is the first
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={`flex flex-col items-center gap-3 rounded-card border-2 border-dashed px-4 py-8 text-center ${isOver ? "border-action-700 bg-action-50" : "border-line-strong bg-paper"}`}
    >
      {checking === null ? (
        <>
          <Button
            size="large"
            kind={isSecond ? "secondary" : "primary"}
            disabled={isBlocked}
            onClick={() => picker.current?.click()}
          >
            <FileSearch size={20} aria-hidden="true" />
            {isSecond ? words.another : isSent ? words.chooseToSend : words.choose}
          </Button>
          <p className="text-small text-ink-700 max-sm:hidden">{words.drop}</p>
          <p className="max-w-[56ch] text-small text-ink-700">
            {isBlocked ? words.anchorMissing : isSent ? words.privacySent : words.privacy}
          </p>
        </>
      ) : (
        <>
          <p role="status" className="max-w-full [overflow-wrap:anywhere]">
            {words.checking.replace("{name}", checking)}
          </p>
          <Button kind="secondary" onClick={onStop}>
            {words.stop}
          </Button>
        </>
      )}
      <input
        ref={picker}
        type="file"
        accept="application/pdf,.pdf,application/zip,.zip"
        data-purpose="check"
        className="hidden"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          take(file);
        }}
      />
    </div>
  );
}
