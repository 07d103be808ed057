"use client";

import { CalendarClock, CheckCheck, CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { ReviewKind, ReviewPolicy } from "#lib/signing/core/key-dates.ts";
import { AskingButton } from "../asking-button.tsx";
import { useAct } from "../use-act.ts";
import { changePolicy, signOff } from "./actions.ts";

export interface ShownReview {
  readonly id: string;
  readonly kind: ReviewKind;
  readonly dueAt: string;
  readonly isOverdue: boolean;
  readonly doneAt: string | null;
  readonly doneBy: string | null;
  readonly note: string | null;
}

const MONTHS = [6, 7, 8, 9, 10, 11, 12];
const PASSPHRASE_MONTHS = [1, 2, 3, 6, 12];

/** Dated tasks: who looked over the keys, when, and with what outcome. */
export function ReviewList({
  reviews,
  policy,
}: {
  readonly reviews: readonly ShownReview[];
  readonly policy: ReviewPolicy;
}) {
  const t = useTranslations("app.keys.reviews");
  const { act, isBusy, refusal } = useAct();
  return (
    <Sheet
      title={t("title")}
      aside={
        <div className="flex w-full flex-wrap gap-2 sm:w-auto">
          <SelectField
            label={t("months")}
            hidesLabel
            value={String(policy.reviewMonths)}
            disabled={isBusy}
            options={MONTHS.map((count) => ({ value: String(count), label: t("every", { count }) }))}
            onChange={(event) => {
              const count = Number(event.target.value);
              act(
                () => changePolicy({ reviewMonths: count }),
                () => toast(t("changed", { count })),
              );
            }}
            className="w-full sm:w-72"
          />
          <SelectField
            label={t("passphraseMonths")}
            hidesLabel
            value={String(policy.passphraseMonths)}
            disabled={isBusy}
            options={PASSPHRASE_MONTHS.map((count) => ({
              value: String(count),
              label: t("everyPassphrase", { count }),
            }))}
            onChange={(event) => {
              const count = Number(event.target.value);
              act(
                () => changePolicy({ passphraseMonths: count }),
                () => toast(t("changedPassphrase", { count })),
              );
            }}
            className="w-full sm:w-72"
          />
        </div>
      }
    >
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      {reviews.length === 0 ? <p className="px-4 py-4 text-ink-700 sm:px-6">{t("none")}</p> : null}
      <ul aria-label={t("title")} className="divide-y divide-line">
        {reviews.map((review) => (
          <Review key={review.id} review={review} />
        ))}
      </ul>
    </Sheet>
  );
}

function Review({ review }: { readonly review: ShownReview }) {
  const t = useTranslations("app.keys.reviews");
  const { id, kind, dueAt, isOverdue, doneAt, doneBy, note } = review;
  const look = doneAt
    ? ({ tone: "good", icon: CheckCheck } as const)
    : isOverdue
      ? ({ tone: "warn", icon: CircleAlert } as const)
      : ({ tone: "neutral", icon: CalendarClock } as const);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{t(`kinds.${kind}`)}</span>
          <StatusPill {...look}>{t(doneAt ? "done" : isOverdue ? "overdue" : "planned")}</StatusPill>
        </p>
        <p className="mt-1 text-small text-ink-600">
          {doneAt ? (
            <>
              {t("doneBy", { name: doneBy ?? "" })} <Instant at={doneAt} />
            </>
          ) : (
            <>
              {t("due")} <Instant at={dueAt} />
            </>
          )}
        </p>
        {note ? <p className="mt-1 text-small [overflow-wrap:anywhere]">{note}</p> : null}
      </div>
      {doneAt ? null : (
        <AskingButton
          label={t("signOff")}
          title={t("signOffTitle", { what: t(`kinds.${kind}`) })}
          description={t(`tasks.${kind}`)}
          cancelLabel={t("cancel")}
          confirmLabel={t("signOff")}
          action={(form) => signOff(id, String(form.get("note")))}
        >
          <TextArea name="note" label={t("note")} hint={t("noteHint")} maxLength={1000} required />
        </AskingButton>
      )}
    </li>
  );
}
