"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { signIn } from "next-auth/react";
import { useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";

interface LinkFormProps {
  readonly token: string;
  readonly words: { readonly submit: string; readonly refused: string; readonly back: string };
}

export function LinkForm({ token, words }: LinkFormProps) {
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [isRefused, setRefused] = useState(false);

  async function open() {
    setBusy(true);
    const opened = await signIn("token", { token, purpose: "link", redirect: false });
    if (opened?.ok) {
      router.replace("/");
      router.refresh();
      return;
    }
    setBusy(false);
    setRefused(true);
  }

  if (isRefused)
    return (
      <div className="flex flex-col gap-4">
        <Notice tone="bad">{words.refused}</Notice>
        <Link href="/sign-in">{words.back}</Link>
      </div>
    );
  return (
    <ReadyButton size="large" className="w-full" onClick={open} isBusy={isBusy}>
      {words.submit}
    </ReadyButton>
  );
}
