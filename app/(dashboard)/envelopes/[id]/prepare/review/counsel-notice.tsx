"use client";

import { CircleCheck, Scale } from "lucide-react";
import { useTranslations } from "next-intl";
import { Instant } from "#components/ui/instant.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { guardOf } from "#lib/envelopes/core/class-steps.ts";
import { AskingButton } from "../../../../asking-button.tsx";
import { confirmCounsel } from "../../actions.ts";
import type { DraftSnapshot, DraftStore } from "../draft-store.ts";

interface CounselNoticeProps {
  readonly id: string;
  readonly snapshot: DraftSnapshot;
  readonly store: DraftStore;
}

/** Says that the law may leave this record out of what is signed electronically, and has somebody look (15 USC 7003). */
export function CounselNotice({ id, snapshot, store }: CounselNoticeProps) {
  const t = useTranslations("app.prepare.review.counsel");
  const { asked, content, documents } = snapshot;
  const { exclusions, isConfirmed } = guardOf(asked, content, documents);
  if (exclusions.length === 0 && !asked.steps.includes("counsel")) return null;
  const kinds = exclusions.map((one) => t(`kinds.${one}`));
  const { confirmation } = asked;

  async function confirm(form: FormData) {
    // It is about the title as it is kept.
    await store.saver.flush();
    const state = await confirmCounsel(id, [...exclusions], String(form.get("reason") ?? ""));
    if (!state.refusal) await store.readAsked().catch(() => {});
    return state;
  }

  return (
    <section
      id="ask-counsel"
      tabIndex={-1}
      aria-label={t("title")}
      className={`scroll-mt-36 rounded-card border p-4 sm:p-5 ${isConfirmed ? "border-line bg-paper" : "border-warn-800 bg-warn-50 text-warn-800"}`}
    >
      <h2 className="flex items-center gap-2 font-semibold">
        <Scale aria-hidden="true" className="size-5 shrink-0" />
        {t("title")}
      </h2>
      <p className="mt-2">
        {kinds.length > 0 ? t("found", { kinds: new Intl.ListFormat("en").format(kinds) }) : t("ofClass")}{" "}
        {t("noAdvice")}
      </p>
      {isConfirmed && confirmation ? (
        <p className="mt-2 flex items-start gap-2 text-good-700">
          <CircleCheck aria-hidden="true" className="mt-0.5 size-5 shrink-0" />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            {t("confirmed", { name: confirmation.confirmedBy, reason: confirmation.reason })}{" "}
            <Instant at={confirmation.confirmedAt} />
          </span>
        </p>
      ) : (
        <div className="mt-3">
          <AskingButton
            label={t("open")}
            title={t("dialog")}
            description={t("consequence")}
            confirmLabel={t("confirm")}
            action={confirm}
          >
            <TextArea name="reason" label={t("reason")} hint={t("reasonHint")} required maxLength={1000} />
          </AskingButton>
        </div>
      )}
    </section>
  );
}
