"use client";

import { useLocale, useTranslations } from "next-intl";
import { type FormEvent, useEffect, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { wipeDevice } from "#components/signing/wipe-device.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { KioskView } from "#lib/signing/kiosk/use-kiosk.ts";
import { begin, register } from "./actions.ts";

const IDLE_MS = 90_000;
const LOOK_MS = 1_500;

type Refusal = { readonly code: string; readonly reference?: string } | null;

/** A stand: begin, say who you are, sign. Whoever goes away is wiped off. */
export function WalkUp({ view }: { readonly view: KioskView }) {
  const person = view.people[0];
  const [isEntering, setEntering] = useState(false);
  useIdle(isEntering || person !== undefined);
  if (person) return <Ready person={person} />;
  return isEntering ? (
    <Register asksPhone={view.walkUp!.asksPhone} onStop={() => setEntering(false)} />
  ) : (
    <Start document={view.walkUp!.templateTitle} onBegin={() => setEntering(true)} />
  );
}

function Start({ document, onBegin }: { readonly document: string; readonly onBegin: () => void }) {
  const t = useTranslations("sign.walkUp");
  return (
    <>
      <p className="mt-6">{t("lead", { title: document })}</p>
      <p className="mt-6">
        <ReadyButton size="large" className="w-full sm:w-auto" onClick={onBegin}>
          {t("begin")}
        </ReadyButton>
      </p>
    </>
  );
}

function Register({ asksPhone, onStop }: { readonly asksPhone: boolean; readonly onStop: () => void }) {
  const t = useTranslations("sign.walkUp");
  const refusals = useTranslations("refusals");
  const language = useLocale();
  const [refusal, setRefusal] = useState<Refusal>(null);
  const [isBusy, start] = useTransition();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const of = (name: string) => String(form.get(name) ?? "");
    setRefusal(null);
    start(async () => {
      const answer = await register({ name: of("name"), email: of("email"), phone: of("phone"), language });
      if (answer.refusal) return setRefusal(answer.refusal);
      window.location.replace(`/kiosk${window.location.search}`);
    });
  }

  // Browsers offer nothing here, and keep nothing.
  const plain = { autoComplete: "off", spellCheck: false } as const;
  return (
    <form method="post" onSubmit={submit} noValidate autoComplete="off" className="mt-6 flex flex-col gap-4">
      <h2 className="text-h3">{t("heading")}</h2>
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      <TextField name="name" label={t("name")} maxLength={64} autoFocus {...plain} />
      <TextField
        name="email"
        type="email"
        label={t("email")}
        hint={t("emailHint")}
        maxLength={254}
        {...plain}
      />
      {asksPhone ? (
        <TextField
          name="phone"
          type="tel"
          label={t("phone")}
          hint={t("phoneHint")}
          maxLength={40}
          {...plain}
        />
      ) : null}
      <p className="text-small text-ink-600">{t("privacy")}</p>
      <div className="flex flex-wrap gap-3">
        <ReadyButton type="submit" size="large" isBusy={isBusy}>
          {t("submit")}
        </ReadyButton>
        <ReadyButton kind="secondary" size="large" onClick={onStop}>
          {t("back")}
        </ReadyButton>
      </div>
    </form>
  );
}

function Ready({ person }: { readonly person: KioskView["people"][number] }) {
  const t = useTranslations("sign.walkUp");
  const refusals = useTranslations("refusals");
  const [refusal, setRefusal] = useState<Refusal>(null);
  const [isBusy, start] = useTransition();
  const { id, name, state } = person;
  const isWaiting = state === "waiting";
  // The document is being prepared: that takes a moment.
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => window.location.reload(), LOOK_MS);
    return () => clearTimeout(timer);
  }, [isWaiting]);
  const open = () =>
    start(async () => {
      const answer = await begin(id);
      if (answer.refusal) return setRefusal(answer.refusal);
      window.location.replace(answer.result!);
    });
  return (
    <>
      <p role="status" className="mt-6" dir="auto">
        {isWaiting ? t("preparing") : t("ready", { name })}
      </p>
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      <div className="mt-6 flex flex-wrap gap-3">
        {isWaiting ? null : (
          <ReadyButton size="large" isBusy={isBusy} onClick={open}>
            {t("open")}
          </ReadyButton>
        )}
        <ReadyButton kind="secondary" size="large" onClick={() => void wipeDevice("other", "/kiosk")}>
          {t("stop")}
        </ReadyButton>
      </div>
    </>
  );
}

/** Whoever went away in the middle is wiped off. */
function useIdle(isWatching: boolean): void {
  useEffect(() => {
    if (!isWatching) return;
    let timer = setTimeout(leave, IDLE_MS);
    function leave() {
      void wipeDevice("idle", "/kiosk");
    }
    function touched() {
      clearTimeout(timer);
      timer = setTimeout(leave, IDLE_MS);
    }
    const events = new AbortController();
    for (const type of ["pointerdown", "keydown", "touchstart"])
      window.addEventListener(type, touched, { signal: events.signal, passive: true, capture: true });
    return () => {
      clearTimeout(timer);
      events.abort();
    };
  }, [isWatching]);
}
