"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { MOST_YEARS } from "#lib/retention/core/schedule.ts";
import type { FormState } from "../../../_server/form.ts";
import { AskingButton } from "../../asking-button.tsx";
import { PasswordField } from "../../key-exports/password-field.tsx";
import { approve, remove, review, settle } from "../actions.ts";
import { type Entry, QueueEntry } from "./queue-entry.tsx";

interface DecisionListProps {
  readonly step: "review" | "approve";
  readonly entries: readonly Entry[];
  readonly mayDecide: boolean;
}

/** Envelopes that wait for a person to let them through; one's own are another's to let through. */
export function DecisionList({ step, entries, mayDecide }: DecisionListProps) {
  const t = useTranslations("app.retention.queue");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const isOpen = ({ reviewed }: Entry) => mayDecide && !(step === "approve" && reviewed?.isMe);
  const open = entries.filter(isOpen);
  const ids = open.map(({ envelopeId }) => envelopeId).filter((id) => chosen.has(id));
  const toggle = (id: string) =>
    setChosen((before) =>
      before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id]),
    );

  return (
    <>
      <ul className="divide-y divide-line">
        {entries.map((entry) => (
          <li key={entry.envelopeId} className="flex flex-wrap items-start gap-x-4 gap-y-3 px-4 py-4 sm:px-6">
            {mayDecide ? (
              <label className="-m-2.5 flex size-11 shrink-0 items-center justify-center">
                <span className="sr-only">{t("choose", { shortId: entry.shortId })}</span>
                <input
                  type="checkbox"
                  checked={chosen.has(entry.envelopeId)}
                  disabled={!isOpen(entry)}
                  onChange={() => toggle(entry.envelopeId)}
                  className="size-5 accent-action-700"
                />
              </label>
            ) : null}
            <div className="min-w-0 flex-1 basis-56">
              <QueueEntry entry={entry} />
              {entry.reviewed ? (
                <p className="text-small text-ink-700">
                  {t(entry.reviewed.isMe ? "reviewedByMe" : "reviewedBy", { name: entry.reviewed.by })}
                </p>
              ) : null}
            </div>
            {mayDecide ? <RemoveButton entry={entry} /> : null}
          </li>
        ))}
      </ul>
      {open.length > 0 ? (
        <div className="flex flex-wrap items-center gap-3 border-t border-line px-4 py-4 sm:px-6">
          <Button
            kind="quiet"
            onClick={() =>
              setChosen(ids.length === open.length ? new Set() : new Set(open.map((one) => one.envelopeId)))
            }
          >
            {t(ids.length === open.length ? "chooseNone" : "chooseAll")}
          </Button>
          {step === "review" ? <ReviewButton ids={ids} /> : <ApproveButton ids={ids} />}
        </div>
      ) : null}
    </>
  );
}

function ReviewButton({ ids }: { readonly ids: readonly string[] }) {
  const t = useTranslations("app.retention.queue.review");
  const refusals = useTranslations("refusals");
  const [refusal, setRefusal] = useState<FormState["refusal"]>(null);
  const [isBusy, start] = useTransition();

  function submit() {
    const form = new FormData();
    for (const id of ids) form.append("envelope", id);
    start(async () => {
      const state = await review(form);
      setRefusal(state.refusal);
      if (!state.refusal) toast(t("done", { count: ids.length }));
    });
  }

  return (
    <>
      <Button kind="secondary" disabled={ids.length === 0} isBusy={isBusy} onClick={submit}>
        {t("confirm", { count: ids.length })}
      </Button>
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
    </>
  );
}

function ApproveButton({ ids }: { readonly ids: readonly string[] }) {
  const t = useTranslations("app.retention.queue.approve");
  if (ids.length === 0)
    return (
      <Button kind="danger" disabled>
        {t("open", { count: 0 })}
      </Button>
    );
  return (
    <AskingButton
      kind="danger"
      label={t("open", { count: ids.length })}
      title={t("title", { count: ids.length })}
      description={t("consequence", { count: ids.length })}
      confirmLabel={t("confirm")}
      action={(form) => approve(ids, form)}
      onDone={() => toast(t("done", { count: ids.length }))}
    >
      <PasswordField />
    </AskingButton>
  );
}

/** Says that it was looked at, or handed over, and lets it through as the first of two people. */
export function SettleButton({ entry }: { readonly entry: Entry }) {
  const t = useTranslations("app.retention.queue");
  const isHandOver = entry.action === "hand-over";
  const of = isHandOver ? ("handedOver" as const) : ("settle" as const);
  return (
    <AskingButton
      kind="secondary"
      label={t(`${of}.open`)}
      about={entry.shortId}
      title={t(`${of}.title`, { shortId: entry.shortId })}
      description={t(`${of}.consequence`)}
      confirmLabel={t(`${of}.confirm`)}
      action={(form) => settle(entry.envelopeId, form)}
      onDone={() => toast(t(`${of}.done`))}
    >
      {isHandOver ? (
        <TextField
          name="receiver"
          label={t("handedOver.receiver")}
          hint={t("handedOver.receiverHint")}
          maxLength={200}
          required
        />
      ) : null}
    </AskingButton>
  );
}

export function RemoveButton({ entry }: { readonly entry: Entry }) {
  const t = useTranslations("app.retention.queue.remove");
  return (
    <AskingButton
      kind="quiet"
      label={t("open")}
      title={t("title", { shortId: entry.shortId })}
      description={t("consequence")}
      confirmLabel={t("confirm")}
      action={(form) => remove(entry.envelopeId, form)}
      onDone={() => toast(t("done"))}
    >
      <TextField
        name="years"
        label={t("years")}
        type="number"
        inputMode="numeric"
        min={1}
        max={MOST_YEARS}
        step={1}
        defaultValue={1}
        required
      />
      <TextArea name="reason" label={t("reason")} maxLength={1000} rows={3} required />
    </AskingButton>
  );
}
