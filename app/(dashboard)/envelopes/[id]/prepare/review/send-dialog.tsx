"use client";

import { CalendarClock, Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { ScheduleFields } from "#components/envelopes/schedule-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { turnsOf } from "#lib/envelopes/core/draft.ts";
import { isAsked } from "#lib/envelopes/core/roles.ts";
import { send } from "../../actions.ts";
import { schedule } from "../../after-actions.ts";
import type { DraftSnapshot, DraftStore } from "../draft-store.ts";

interface SendDialogProps {
  readonly id: string;
  readonly snapshot: DraftSnapshot;
  readonly store: DraftStore;
  readonly isOpen: boolean;
  /** At a time that is asked for here. */
  readonly isLater: boolean;
  readonly onLater: (isLater: boolean) => void;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** The last question before an envelope goes out. */
export function SendDialog({ id, snapshot, store, isOpen, isLater, ...on }: SendDialogProps) {
  const t = useTranslations("app.prepare.sending");
  const later = useTranslations("app.schedule");
  const refusals = useTranslations("refusals");
  const [wrong, setWrong] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const [isBusy, start] = useTransition();
  const { title, recipients, order } = snapshot.content;
  const acting = recipients.filter(({ role }) => isAsked(role));
  const turns = turnsOf(order, recipients);
  const turn = Math.min(...acting.map(({ id }) => turns.get(id)!));
  const first = acting.filter(({ id }) => turns.get(id) === turn);
  const mailed = first.filter(({ hostId, isGivenLink }) => !hostId && !isGivenLink).map(({ name }) => name);
  const names = new Intl.ListFormat("en", { type: "conjunction" }).format(mailed);

  function confirm() {
    setWrong(null);
    start(async () => {
      try {
        const { version } = store.saver;
        const isTimed = isLater && form.current !== null;
        const { refusal } = isTimed
          ? await schedule(id, version, new FormData(form.current!))
          : await send(id, version);
        if (refusal) setWrong(refusalText(refusals, refusal));
      } catch {
        setWrong(t("unreachable"));
      }
    });
  }

  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={(open) => isBusy || on.onOpenChange(open)}
      title={t("title", { title })}
      description={
        isLater
          ? later("consequence")
          : t("consequence", { names, mailed: mailed.length, others: acting.length - first.length })
      }
      closeLabel={t("cancel")}
      footer={
        <>
          <Button kind="secondary" disabled={isBusy} onClick={() => on.onOpenChange(false)}>
            {t("cancel")}
          </Button>
          <Button isBusy={isBusy} onClick={confirm}>
            {isBusy ? null : isLater ? (
              <CalendarClock aria-hidden="true" className="size-5" />
            ) : (
              <Send aria-hidden="true" className="size-5" />
            )}
            {isLater ? later("confirm") : isBusy ? t("busy") : t("confirm")}
          </Button>
        </>
      }
    >
      <form
        method="post"
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          confirm();
        }}
        className="mt-4 flex flex-col gap-4"
      >
        <CheckField
          label={later("open")}
          hint={later("description")}
          checked={isLater}
          onChange={(event) => on.onLater(event.target.checked)}
        />
        {isLater ? <ScheduleFields /> : null}
      </form>
      {wrong ? (
        <div className="mt-4">
          <Notice tone="bad">{wrong}</Notice>
        </div>
      ) : null}
    </Dialog>
  );
}
