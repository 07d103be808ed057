"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { Colleague } from "#lib/envelopes/share-envelope.ts";

export interface FolderChoiceProps {
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  /** The one it is in; null for none, undefined where there are several. */
  readonly current?: string | null;
}

/** A folder there is, none, or a new one. */
export function FolderChoice({ folders, current }: FolderChoiceProps) {
  const t = useTranslations("app.list");
  const [value, setValue] = useState(current === null ? "" : (current ?? folders[0]?.id ?? "new"));
  return (
    <>
      <SelectField
        label={t("folder")}
        name="folder"
        value={value}
        onChange={(event) => setValue(event.target.value)}
        options={[
          ...folders.map(({ id, name }) => ({ value: id, label: name })),
          { value: "", label: t("noFolder") },
          { value: "new", label: t("newFolder") },
        ]}
      />
      {value === "new" ? <TextField name="name" label={t("folderName")} maxLength={60} required /> : null}
    </>
  );
}

/** Words to mark several envelopes with, and what becomes of those they have. */
export function TagChoice() {
  const t = useTranslations("app.list");
  const [how, setHow] = useState("add");
  return (
    <>
      <SelectField
        label={t("tagHow")}
        name="how"
        value={how}
        onChange={(event) => setHow(event.target.value)}
        options={(["add", "remove", "set"] as const).map((value) => ({
          value,
          label: t(`tagHows.${value}`),
        }))}
      />
      <TextField
        name="tags"
        label={t("tags")}
        hint={t("tagsHint")}
        maxLength={300}
        required={how !== "set"}
      />
    </>
  );
}

const SENDS = new Set(["owner", "admin", "sender"]);

interface ColleagueChoiceProps {
  readonly colleagues: readonly Colleague[];
  /** Only who may send has what is handed over. */
  readonly sends?: boolean;
}

/** Somebody of the organization. */
export function ColleagueChoice({ colleagues, sends = false }: ColleagueChoiceProps) {
  const t = useTranslations("app.share");
  const all = colleagues.filter(({ role }) => !sends || SENDS.has(role));
  if (all.length === 0) return <p>{t("none")}</p>;
  return (
    <SelectField
      name="member"
      label={t("colleague")}
      options={all.map(({ id, name }) => ({ value: id, label: name }))}
    />
  );
}

/** What a colleague may do with what is shared with them. */
export function AccessChoice() {
  const t = useTranslations("app.share");
  return (
    <SelectField
      name="access"
      label={t("access")}
      options={[
        { value: "read", label: t("readLong") },
        { value: "act", label: t("actLong") },
      ]}
    />
  );
}
