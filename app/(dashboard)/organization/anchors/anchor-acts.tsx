"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { FIELD_TYPES, type FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { ANCHOR_LIMITS, ANCHOR_UNITS } from "#lib/envelopes/core/hints/anchor.ts";
import { AskingButton } from "../../asking-button.tsx";
import { bringAnchors, deleteAnchor, saveAnchor } from "./actions.ts";

/** Adds words, and says what field they stand for and where it is. */
export function AddAnchor() {
  const t = useTranslations("app.anchors");
  const types = useTranslations("app.prepare.fields.types");
  const [type, setType] = useState<FieldType>("signature");
  return (
    <AskingButton
      label={t("add")}
      title={t("add")}
      description={t("addHint")}
      confirmLabel={t("add")}
      action={saveAnchor}
      onDone={() => setType("signature")}
    >
      <TextField name="text" label={t("text")} hint={t("textHint")} maxLength={ANCHOR_LIMITS.text} required />
      <SelectField
        name="type"
        label={t("type")}
        value={type}
        onChange={({ target }) => setType(target.value as FieldType)}
        options={FIELD_TYPES.map((value) => ({ value, label: types(value) }))}
      />
      {type === "dropdown" ? <TextArea name="options" label={t("options")} rows={3} required /> : null}
      <TextField name="label" label={t("label")} maxLength={ANCHOR_LIMITS.label} />
      <TextField name="signer" label={t("signer")} hint={t("signerHint")} maxLength={ANCHOR_LIMITS.signer} />
      <SelectField
        name="unit"
        label={t("unit")}
        defaultValue="pt"
        options={ANCHOR_UNITS.map((value) => ({ value, label: t(`units.${value}`) }))}
      />
      <div className="grid grid-cols-2 gap-4">
        <TextField name="xOffset" label={t("xOffset")} inputMode="decimal" />
        <TextField name="yOffset" label={t("yOffset")} inputMode="decimal" />
        <TextField name="width" label={t("width")} inputMode="decimal" />
        <TextField name="height" label={t("height")} inputMode="decimal" />
      </div>
      <CheckField name="isRequired" label={t("isRequired")} defaultChecked />
      <CheckField name="isWholeWord" label={t("wholeWord")} hint={t("wholeWordHint")} defaultChecked />
      <CheckField name="matchesCase" label={t("case")} />
      <CheckField name="mayBeAbsent" label={t("mayBeAbsent")} hint={t("mayBeAbsentHint")} defaultChecked />
      <CheckField name="isTakenOut" label={t("takeOut")} hint={t("takeOutHint")} />
    </AskingButton>
  );
}

/** Takes over the list that goes with documents whose tags are only names. */
export function BringAnchors() {
  const t = useTranslations("app.anchors");
  return (
    <AskingButton
      label={t("bring")}
      title={t("bringTitle")}
      description={t("bringHint")}
      confirmLabel={t("bringConfirm")}
      action={bringAnchors}
    >
      <TextArea name="list" label={t("listLabel")} rows={8} required />
    </AskingButton>
  );
}

export function RemoveAnchor({ text }: { readonly text: string }) {
  const t = useTranslations("app.anchors");
  return (
    <AskingButton
      kind="quiet"
      label={t("remove")}
      about={text}
      title={t("removeTitle", { text })}
      description={t("removeHint")}
      confirmLabel={t("remove")}
      action={() => deleteAnchor(text)}
    >
      {null}
    </AskingButton>
  );
}
