"use client";

import { useState, useTransition } from "react";
import { sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { forgetOwnPasskey } from "./actions.ts";
import { attempt } from "./attempt.ts";

interface OwnPasskeysProps {
  readonly token: string;
  /** Each with the sentence that tells it from the others. */
  readonly passkeys: readonly { readonly id: string; readonly text: string }[];
  readonly label: string;
  readonly refusals: Readonly<Record<string, string>>;
}

/** By which passkeys a person is known, and a way to be known by them no more. */
export function OwnPasskeys({ token, passkeys, label, refusals }: OwnPasskeysProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const remove = (id: string) =>
    start(async () => {
      const { refusal } = await attempt(() => forgetOwnPasskey(token, id));
      setProblem(refusal ? sentenceFor(refusals, refusal) : null);
    });
  return (
    <ul className="flex flex-col gap-2 text-small">
      {passkeys.map(({ id, text }) => (
        <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <p className="min-w-48 flex-1">{text}</p>
          <ReadyButton kind="quiet" isBusy={isBusy} onClick={() => remove(id)}>
            {label}
          </ReadyButton>
        </li>
      ))}
      {problem ? (
        <li>
          <Notice tone="bad">{problem}</Notice>
        </li>
      ) : null}
    </ul>
  );
}
