"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { checkPassword, mailLink } from "./actions.ts";

interface SignInFormProps {
  readonly words: Readonly<Record<"email" | "password" | "submit" | "linkInstead" | "linkSent", string>>;
  readonly refusals: Readonly<Record<string, string>>;
}

export function SignInForm({ words, refusals }: SignInFormProps) {
  const router = useRouter();
  const [email, setEmail] = useState("");
  const [refusal, setRefusal] = useState<string | null>(null);
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const say = (code: string) => setRefusal(refusals[code] ?? refusals["input/invalid"]!);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    setSentTo(null);
    const state = await checkPassword(new FormData(event.currentTarget));
    const token = state.result?.token;
    const opened = token ? await signIn("token", { token, purpose: "session", redirect: false }) : null;
    if (opened?.ok) {
      router.replace("/");
      router.refresh();
      return;
    }
    say(state.refusal?.code ?? "identity/token-refused");
    setBusy(false);
  }

  async function askForLink() {
    if (email.trim() === "") return document.getElementById("sign-in-email")?.focus();
    setBusy(true);
    setRefusal(null);
    const { refusal } = await mailLink(email);
    setBusy(false);
    if (refusal) say(refusal.code);
    else setSentTo(email.trim());
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-4">
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      {sentTo ? <Notice tone="good">{words.linkSent.replace("{email}", sentTo)}</Notice> : null}
      <TextField
        id="sign-in-email"
        name="email"
        type="email"
        label={words.email}
        autoComplete="username"
        required
        value={email}
        onChange={(event) => setEmail(event.target.value)}
      />
      <TextField
        name="password"
        type="password"
        label={words.password}
        autoComplete="current-password"
        required
      />
      <ReadyButton type="submit" size="large" isBusy={isBusy}>
        {words.submit}
      </ReadyButton>
      <ReadyButton kind="quiet" onClick={askForLink} disabled={isBusy}>
        {words.linkInstead}
      </ReadyButton>
    </form>
  );
}
