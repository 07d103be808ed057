"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { cameWhole } from "#components/signing/came-whole.ts";
import { sentenceFor } from "#components/signing/words.ts";
import { Spinner } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { Language } from "#lib/envelopes/core/languages.ts";
import type { PublicLinkPage } from "#lib/signing/public-links/open-link.ts";
import { attempt } from "../../sign/[token]/attempt.ts";
import { ask, confirm, enter, forget } from "./actions.ts";

interface StartFormProps {
  readonly token: string;
  readonly language: Language;
  readonly request: PublicLinkPage["request"];
  readonly words: Readonly<
    Record<
      | (
          | "lead"
          | "name"
          | "email"
          | "emailHint"
          | "submit"
          | "other"
          | "making"
          | "over"
          | "notSent"
          | "notMade"
        )
      | ("sending" | "sent" | "code" | "codeHint" | "confirm" | "codeMissing"),
      string
    >
  >;
  readonly refusals: Readonly<Record<string, string>>;
}

const LOOKS_MS = 1_000;

/** Who somebody is, then the code that shows it, then the document. */
export function StartForm(props: StartFormProps) {
  const { token, request, words, refusals } = props;
  const router = useRouter();
  const state = request?.state ?? null;
  const isUnderWay = state === "sending" || state === "making";
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(() => router.refresh(), LOOKS_MS);
    return () => clearInterval(timer);
  }, [isUnderWay, router]);

  if (state === "ready" || state === "making") return <Making {...props} isReady={state === "ready"} />;
  if (state === "over") return <p className="text-lead">{words.over}</p>;
  return (
    <>
      {state === null || state === "not-sent" ? <p>{words.lead}</p> : null}
      {state === "not-sent" ? <Notice tone="bad">{words.notSent}</Notice> : null}
      {state === "not-made" ? <Notice tone="bad">{words.notMade}</Notice> : null}
      {state === "sending" ? (
        <p className="flex items-center gap-3 text-lead" role="status">
          <Spinner /> {words.sending}
        </p>
      ) : null}
      {state === "sent" ? (
        <CodeForm {...props} />
      ) : state === "sending" ? null : (
        <WhoForm token={token} language={props.language} words={words} refusals={refusals} />
      )}
    </>
  );
}

function Making({ token, words, refusals, isReady }: StartFormProps & { readonly isReady: boolean }) {
  const [problem, setProblem] = useState<string | null>(null);
  const isEntering = useRef(false);
  useEffect(() => {
    if (!isReady || isEntering.current) return;
    isEntering.current = true;
    void attempt(() => enter(token)).then(({ refusal }) => {
      if (refusal) setProblem(sentenceFor(refusals, refusal));
    });
  }, [isReady, token, refusals]);
  if (problem) return <Notice tone="bad">{problem}</Notice>;
  return (
    <p className="flex items-center gap-3 text-lead" role="status">
      <span className="text-action-700">
        <Spinner />
      </span>
      {words.making}
    </p>
  );
}

/** The refusals that belong beside a field. */
const OF_NAME = new Set(["signing/public-link-name-missing", "signing/public-link-name-not-drawable"]);
const OF_ADDRESS = "signing/public-link-address-wrong";

function WhoForm({
  token,
  language,
  words,
  refusals,
}: Pick<StartFormProps, "token" | "language" | "words" | "refusals">) {
  const router = useRouter();
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [wrong, setWrong] = useState<{ readonly code: string; readonly text: string } | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit() {
    setBusy(true);
    setWrong(null);
    const { refusal } = await attempt(() => ask(token, { name, email, language }));
    setBusy(false);
    if (refusal) return setWrong({ code: refusal.code, text: sentenceFor(refusals, refusal) });
    router.refresh();
  }

  const isElsewhere = wrong && !OF_NAME.has(wrong.code) && wrong.code !== OF_ADDRESS;
  return (
    <form
      method="post"
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        label={words.name}
        value={name}
        maxLength={64}
        autoComplete="name"
        error={wrong && OF_NAME.has(wrong.code) ? wrong.text : null}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={words.email}
        hint={words.emailHint}
        type="email"
        inputMode="email"
        value={email}
        maxLength={254}
        autoComplete="email"
        error={wrong?.code === OF_ADDRESS ? wrong.text : null}
        onChange={(event) => setEmail(event.target.value)}
      />
      {isElsewhere ? <Notice tone="bad">{wrong.text}</Notice> : null}
      <ReadyButton type="submit" size="large" isBusy={isBusy} className="sm:self-start">
        {words.submit}
      </ReadyButton>
    </form>
  );
}

function CodeForm({ token, words, refusals }: StartFormProps) {
  const router = useRouter();
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector("input")?.focus(), []);

  async function submit(code: string) {
    if (code.trim() === "") return setProblem(words.codeMissing);
    setBusy(true);
    setProblem(null);
    const { refusal } = await attempt(() => confirm(token, code));
    setBusy(false);
    if (!refusal) return router.refresh();
    setCode("");
    setProblem(sentenceFor(refusals, refusal));
    form.current?.querySelector("input")?.focus();
  }

  return (
    <>
      <Notice tone="good">{words.sent}</Notice>
      <form
        method="post"
        ref={form}
        noValidate
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(code);
        }}
      >
        <TextField
          label={words.code}
          hint={words.codeHint}
          value={code}
          maxLength={64}
          inputMode="numeric"
          autoComplete="one-time-code"
          error={problem}
          onChange={({ target: { value } }) => {
            setCode(value);
            if (!isBusy && cameWhole(code, value)) void submit(value);
          }}
          className="max-w-80"
        />
        <div className="flex flex-wrap gap-3">
          <ReadyButton type="submit" size="large" isBusy={isBusy}>
            {words.confirm}
          </ReadyButton>
          <ReadyButton
            kind="quiet"
            size="large"
            onClick={async () => {
              await attempt(() => forget(token));
              router.refresh();
            }}
          >
            {words.other}
          </ReadyButton>
        </div>
      </form>
    </>
  );
}
