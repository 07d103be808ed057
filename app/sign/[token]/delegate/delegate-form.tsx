"use client";

import { type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { fillIn, sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { attempt } from "../attempt.ts";
import { handOn } from "./actions.ts";

type Word =
  | "name"
  | "email"
  | "phone"
  | "phoneHint"
  | "reason"
  | "reasonHint"
  | "submit"
  | "doneHeading"
  | "done";

interface DelegateFormProps {
  readonly token: string;
  readonly needsPhone: boolean;
  readonly nameLength: number;
  readonly leads: readonly string[];
  readonly words: Readonly<Record<Word, string>>;
  readonly refusals: Readonly<Record<string, string>>;
  /** The way back to the document, for as long as the link leads there. */
  readonly back: ReactNode;
}

/** Which entry a refusal is about. */
const ABOUT: Readonly<Record<string, string>> = {
  "signing/delegate-name-missing": "name",
  "signing/delegate-name-not-drawable": "name",
  "signing/delegate-address-wrong": "email",
  "signing/delegate-address-known": "email",
  "signing/delegation-self": "email",
  "signing/delegation-outside": "email",
  "signing/delegate-phone-wrong": "phone",
  "signing/reason-missing": "reason",
};

/** What is said of an entry that was left empty. */
const MISSING: Readonly<Record<string, string>> = {
  name: "signing/delegate-name-missing",
  email: "signing/delegate-address-wrong",
  phone: "signing/delegate-phone-wrong",
  reason: "signing/reason-missing",
};

/** Who should sign instead, and why. */
export function DelegateForm({
  token,
  needsPhone,
  nameLength,
  leads,
  words,
  refusals,
  back,
}: DelegateFormProps) {
  const [refusal, setRefusal] = useState<{ code: string; reference?: string } | null>(null);
  const [missing, setMissing] = useState<readonly string[]>([]);
  const [doneFor, setDoneFor] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const form = useRef<HTMLFormElement>(null);
  const said = useRef<HTMLDivElement>(null);
  const about = refusal ? ABOUT[refusal.code] : undefined;
  const sentence = refusal ? sentenceFor(refusals, refusal) : null;
  const errorOf = (entry: string) => {
    if (missing.includes(entry)) return sentenceFor(refusals, { code: MISSING[entry]! });
    return about === entry ? sentence : null;
  };
  const first = missing[0] ?? about;

  useEffect(() => {
    if (doneFor) said.current?.focus();
  }, [doneFor]);
  useEffect(() => {
    if (first) form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  }, [first]);

  function submit(data: FormData) {
    // All that is missing at once, and not one after the other.
    const empty = Object.keys(MISSING).filter((entry) => data.has(entry) && !String(data.get(entry)).trim());
    setMissing(empty);
    setRefusal(null);
    if (empty.length > 0) return;
    start(async () => {
      const { refusal } = await attempt(() => handOn(token, data));
      setRefusal(refusal);
      if (!refusal) setDoneFor(String(data.get("name")));
    });
  }

  if (doneFor)
    return (
      <div ref={said} tabIndex={-1} className="outline-none">
        <Notice tone="good">
          <p className="font-medium">{words.doneHeading}</p>
          <p>{fillIn(words.done, { name: doneFor })}</p>
        </Notice>
      </div>
    );
  return (
    <form
      method="post"
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
      className="flex flex-col gap-4"
    >
      {leads.map((lead) => (
        <p key={lead}>{lead}</p>
      ))}
      {sentence && !about ? <Notice tone="bad">{sentence}</Notice> : null}
      <TextField
        name="name"
        label={words.name}
        maxLength={nameLength}
        dir="auto"
        autoComplete="off"
        error={errorOf("name")}
      />
      <TextField
        name="email"
        type="email"
        inputMode="email"
        label={words.email}
        maxLength={254}
        autoComplete="off"
        error={errorOf("email")}
      />
      {needsPhone ? (
        <TextField
          name="phone"
          type="tel"
          label={words.phone}
          hint={words.phoneHint}
          maxLength={40}
          autoComplete="off"
          error={errorOf("phone")}
        />
      ) : null}
      <TextArea
        name="reason"
        label={words.reason}
        hint={words.reasonHint}
        rows={3}
        maxLength={500}
        error={errorOf("reason")}
      />
      <ReadyButton type="submit" size="large" isBusy={isBusy} className="sm:self-start">
        {words.submit}
      </ReadyButton>
      {back}
    </form>
  );
}
