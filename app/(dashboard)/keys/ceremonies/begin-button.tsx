"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { CEREMONY_ROLES } from "#lib/signing/core/key-ceremony.ts";
import { AskingButton } from "../../asking-button.tsx";
import { begin, publish } from "./actions.ts";

interface BeginButtonProps {
  readonly scripts: readonly string[];
  readonly people: readonly { readonly id: string; readonly name: string }[];
}

/** Begins a ceremony: which script, where, and who is there as what. */
export function BeginButton({ scripts, people }: BeginButtonProps) {
  const t = useTranslations("app.keyWork.ceremonies");
  const roles = [
    { value: "", label: t("fields.nobody") },
    ...CEREMONY_ROLES.map((value) => ({ value, label: t(`roles.${value}`) })),
  ];
  return (
    <AskingButton
      label={t("start")}
      kind="primary"
      title={t("start")}
      description={t("fields.peopleHint")}
      confirmLabel={t("begin")}
      action={begin}
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
    </AskingButton>
  );
}

interface PublishButtonProps {
  /** The one whose next version it becomes; null for a new one. */
  readonly script: { readonly name: string; readonly text: string; readonly custodiansNeeded: number } | null;
}

/** Publishes a script of one's own. */
export function PublishButton({ script }: PublishButtonProps) {
  const t = useTranslations("app.keyWork.ceremonies");
  return (
    <AskingButton
      label={t(script ? "revise" : "publish")}
      kind={script ? "quiet" : "secondary"}
      title={script ? `${t("revise")}: ${script.name}` : t("publishTitle")}
      description={t("publishHint")}
      confirmLabel={t("publishDo")}
      action={publish}
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
    </AskingButton>
  );
}
