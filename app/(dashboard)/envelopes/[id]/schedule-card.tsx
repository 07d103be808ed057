"use client";

import { CalendarClock } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { ScheduleFields } from "#components/envelopes/schedule-fields.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { usePageCommands } from "../../page-commands.ts";
import { send } from "./actions.ts";
import { schedule, takeBack } from "./after-actions.ts";

interface ScheduleCardProps {
  readonly id: string;
  readonly version: number;
  readonly at: string;
  readonly timeZone: string;
  /** The time in that zone, in words. */
  readonly words: string;
  readonly mayManage: boolean;
}

/** When a draft goes out by itself, and what can be done about it until then. */
export function ScheduleCard({ id, version, at, timeZone, words, mayManage }: ScheduleCardProps) {
  const t = useTranslations("app.schedule");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  const [wrong, setWrong] = useState<string | null>(null);
  const run = (act: () => Promise<{ refusal: { code: string; reference?: string } | null }>) => () =>
    start(async () => {
      const { refusal } = await act();
      setWrong(refusal ? refusalText(refusals, refusal) : null);
    });
  usePageCommands(
    mayManage
      ? [
          { id: "take-back", label: t("takeBack"), run: run(() => takeBack(id)) },
          { id: "send-now", label: t("sendNow"), run: run(() => send(id, version)) },
        ]
      : [],
  );
  return (
    <section aria-label={t("title")} className="rounded-card border border-line bg-paper p-4 sm:p-6">
      <p className="flex items-center gap-3 text-lead font-semibold">
        <CalendarClock aria-hidden="true" className="size-6 shrink-0 text-action-700" />
        {t("goesOut", { at: words })}
      </p>
      <p className="mt-1 text-ink-700">{t("untilThen", { zone: timeZone.replaceAll("_", " ") })}</p>
      {mayManage ? (
        <div className="mt-4 flex flex-wrap gap-3">
          <AskingButton
            label={t("change")}
            command={{ id: "schedule", letter: "t" }}
            title={t("changeTitle")}
            description={t("changeLead")}
            confirmLabel={t("confirm")}
            action={(form) => schedule(id, version, form)}
            onDone={() => toast(t("changed"))}
          >
            <ScheduleFields at={at} timeZone={timeZone} />
          </AskingButton>
          <Button kind="secondary" isBusy={isBusy} onClick={run(() => takeBack(id))}>
            {t("takeBack")}
          </Button>
          <Button kind="secondary" isBusy={isBusy} onClick={run(() => send(id, version))}>
            {t("sendNow")}
          </Button>
        </div>
      ) : null}
      {wrong ? (
        <div className="mt-4">
          <Notice tone="bad">{wrong}</Notice>
        </div>
      ) : null}
    </section>
  );
}
