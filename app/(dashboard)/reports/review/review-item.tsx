"use client";

import { CircleCheck, UserRoundX } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { ReviewItem } from "#lib/evidence/reviews/review-access.ts";
import { decide } from "../actions.ts";

interface ReviewItemRowProps {
  readonly reviewId: string;
  readonly item: Omit<ReviewItem, "since"> & { readonly since: string };
  readonly isSelf: boolean;
}

/** One member: who they are, and what the reviewer decides. */
export function ReviewItemRow({ reviewId, item, isSelf }: ReviewItemRowProps) {
  const t = useTranslations("app.review");
  const roles = useTranslations("app.members.roles");
  const refusals = useTranslations("refusals");
  const [isAsking, setAsking] = useState(false);
  const [isBusy, start] = useTransition();
  const { memberId, name, email, role, since, decision, reason } = item;

  function settle(wanted: "kept" | "removed", why: string) {
    start(async () => {
      const { refusal } = await decide(reviewId, memberId, wanted, why);
      if (refusal) toast.error(refusalText(refusals, refusal));
      setAsking(false);
    });
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    settle("removed", String(new FormData(event.currentTarget).get("reason") ?? ""));
  }

  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-3 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium [overflow-wrap:anywhere]">
          {name} <span className="text-small font-normal text-ink-600">{roles(role as "owner")}</span>
        </p>
        <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
          {email} · {t("memberSince")} <Instant at={since} />
        </p>
        {reason ? <p className="text-small text-ink-700">{reason}</p> : null}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {decision ? (
          <StatusPill
            tone={decision === "kept" ? "good" : "bad"}
            icon={decision === "kept" ? CircleCheck : UserRoundX}
          >
            {t(decision)}
          </StatusPill>
        ) : (
          <Button kind="secondary" isBusy={isBusy} onClick={() => settle("kept", "")}>
            {t("keep")} <span className="sr-only">{name}</span>
          </Button>
        )}
        {decision === "removed" || isSelf ? null : (
          <Button kind="quiet" disabled={isBusy} onClick={() => setAsking(true)}>
            {t("remove")} <span className="sr-only">{name}</span>
          </Button>
        )}
      </div>
      <Dialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={t("removeTitle", { name })}
        description={t("removeText")}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setAsking(false)}>
              {t("cancel")}
            </Button>
            <Button kind="danger" type="submit" form={`remove-${memberId}`} isBusy={isBusy}>
              {t("remove")}
            </Button>
          </>
        }
      >
        <form method="post" id={`remove-${memberId}`} onSubmit={submit} className="mt-4">
          <TextField name="reason" label={t("reason")} maxLength={200} />
        </form>
      </Dialog>
    </li>
  );
}
