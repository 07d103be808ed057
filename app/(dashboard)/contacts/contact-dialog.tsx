"use client";

import { Pencil, UserPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { LANGUAGE_NAMES } from "#components/signing/language-names.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { Contact } from "#lib/envelopes/contacts.ts";
import { CHECK_METHODS } from "#lib/envelopes/core/checks.ts";
import { RECIPIENT_LANGUAGES } from "#lib/envelopes/core/languages.ts";
import { keep } from "./actions.ts";

/** What is known of somebody, and whether mail to them came back. */
export interface Known extends Contact {
  readonly isLost: boolean;
}

/** Adds somebody by hand, or changes what is known of them. */
export function ContactDialog({ contact }: { readonly contact?: Known }) {
  const t = useTranslations("app.contacts");
  const checks = useTranslations("app.prepare.people.checks");
  const refusals = useTranslations("refusals");
  const formId = useId();
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function open() {
    setProblem(null);
    setOpen(true);
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    start(async () => {
      const { refusal } = await keep(contact?.email ?? null, form);
      if (refusal) return setProblem(refusalText(refusals, refusal));
      setOpen(false);
      toast(t("saved"));
    });
  }

  return (
    <>
      {contact ? (
        <IconButton label={t("edit", { name: contact.name || contact.email })} onClick={open}>
          <Pencil aria-hidden="true" className="size-5" />
        </IconButton>
      ) : (
        <Button onClick={open}>
          <UserPlus aria-hidden="true" className="size-5" />
          {t("add")}
        </Button>
      )}
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t(contact ? "editTitle" : "addTitle")}
        description={contact ? undefined : t("addLead")}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button type="submit" form={formId} isBusy={isBusy}>
              {t(contact ? "editConfirm" : "addConfirm")}
            </Button>
          </>
        }
      >
        <form method="post" id={formId} onSubmit={submit} className="mt-4 grid gap-4 sm:grid-cols-2">
          {problem ? (
            <div className="sm:col-span-2">
              <Notice tone="bad">{problem}</Notice>
            </div>
          ) : null}
          <TextField
            name="name"
            label={t("name")}
            defaultValue={contact?.name}
            maxLength={120}
            autoComplete="off"
          />
          <TextField
            name="email"
            type="email"
            label={t("email")}
            defaultValue={contact?.email}
            maxLength={254}
            autoComplete="off"
            required
          />
          <TextField
            name="company"
            label={t("company")}
            defaultValue={contact?.company}
            maxLength={120}
            autoComplete="off"
          />
          <SelectField
            name="language"
            label={t("language")}
            defaultValue={contact?.language ?? ""}
            options={RECIPIENT_LANGUAGES.map((value) => ({
              value,
              label: value === "" ? t("languageOpen") : LANGUAGE_NAMES[value],
            }))}
          />
          <TextField
            name="phone"
            type="tel"
            label={t("phone")}
            hint={t("phoneHint")}
            defaultValue={contact?.phone}
            maxLength={40}
            autoComplete="off"
          />
          <SelectField
            name="check"
            label={t("check")}
            hint={t("checkHint")}
            className="sm:col-span-2"
            defaultValue={contact?.check ?? ""}
            options={[
              { value: "", label: t("checkOpen") },
              ...CHECK_METHODS.map((value) => ({ value, label: checks(value) })),
            ]}
          />
          <div className="sm:col-span-2">
            <TextField
              name="groups"
              label={t("groups")}
              hint={t("groupsHint")}
              defaultValue={contact?.groups.join(", ")}
              maxLength={1_300}
              autoComplete="off"
            />
          </div>
          {contact?.isLost ? (
            <CheckField
              name="isFound"
              value="yes"
              label={t("isFound")}
              hint={t("isFoundHint")}
              className="sm:col-span-2"
            />
          ) : null}
        </form>
      </Dialog>
    </>
  );
}
