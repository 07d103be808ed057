"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { cameWhole } from "#components/signing/came-whole.ts";
import { fillIn, sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { Elsewhere } from "#lib/envelopes/core/checks.ts";
import type { CheckView } from "#lib/signing/checks/open-check.ts";
import { attempt } from "./attempt.ts";
import { askCode, codeState, enroll, passWith } from "./check-actions.ts";

export interface CheckFormProps {
  readonly token: string;
  readonly method: Exclude<CheckView["method"], "passkey" | Elsewhere>;
  /** Another way stands above. */
  readonly isSecond: boolean;
  /** The person's app may know nothing yet. */
  readonly needsEnrollment: boolean;
  readonly state: CheckView["code"]["state"];
  /** So long no other code is sent. */
  readonly waitMs: number;
  readonly words: Readonly<
    Record<
      | "send"
      | "again"
      | "againIn"
      | "sending"
      | "sent"
      | "failed"
      | "slow"
      | "field"
      | "hint"
      | "submit"
      | "missing"
      | "enroll",
      string
    >
  >;
  readonly failures: { readonly refused: string; readonly unavailable: string };
  readonly refusals: Readonly<Record<string, string>>;
  readonly locale: string;
}

const LOOKS_MS = 1_000;
const PATIENCE_MS = 20_000;

/** Takes a code, and has one sent where it comes from us. */
export function CheckForm(props: CheckFormProps) {
  const { token, method, words, failures, refusals } = props;
  const router = useRouter();
  const [state, setState] = useState(props.state);
  const [failure, setFailure] = useState<string | null>(props.state === "failed" ? words.failed : null);
  const [pause, setPause] = useState(() => ({ waitMs: props.waitMs }));
  const [problem, setProblem] = useState<string | null>(null);
  const [code, setCode] = useState("");
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLFormElement>(null);
  const isOurs = method === "email-code" || method === "sms-code";
  const wait = useSecondsLeft(pause);

  async function send() {
    setProblem(null);
    setFailure(null);
    setState("sending");
    const { refusal } = await attempt(() => askCode(token));
    if (refusal) {
      setState("none");
      return setProblem(sentenceFor(refusals, refusal));
    }
    await follow();
  }

  /** Looks until the code is on its way, or will not be. */
  async function follow() {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
      const { result } = await attempt(() => codeState(token));
      if (result) setPause({ waitMs: result.waitMs });
      if (result?.state === "sent") {
        setState("sent");
        field.current?.querySelector("input")?.focus();
        return;
      }
      if (result?.state === "failed") {
        setState("failed");
        return setFailure(result.failure?.endsWith("/refused") ? failures.refused : failures.unavailable);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOKS_MS));
    }
    setState("failed");
    setFailure(words.slow);
  }

  async function submit(code: string) {
    if (code.trim() === "") return setProblem(words.missing);
    setBusy(true);
    setProblem(null);
    const { refusal } = await attempt(() => passWith(token, code));
    if (!refusal) return router.refresh();
    setBusy(false);
    setCode("");
    setProblem(sentenceFor(refusals, refusal));
    field.current?.querySelector("input")?.focus();
  }

  const isSending = state === "sending";
  return (
    <div className="flex flex-col gap-4">
      {isOurs ? (
        <div className="flex flex-col gap-2">
          <ReadyButton
            size="large"
            kind={state === "sent" ? "secondary" : "primary"}
            isBusy={isSending}
            disabled={wait > 0}
            onClick={send}
            className="sm:self-start"
          >
            {isSending ? words.sending : state === "none" ? words.send : words.again}
          </ReadyButton>
          {wait > 0 && !isSending ? (
            <p className="text-small text-ink-600">
              {fillIn(words.againIn, { seconds: wait }, props.locale)}
            </p>
          ) : null}
          {state === "sent" ? <Notice tone="good">{words.sent}</Notice> : null}
          {failure ? <Notice tone="bad">{failure}</Notice> : null}
        </div>
      ) : null}
      <form
        method="post"
        ref={field}
        className={props.needsEnrollment ? "hidden" : "flex flex-col gap-3"}
        onSubmit={(event) => {
          event.preventDefault();
          void submit(code);
        }}
      >
        <TextField
          name="code"
          label={words.field}
          hint={words.hint}
          value={code}
          maxLength={64}
          inputMode={method === "access-code" ? "text" : "numeric"}
          autoComplete={method === "access-code" ? "off" : "one-time-code"}
          autoCapitalize="characters"
          spellCheck={false}
          error={problem}
          onChange={({ target: { value } }) => {
            setCode(value);
            if (isOurs && state !== "none" && !isBusy && cameWhole(code, value)) void submit(value);
          }}
          className="max-w-80"
        />
        <ReadyButton
          type="submit"
          size="large"
          kind={props.isSecond || (isOurs && state !== "sent") ? "secondary" : "primary"}
          isBusy={isBusy}
          className="sm:self-start"
        >
          {words.submit}
        </ReadyButton>
      </form>
      {props.needsEnrollment ? (
        <p>
          <ReadyButton
            kind={props.isSecond ? "secondary" : "primary"}
            size="large"
            onClick={async () => {
              const { refusal } = await attempt(() => enroll(token));
              if (refusal) setProblem(sentenceFor(refusals, refusal));
              else router.refresh();
            }}
          >
            {words.enroll}
          </ReadyButton>
        </p>
      ) : null}
    </div>
  );
}

/** Counted from when it was told, by a clock that nobody sets: that of the device may be wrong by hours. */
function useSecondsLeft(pause: { readonly waitMs: number }): number {
  const [leftMs, setLeftMs] = useState(pause.waitMs);
  useEffect(() => {
    const toldAt = performance.now();
    const look = () => setLeftMs(Math.max(0, pause.waitMs - (performance.now() - toldAt)));
    look();
    const timer = setInterval(look, 1_000);
    return () => clearInterval(timer);
  }, [pause]);
  return Math.ceil(leftMs / 1_000);
}
