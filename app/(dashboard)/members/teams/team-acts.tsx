"use client";

import { useTranslations } from "next-intl";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { addTeam, putIntoTeam, shareWithTeam, takeApart } from "./actions.ts";

export function NewTeamButton() {
  const t = useTranslations("app.teams");
  return (
    <AskingButton
      kind="primary"
      label={t("new")}
      title={t("new")}
      description={t("newLead")}
      confirmLabel={t("create")}
      action={(form) => addTeam(String(form.get("name") ?? ""))}
    >
      <TextField name="name" label={t("name")} maxLength={60} required autoComplete="off" />
    </AskingButton>
  );
}

interface TeamProps {
  readonly teamId: string;
  readonly name: string;
}

export function AddToTeamButton({
  teamId,
  name,
  people,
}: TeamProps & { readonly people: readonly { readonly id: string; readonly name: string }[] }) {
  const t = useTranslations("app.teams");
  return (
    <AskingButton
      label={t("add")}
      about={name}
      title={t("addTitle", { name })}
      description={t("addLead")}
      confirmLabel={t("put")}
      action={(form) => putIntoTeam(String(form.get("member")), teamId, form.get("lead") === "on")}
    >
      <SelectField
        name="member"
        label={t("member")}
        options={people.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <CheckField name="lead" label={t("leads")} hint={t("leadsHint")} />
    </AskingButton>
  );
}

export function RemoveTeamButton({ teamId, name }: TeamProps) {
  const t = useTranslations("app.teams");
  return (
    <AskingButton
      kind="quiet"
      label={t("remove")}
      about={name}
      title={t("removeTitle", { name })}
      description={t("removeLead")}
      confirmLabel={t("remove")}
      action={() => takeApart(teamId)}
    />
  );
}

export function LeaveTeamButton({
  memberId,
  name,
  team,
}: {
  readonly memberId: string;
  readonly name: string;
  readonly team: string;
}) {
  const t = useTranslations("app.teams");
  return (
    <AskingButton
      kind="quiet"
      label={t("takeOut")}
      about={name}
      title={t("takeOutTitle", { name, team })}
      description={t("takeOutLead")}
      confirmLabel={t("takeOut")}
      action={() => putIntoTeam(memberId, null, false)}
    />
  );
}

/** Lets everybody of a team see, or act on, what lies in a folder. */
export function ShareFolderButton({
  teamId,
  name,
  folders,
}: TeamProps & {
  readonly folders: readonly { readonly id: string; readonly name: string; readonly teamId: string | null }[];
}) {
  const t = useTranslations("app.teams");
  return (
    <AskingButton
      label={t("shareFolder")}
      about={name}
      title={t("shareFolderTitle", { name })}
      description={t("shareFolderLead")}
      confirmLabel={t("shareFolderConfirm")}
      action={(form) => shareWithTeam(String(form.get("folder") ?? ""), teamId, String(form.get("access")))}
    >
      {folders.length === 0 ? (
        <p>{t("noFolders")}</p>
      ) : (
        <>
          <SelectField
            name="folder"
            label={t("folder")}
            options={folders.map((folder) => ({
              value: folder.id,
              label: folder.teamId ? t("sharedElsewhere", { name: folder.name }) : folder.name,
            }))}
          />
          <SelectField
            name="access"
            label={t("access")}
            options={[
              { value: "read", label: t("readLong") },
              { value: "act", label: t("actLong") },
            ]}
          />
        </>
      )}
    </AskingButton>
  );
}

export function UnshareFolderButton({
  folderId,
  name,
  team,
}: {
  readonly folderId: string;
  readonly name: string;
  readonly team: string;
}) {
  const t = useTranslations("app.teams");
  return (
    <AskingButton
      kind="quiet"
      label={t("unshare")}
      about={name}
      title={t("unshareTitle", { name, team })}
      description={t("unshareLead")}
      confirmLabel={t("unshare")}
      action={() => shareWithTeam(folderId, null, "read")}
    />
  );
}
