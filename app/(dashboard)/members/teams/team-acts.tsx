"use client";

import { useTranslations } from "next-intl";
import type { ComponentProps } from "react";
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

/** Asks whether something shall end, and has it end. */
function EndButton({
  act,
  words: t,
  about,
  action,
}: {
  readonly act: "remove" | "takeOut" | "unshare";
  readonly words: ReturnType<typeof useTranslations<"app.teams">>;
  readonly about: { readonly name: string; readonly team: string };
  readonly action: ComponentProps<typeof AskingButton>["action"];
}) {
  return (
    <AskingButton
      kind="quiet"
      label={t(act)}
      about={about.name}
      title={t(`${act}Title`, about)}
      description={t(`${act}Lead`)}
      confirmLabel={t(act)}
      action={action}
    />
  );
}

export function RemoveTeamButton({ teamId, name }: TeamProps) {
  const t = useTranslations("app.teams");
  return <EndButton act="remove" words={t} about={{ name, team: name }} action={() => takeApart(teamId)} />;
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
    <EndButton
      act="takeOut"
      words={t}
      about={{ name, team }}
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
    <EndButton
      act="unshare"
      words={t}
      about={{ name, team }}
      action={() => shareWithTeam(folderId, null, "read")}
    />
  );
}
