"use client";

import { CircleCheck, UserRoundCog, UserRoundX } from "lucide-react";
import { useTranslations } from "next-intl";
import { Instant } from "#components/ui/instant.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { Role } from "#lib/context.ts";
import { isPrivileged } from "#lib/evidence/core/review-terms.ts";
import type { ReviewItem } from "#lib/evidence/reviews/review-access.ts";
import { AskingButton } from "../../asking-button.tsx";
import { ActButton } from "../act-button.tsx";
import { decide } from "../actions.ts";

interface ReviewItemRowProps {
  readonly reviewId: string;
  readonly item: Omit<ReviewItem, "since"> & { readonly since: string };
  readonly isSelf: boolean;
  /** What the reviewer may give somebody. */
  readonly roles: readonly Role[];
}

const LOOKS = {
  kept: { tone: "good", icon: CircleCheck },
  changed: { tone: "info", icon: UserRoundCog },
  removed: { tone: "bad", icon: UserRoundX },
} as const;

/** One member: who they are, and what the reviewer decides. */
export function ReviewItemRow({ reviewId, item, isSelf, roles }: ReviewItemRowProps) {
  const t = useTranslations("app.review");
  const names = useTranslations("app.members.roles");
  const { memberId, name, email, role, newRole, since, decision, reason } = item;
  const now = (newRole ?? role) as Role;
  const settle = (wanted: "kept" | "removed" | "changed") => (form: FormData) =>
    decide(reviewId, memberId, wanted, form);

  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-3 sm:px-6">
      <div className="min-w-0 flex-1 basis-64">
        <p className="font-medium [overflow-wrap:anywhere]">
          {name} <span className="text-small font-normal text-ink-600">{names(now)}</span>
        </p>
        <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
          {email} · {t("memberSince")} <Instant at={since} />
        </p>
        {newRole ? (
          <p className="text-small text-ink-700">{t("was", { role: names(role as Role) })}</p>
        ) : null}
        {reason ? <p className="text-small text-ink-700 [overflow-wrap:anywhere]">{reason}</p> : null}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {decision ? (
          <StatusPill {...LOOKS[decision]}>{t(decision)}</StatusPill>
        ) : isPrivileged(now) ? (
          <AskingButton
            label={t("keep")}
            about={name}
            title={t("keepTitle", { name })}
            description={t("keepText")}
            confirmLabel={t("keep")}
            action={settle("kept")}
          >
            <TextField name="reason" label={t("reasonNeeded")} maxLength={200} required />
          </AskingButton>
        ) : (
          <ActButton label={t("keep")} about={name} act={() => settle("kept")(new FormData())} />
        )}
        {decision === "removed" || isSelf ? null : (
          <>
            <AskingButton
              kind="quiet"
              label={t("change")}
              about={name}
              title={t("changeTitle", { name })}
              description={t("changeText")}
              confirmLabel={t("change")}
              action={settle("changed")}
            >
              <SelectField
                name="role"
                label={t("newRole")}
                options={roles.filter((one) => one !== now).map((value) => ({ value, label: names(value) }))}
              />
              <TextField name="reason" label={t("reason")} maxLength={200} />
            </AskingButton>
            <AskingButton
              kind="quiet"
              label={t("remove")}
              about={name}
              title={t("removeTitle", { name })}
              description={t("removeText")}
              confirmLabel={t("remove")}
              action={settle("removed")}
            >
              <TextField name="reason" label={t("reason")} maxLength={200} />
            </AskingButton>
          </>
        )}
      </div>
    </li>
  );
}
