"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { place } from "../place.ts";

type Choices = readonly { readonly id: string; readonly name: string }[];

interface PlaceButtonProps {
  readonly id: string;
  readonly teams: Choices;
  readonly folders: Choices;
  readonly teamId: string | null;
  readonly folderId: string | null;
}

/** Whose a template is, and the folder it is in. */
export function PlaceButton({ id, teams, folders, teamId, folderId }: PlaceButtonProps) {
  const t = useTranslations("app.templates");
  const options = (none: string, all: Choices) => [
    { value: "", label: none },
    ...all.map(({ id, name }) => ({ value: id, label: name })),
  ];
  return (
    <AskingButton
      label={t("place")}
      title={t("placeTitle")}
      description={t("placeLead")}
      confirmLabel={t("placeSave")}
      action={(form) => place(id, String(form.get("team") ?? ""), String(form.get("folder") ?? ""))}
    >
      <SelectField
        name="team"
        label={t("usedBy")}
        defaultValue={teamId ?? ""}
        options={options(t("usedByAll"), teams)}
      />
      <SelectField
        name="folder"
        label={t("folder")}
        defaultValue={folderId ?? ""}
        options={options(t("noFolder"), folders)}
      />
    </AskingButton>
  );
}
