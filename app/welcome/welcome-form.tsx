"use client";

import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { setUp } from "./actions.ts";

type Word = "organization" | "organizationHint" | "name" | "email" | "password" | "passwordHint" | "submit";

interface WelcomeFormProps {
  readonly words: Readonly<Record<Word, string>>;
  readonly refusals: Readonly<Record<string, string>>;
}

export function WelcomeForm({ words, refusals }: WelcomeFormProps) {
  const router = useRouter();
  const [code, setCode] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const said = code === null ? null : (refusals[code] ?? refusals["input/invalid"]!);
  const isPassword = code?.startsWith("identity/password") ?? false;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setBusy(true);
    setCode(null);
    const state = await setUp(new FormData(event.currentTarget));
    const token = state.result?.token;
    const opened = token ? await signIn("token", { token, purpose: "session", redirect: false }) : null;
    if (opened?.ok) {
      router.replace("/");
      router.refresh();
      return;
    }
    setCode(state.refusal?.code ?? "input/invalid");
    setBusy(false);
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-4">
      {said && !isPassword && code !== "identity/email-wrong" ? <Notice tone="bad">{said}</Notice> : null}
      <TextField
        name="organization"
        label={words.organization}
        hint={words.organizationHint}
        autoComplete="organization"
        required
        maxLength={120}
      />
      <TextField name="name" label={words.name} autoComplete="name" required maxLength={120} />
      <TextField
        name="email"
        type="email"
        label={words.email}
        autoComplete="username"
        required
        error={code === "identity/email-wrong" ? said : null}
      />
      <TextField
        name="password"
        type="password"
        label={words.password}
        hint={isPassword ? undefined : words.passwordHint}
        autoComplete="new-password"
        required
        error={isPassword ? said : null}
      />
      <ReadyButton type="submit" size="large" isBusy={isBusy}>
        {words.submit}
      </ReadyButton>
    </form>
  );
}
