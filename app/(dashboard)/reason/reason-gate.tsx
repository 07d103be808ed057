"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type MouseEvent, type ReactNode, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { type AccessPurpose, REASON_LASTS_MS } from "#lib/identity/core/access-purposes.ts";
import { sayWhy } from "./actions.ts";

interface ReasonGateProps {
  readonly purpose: AccessPurpose;
  /** The envelope, as addresses name it; null for what concerns the organization. */
  readonly id: string | null;
  readonly isAsked: boolean;
  /** ISO 8601; null when no reason has been given yet. */
  readonly givenUntil: string | null;
  readonly children: ReactNode;
}

/** Whatever is downloaded from inside waits until a reason is given, where the organization asks for one. */
export function ReasonGate({ purpose, id, isAsked, givenUntil, children }: ReasonGateProps) {
  const t = useTranslations("app.reason");
  const refusals = useTranslations("refusals");
  const [until, setUntil] = useState(() => (givenUntil ? Date.parse(givenUntil) : 0));
  const [target, setTarget] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<{ code: string; reference?: string } | null>(null);
  const [isBusy, start] = useTransition();

  function hold(event: MouseEvent<HTMLDivElement>) {
    const link = (event.target as Element).closest("a");
    if (!isAsked || !link || Date.now() < until) return;
    if (!link.hasAttribute("download") && !("takesAway" in link.dataset)) return;
    event.preventDefault();
    setRefusal(null);
    setTarget(link.href);
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason"));
    start(async () => {
      const state = await sayWhy(purpose, id, reason);
      if (state.refusal) return setRefusal(state.refusal);
      setUntil(Date.now() + REASON_LASTS_MS - 60_000);
      if (target) window.location.assign(target);
      setTarget(null);
    });
  }

  return (
    <div onClickCapture={hold}>
      {children}
      <Dialog
        isOpen={target !== null}
        onOpenChange={(isOpen) => (isOpen ? undefined : setTarget(null))}
        title={t("title")}
        description={t("lead")}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setTarget(null)}>
              {t("cancel")}
            </Button>
            <Button type="submit" form="reason-form" isBusy={isBusy}>
              {t("confirm")}
            </Button>
          </>
        }
      >
        <form method="post" id="reason-form" onSubmit={submit} noValidate className="mt-4">
          <TextArea
            name="reason"
            label={t("reason")}
            hint={refusal ? undefined : t("hint")}
            maxLength={300}
            required
            error={refusal ? refusalText(refusals, refusal) : null}
          />
        </form>
      </Dialog>
    </div>
  );
}
