"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { KioskView } from "#lib/signing/kiosk/use-kiosk.ts";
import { begin, endBySignIn, leaveByPin } from "./actions.ts";

interface Refusal {
  readonly code: string;
  readonly reference?: string;
}

const LOOK_MS = 5_000;

/** The names of those who sign here, and the way out for their host. */
export function KioskStart({ view }: { readonly view: KioskView }) {
  const t = useTranslations("sign.kiosk");
  const refusals = useTranslations("refusals");
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, start] = useTransition();
  const isWaiting = view.people.some(({ state }) => state === "waiting");

  // Somebody's turn may come while nobody touches the device.
  useEffect(() => {
    if (!isWaiting) return;
    const look = () => {
      // Whoever enters their number is not disturbed.
      if (!document.querySelector('[role="dialog"]')) window.location.reload();
    };
    const timer = setInterval(look, LOOK_MS);
    return () => clearInterval(timer);
  }, [isWaiting]);

  const hand = (id: string) =>
    start(async () => {
      const answer = await begin(id);
      if (answer.refusal) return setRefusal(answer.refusal);
      // In this page's place: nobody goes back from one person to another. In the language that was chosen here.
      window.location.replace(`${answer.result}${window.location.search}`);
    });

  return (
    <>
      <p className="mt-6">
        {view.people.some(({ state }) => state !== "done") ? t("lead") : t("nobody", { host: view.hostName })}
      </p>
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      <ul className="mt-4 flex flex-col divide-y divide-line">
        {view.people.map(({ id, name, state }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-3 py-4">
            <span className="text-lead" dir="auto">
              {name}
            </span>
            {state === "ready" ? (
              <ReadyButton
                size="large"
                isBusy={isBusy}
                aria-label={t("beginAs", { name })}
                onClick={() => hand(id)}
              >
                {t("ready")}
              </ReadyButton>
            ) : (
              <span className="text-ink-600">{t(state)}</span>
            )}
          </li>
        ))}
      </ul>
      <Leave hostName={view.hostName} />
    </>
  );
}

/** The way out, for the host alone. */
export function Leave({ hostName }: { readonly hostName: string }) {
  const t = useTranslations("sign.kiosk");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [isBusy, start] = useTransition();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const pin = String(new FormData(form).get("pin"));
    start(async () => {
      const answer = await leaveByPin(pin);
      form.reset();
      if (answer.refusal?.code === "signing/kiosk-locked") return window.location.replace("/kiosk");
      if (answer.refusal) return setRefusal(answer.refusal);
      window.location.replace("/envelopes");
    });
  }
  return (
    <>
      <p className="mt-6">
        <ReadyButton kind="quiet" className="-ms-4" onClick={() => setOpen(true)}>
          {t("leave")}
        </ReadyButton>
      </p>
      <Dialog
        isOpen={isOpen}
        onOpenChange={(next) => {
          setOpen(next);
          setRefusal(null);
        }}
        title={t("leaveTitle")}
        description={t("leaveLead", { host: hostName })}
        closeLabel={t("cancel")}
        footer={
          <ReadyButton type="submit" form="leave-form" isBusy={isBusy}>
            {t("leaveTitle")}
          </ReadyButton>
        }
      >
        <form
          method="post"
          id="leave-form"
          onSubmit={submit}
          autoComplete="off"
          className="mt-4 flex flex-col gap-4"
        >
          {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
          <TextField
            autoFocus
            name="pin"
            type="password"
            inputMode="numeric"
            autoComplete="off"
            maxLength={6}
            label={t("leavePin")}
            className="max-w-48"
          />
        </form>
      </Dialog>
    </>
  );
}

/** For who has signed in on a device whose session was locked or is over. */
export function KioskEnd() {
  const t = useTranslations("sign.kiosk");
  const [isBusy, start] = useTransition();
  return (
    <ReadyButton size="large" isBusy={isBusy} onClick={() => start(async () => void (await endBySignIn()))}>
      {t("endHere")}
    </ReadyButton>
  );
}
