"use client";

import { useEffect, useRef, useState } from "react";
import { sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { attempt } from "../attempt.ts";
import { present } from "./actions.ts";

export interface CertificateFormProps {
  readonly token: string;
  readonly words: {
    readonly file: string;
    readonly text: string;
    readonly hint: string;
    readonly submit: string;
    readonly done: string;
  };
  readonly refusals: Readonly<Record<string, string>>;
}

/** Takes a certificate as a file or as pasted text. */
export function CertificateForm({ token, words, refusals }: CertificateFormProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [kept, setKept] = useState<string | null>(null);
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (kept) said.current?.focus();
  }, [kept]);

  async function send(form: FormData) {
    setBusy(true);
    const { refusal, result } = await attempt(() => present(token, form));
    setBusy(false);
    setProblem(refusal ? sentenceFor(refusals, refusal) : null);
    if (!refusal) setKept(result ?? "");
  }

  if (kept !== null)
    return (
      <div ref={said} tabIndex={-1} className="outline-none">
        <Notice tone="good">
          <p>{words.done}</p>
          <p className="[overflow-wrap:anywhere]">{kept}</p>
        </Notice>
      </div>
    );
  return (
    <form
      method="post"
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void send(new FormData(event.currentTarget));
      }}
    >
      <TextField
        type="file"
        name="file"
        label={words.file}
        accept=".cer,.crt,.pem,.der,.p7b,application/pkix-cert,application/x-pem-file"
      />
      <TextArea
        name="text"
        label={words.text}
        hint={words.hint}
        rows={5}
        maxLength={65_536}
        error={problem}
        spellCheck={false}
      />
      <ReadyButton type="submit" kind="primary" size="large" isBusy={isBusy} className="sm:self-start">
        {words.submit}
      </ReadyButton>
    </form>
  );
}
