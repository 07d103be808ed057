"use client";

import { UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { invite } from "./actions.ts";
import { ROLES } from "./roles.ts";

interface InviteButtonProps {
  readonly mayInviteOwners: boolean;
  /** The invitation is read there, for want of a mail server. */
  readonly usesOutbox: boolean;
}

const ABOUT_EMAIL = new Set(["identity/email-wrong", "identity/already-a-member"]);

/** Asks who is to become a member, and mails them how to get in. */
export function InviteButton({ mayInviteOwners, usesOutbox }: InviteButtonProps) {
  const t = useTranslations("app.members.invitation");
  const roles = useTranslations("app.members");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [refusal, setRefusal] = useState<{ code: string; reference?: string } | null>(null);
  const [role, setRole] = useState<string>("sender");
  const [isBusy, start] = useTransition();
  const said = refusal ? refusalText(refusals, refusal) : null;
  const isAboutEmail = refusal !== null && ABOUT_EMAIL.has(refusal.code);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setRefusal(null);
    start(async () => {
      const state = await invite(form);
      if (state.refusal) return setRefusal(state.refusal);
      setOpen(false);
      toast(t(usesOutbox ? "doneOutbox" : "done", { name: String(form.get("name")) }));
    });
  }

  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <UserPlus aria-hidden="true" className="size-5" />
        {t("open")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("title")}
        description={t(usesOutbox ? "leadOutbox" : "lead")}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button type="submit" form="invite-form" isBusy={isBusy}>
              {t("confirm")}
            </Button>
          </>
        }
      >
        <form method="post" id="invite-form" onSubmit={submit} className="mt-4 flex flex-col gap-4">
          {said && !isAboutEmail ? <Notice tone="bad">{said}</Notice> : null}
          <TextField name="name" label={t("name")} required maxLength={120} autoComplete="off" />
          <TextField
            name="email"
            type="email"
            label={t("email")}
            required
            maxLength={254}
            autoComplete="off"
            error={isAboutEmail ? said : null}
          />
          <SelectField
            name="role"
            label={t("role")}
            value={role}
            onChange={(event) => setRole(event.target.value)}
            hint={roles(`rights.${role}`)}
            options={ROLES.filter((value) => value !== "owner" || mayInviteOwners).map((value) => ({
              ...{ value, label: roles(`roles.${value}`) },
            }))}
          />
        </form>
      </Dialog>
    </>
  );
}
