"use client";

import { FolderOutput, UserRoundX } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button, Spinner } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { MemberEntry } from "#lib/identity/change-member.ts";
import { publicId } from "#lib/ids.ts";
import { changeRole } from "./actions.ts";
import { ROLES } from "./roles.ts";

type Member = Omit<MemberEntry, "since"> & { readonly since: string };

interface MemberListProps {
  readonly members: readonly Member[];
  readonly ownId: string;
  readonly may: { readonly manage: boolean; readonly manageOwners: boolean };
}

export function MemberList({ members, ownId, may }: MemberListProps) {
  const t = useTranslations("app.members");
  return (
    <>
      <ul aria-label={t("title")} className="divide-y divide-line rounded-card border border-line bg-paper">
        {members.map((member) => (
          <MemberRow key={member.id} member={member} isSelf={member.id === ownId} may={may} />
        ))}
      </ul>
      <h2 className="mt-8 mb-2 text-lead font-semibold">{t("rolesTitle")}</h2>
      <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[auto_1fr]">
        {ROLES.map((role) => (
          <div key={role} className="contents">
            <dt className="font-medium">{t(`roles.${role}`)}</dt>
            <dd className="mb-2 text-ink-700 sm:mb-0">{t(`rights.${role}`)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

interface MemberRowProps {
  readonly member: Member;
  readonly isSelf: boolean;
  readonly may: MemberListProps["may"];
}

function MemberRow({ member, isSelf, may }: MemberRowProps) {
  const t = useTranslations("app.members");
  const refusals = useTranslations("refusals");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  const [isBusy, start] = useTransition();
  const { id, name, email, role } = member;
  const mayChange = may.manage && (role !== "owner" || may.manageOwners);

  function change(next: string | null) {
    setWrong(null);
    start(async () => {
      const { refusal } = await changeRole(id, next);
      setAsking(false);
      if (refusal) return setWrong(refusalText(refusals, refusal));
      toast(next === null ? t("removed", { name }) : t("changed", { name, role: t(`roles.${next}`) }));
    });
  }

  return (
    <li className="px-4 py-3 sm:px-6">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-60">
          <p className="font-medium [overflow-wrap:anywhere]">
            {name} {isSelf ? <span className="text-small font-normal text-ink-600">{t("you")}</span> : null}
          </p>
          <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{email}</p>
        </div>
        {isBusy ? <Spinner /> : null}
        {mayChange ? (
          <>
            <SelectField
              label={t("roleOf", { name })}
              hidesLabel
              value={role}
              disabled={isBusy}
              onChange={(event) => change(event.target.value)}
              options={ROLES.filter((value) => value !== "owner" || may.manageOwners).map((value) => ({
                ...{ value, label: t(`roles.${value}`) },
              }))}
              className="w-44"
            />
            <Link
              href={`/members/${publicId("member", id)}` as Route}
              aria-label={t("envelopes", { name })}
              title={t("envelopes", { name })}
              className="inline-flex size-11 shrink-0 items-center justify-center rounded-control text-ink-700 hover:bg-canvas hover:text-ink-900 sm:size-10"
            >
              <FolderOutput aria-hidden="true" className="size-5" />
            </Link>
            <IconButton label={t("remove", { name })} disabled={isBusy} onClick={() => setAsking(true)}>
              <UserRoundX aria-hidden="true" className="size-5" />
            </IconButton>
          </>
        ) : (
          <p className="w-44">{t(`roles.${role}`)}</p>
        )}
      </div>
      {wrong ? (
        <div className="mt-3">
          <Notice tone="bad">{wrong}</Notice>
        </div>
      ) : null}
      <Dialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title={t("removal.title", { name })}
        description={t("removal.consequence", { name })}
        closeLabel={t("removal.cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setAsking(false)}>
              {t("removal.cancel")}
            </Button>
            <Button kind="danger" isBusy={isBusy} onClick={() => change(null)}>
              {t("removal.confirm")}
            </Button>
          </>
        }
      />
    </li>
  );
}
