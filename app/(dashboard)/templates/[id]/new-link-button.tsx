"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { TemplateView } from "#lib/envelopes/templates/get-template.ts";
import { LINK_LIMITS } from "#lib/signing/core/public-link.ts";
import { makeLink } from "../link-actions.ts";

interface NewLinkButtonProps {
  readonly id: string;
  readonly roles: TemplateView["roles"];
}

const FORM = "new-public-link";
const { uses, days, perAddressADay, perNetworkAnHour } = LINK_LIMITS;
const NUMBERS = [
  { name: "mostUses", label: "mostUses", hint: "mostUsesHint", limits: uses, isRequired: false },
  { name: "days", label: "days", hint: "daysHint", limits: days, isRequired: false },
  { name: "perAddressADay", label: "perAddress", hint: null, limits: perAddressADay, isRequired: true },
  { name: "perNetworkAnHour", label: "perNetwork", hint: null, limits: perNetworkAnHour, isRequired: true },
] as const;

/** Which role is open, who takes the others, and how far the link goes. */
export function NewLinkButton({ id, roles }: NewLinkButtonProps) {
  const t = useTranslations("app.templates.links");
  const words = useTranslations("app.templates");
  const refusals = useTranslations("refusals");
  const choices = roles.filter(({ role }) => role !== "copy");
  const [openRole, setOpenRole] = useState(choices[0]?.id ?? "");
  const [isOpen, setOpen] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const others = roles.filter((role) => role.id !== openRole);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const number = (name: string) => (text(name) === "" ? null : Number(text(name)));
    setWrong(null);
    start(async () => {
      const { refusal } = await makeLink(id, {
        openRoleId: openRole,
        people: others.map((role) => ({
          ...{ roleId: role.id, name: text(`name ${role.id}`), email: text(`email ${role.id}`) },
        })),
        ...{ mostUses: number("mostUses"), days: number("days") },
        ...{ perAddressADay: number("perAddressADay"), perNetworkAnHour: number("perNetworkAnHour") },
      });
      if (refusal) setWrong(refusalText(refusals, refusal));
      else setOpen(false);
    });
  }

  return (
    <div>
      <Button kind="secondary" onClick={() => setOpen(true)}>
        {t("new")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("new")}
        closeLabel={t("close")}
        footer={
          <Button type="submit" form={FORM} isBusy={isBusy}>
            {t("create")}
          </Button>
        }
      >
        <form method="post" id={FORM} onSubmit={submit} className="flex flex-col gap-4">
          <SelectField
            label={t("openRole")}
            value={openRole}
            options={choices.map((role) => ({ value: role.id, label: role.name }))}
            onChange={(event) => setOpenRole(event.target.value)}
          />
          {others.map((role) => (
            <fieldset key={role.id} className="grid gap-3 sm:grid-cols-2">
              <legend className="mb-1 font-medium [overflow-wrap:anywhere]">{role.name}</legend>
              <TextField
                label={words("personName")}
                name={`name ${role.id}`}
                maxLength={64}
                autoComplete="off"
              />
              <TextField
                label={words("personEmail")}
                name={`email ${role.id}`}
                type="email"
                maxLength={254}
                autoComplete="off"
              />
            </fieldset>
          ))}
          <div className="grid gap-4 sm:grid-cols-2">
            {NUMBERS.map(({ name, label, hint, limits, isRequired }) => (
              <TextField
                key={name}
                label={t(label)}
                hint={hint ? t(hint) : undefined}
                name={name}
                type="number"
                inputMode="numeric"
                min={1}
                max={limits.most}
                required={isRequired}
                defaultValue={limits.default}
              />
            ))}
          </div>
          {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
        </form>
      </Dialog>
    </div>
  );
}
