"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { CEREMONY_ROLES } from "#lib/signing/core/key-ceremony.ts";
import { ActDialog } from "../act-dialog.tsx";
import { begin, publish } from "./actions.ts";

interface BeginButtonProps {
  readonly scripts: readonly string[];
  readonly people: readonly { readonly id: string; readonly name: string }[];
}

/** Begins a ceremony: which script, where, and who is there as what. */
export function BeginButton({ scripts, people }: BeginButtonProps) {
  const all = useTranslations("app.keyWork");
  const t = useTranslations("app.keyWork.ceremonies");
  const roles = [
    { value: "", label: t("fields.nobody") },
    ...CEREMONY_ROLES.map((value) => ({ value, label: t(`roles.${value}`) })),
  ];
  return (
    <ActDialog
      open={t("start")}
      openKind="primary"
      title={t("start")}
      consequence={t("fields.peopleHint")}
      cancel={all("cancel")}
      confirm={t("begin")}
      run={begin}
    >
      <TextField
        name="title"
        label={t("fields.title")}
        hint={t("fields.titleHint")}
        maxLength={120}
        required
      />
      <TextField
        name="place"
        label={t("fields.place")}
        hint={t("fields.placeHint")}
        maxLength={200}
        required
      />
      <SelectField
        name="script"
        label={t("script")}
        options={scripts.map((name) => ({ value: name, label: name }))}
      />
      <fieldset className="flex flex-col gap-3">
        <legend className="mb-2 font-medium">{t("fields.people")}</legend>
        {people.map(({ id, name }) => (
          <SelectField key={id} name={`role.${id}`} label={name} options={roles} />
        ))}
      </fieldset>
    </ActDialog>
  );
}

interface PublishButtonProps {
  /** The one whose next version it becomes; null for a new one. */
  readonly script: { readonly name: string; readonly text: string; readonly custodiansNeeded: number } | null;
}

/** Publishes a script of one's own. */
export function PublishButton({ script }: PublishButtonProps) {
  const all = useTranslations("app.keyWork");
  const t = useTranslations("app.keyWork.ceremonies");
  return (
    <ActDialog
      open={t(script ? "revise" : "publish")}
      openKind={script ? "quiet" : "secondary"}
      title={script ? `${t("revise")}: ${script.name}` : t("publishTitle")}
      consequence={t("publishHint")}
      cancel={all("cancel")}
      confirm={t("publishDo")}
      run={publish}
    >
      <TextField
        name="name"
        label={t("name")}
        hint={t("nameHint")}
        defaultValue={script?.name}
        maxLength={120}
        required
      />
      <TextField
        name="custodians"
        type="number"
        min={0}
        max={20}
        label={t("custodians")}
        defaultValue={script?.custodiansNeeded ?? 2}
        required
      />
      <TextArea
        name="text"
        label={t("text")}
        hint={t("textHint")}
        rows={14}
        defaultValue={script?.text}
        required
      />
    </ActDialog>
  );
}
