"use client";

import { CircleCheck, CircleHelp, CircleX } from "lucide-react";
import { useTranslations } from "next-intl";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../asking-button.tsx";
import { addPlace, removePlace, tryPlace } from "./actions.ts";

export interface ShownPlace {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly folder: string;
  readonly hostKey: string;
  readonly publicLine: string;
  readonly triedAt: string | null;
  readonly refusal: string | null;
}

interface SftpPlacesProps {
  readonly places: readonly ShownPlace[];
  readonly mayChange: boolean;
}

/** Servers that packed keys may be brought to, with the pinned key of each and ours to get in. */
export function SftpPlaces({ places, mayChange }: SftpPlacesProps) {
  const t = useTranslations("app.keyExports.sftp");
  return (
    <Sheet title={t("title")} aside={mayChange ? <AddPlace /> : null}>
      {places.length === 0 ? <p className="px-4 py-5 text-ink-700 sm:px-6">{t("none")}</p> : null}
      <ul className="divide-y divide-line">
        {places.map((place) => (
          <Place key={place.id} place={place} mayChange={mayChange} />
        ))}
      </ul>
    </Sheet>
  );
}

function AddPlace() {
  const t = useTranslations("app.keyExports.sftp");
  return (
    <AskingButton
      label={t("add")}
      title={t("addTitle")}
      description={t("addHint")}
      confirmLabel={t("add")}
      action={addPlace}
    >
      <TextField name="name" label={t("name")} hint={t("nameHint")} maxLength={80} required />
      <TextField name="host" label={t("host")} maxLength={253} required autoCapitalize="none" />
      <TextField name="port" label={t("port")} defaultValue="22" inputMode="numeric" maxLength={5} required />
      <TextField name="userName" label={t("user")} maxLength={64} required autoCapitalize="none" />
      <TextField name="folder" label={t("folder")} hint={t("folderHint")} maxLength={500} />
      <TextField
        name="fingerprint"
        label={t("fingerprint")}
        hint={t("fingerprintHint")}
        maxLength={500}
        required
        autoCapitalize="none"
      />
    </AskingButton>
  );
}

function Place({ place, mayChange }: { readonly place: ShownPlace; readonly mayChange: boolean }) {
  const t = useTranslations("app.keyExports.sftp");
  const refusals = useTranslations("refusals");
  const { id, name, address, folder, hostKey, publicLine, triedAt, refusal } = place;
  const state = triedAt === null ? "untried" : refusal ? "refused" : "good";
  const look = {
    untried: { tone: "neutral", icon: CircleHelp },
    refused: { tone: "bad", icon: CircleX },
    good: { tone: "good", icon: CircleCheck },
  } as const;
  return (
    <li className="flex flex-col gap-3 px-4 py-4 sm:px-6">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
          <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
            {address}
            {folder ? ` · ${folder}` : ""}
          </p>
          {refusal ? <p className="mt-1 text-bad-700">{refusals(refusal as never)}</p> : null}
          {triedAt ? (
            <p className="text-small text-ink-600">
              {t("triedAt")} <Instant at={triedAt} />
            </p>
          ) : null}
        </div>
        <StatusPill {...look[state]}>{t(`states.${state}`)}</StatusPill>
      </div>
      <dl className="grid gap-x-4 gap-y-1 text-small sm:grid-cols-[150px_1fr]">
        <dt className="text-ink-600">{t("hostKey")}</dt>
        <dd className="font-mono [overflow-wrap:anywhere]">{hostKey}</dd>
        <dt className="text-ink-600">{t("publicLine")}</dt>
        <dd className="font-mono [overflow-wrap:anywhere]">{publicLine}</dd>
      </dl>
      {mayChange ? (
        <div className="flex flex-wrap gap-2">
          <AskingButton
            label={t("try")}
            title={t("tryTitle", { name })}
            description={t("tryHint")}
            confirmLabel={t("try")}
            action={() => tryPlace(id)}
          >
            {null}
          </AskingButton>
          <AskingButton
            kind="quiet"
            label={t("remove")}
            title={t("removeTitle", { name })}
            description={t("removeHint")}
            confirmLabel={t("remove")}
            action={() => removePlace(id)}
          >
            {null}
          </AskingButton>
        </div>
      ) : null}
    </li>
  );
}
