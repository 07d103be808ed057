"use client";

import { CircleCheck, CircleHelp, CircleX, Lock, LockOpen } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { chooseArchive, giveUpArchive, tryArchive } from "../actions.ts";

export interface ShownArchive {
  readonly address: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly lockMode: "governance" | "compliance" | null;
  readonly setBy: string;
  readonly setAt: string;
  readonly triedAt: string | null;
  readonly refusal: string | null;
}

/** Asks for a bucket, and how to get in. */
export function ChooseArchiveButton({ isOther }: { readonly isOther?: boolean }) {
  const t = useTranslations("app.retention.archive");
  const locks = ["governance", "compliance", ""].map((value) => ({
    value,
    label: t(`locks.${value || "none"}`),
  }));
  return (
    <AskingButton
      kind={isOther ? "quiet" : "primary"}
      label={t(isOther ? "choose.other" : "choose.open")}
      title={t("choose.title")}
      description={t("choose.consequence")}
      confirmLabel={t("choose.confirm")}
      action={chooseArchive}
      onDone={() => toast(t("choose.done"))}
    >
      <TextField
        name="endpoint"
        label={t("endpoint")}
        hint={t("endpointHint")}
        maxLength={300}
        autoCapitalize="none"
      />
      <TextField
        name="region"
        label={t("region")}
        defaultValue="us-east-1"
        maxLength={64}
        required
        autoCapitalize="none"
      />
      <TextField name="bucket" label={t("bucket")} maxLength={63} required autoCapitalize="none" />
      <TextField
        name="keyPrefix"
        label={t("folder")}
        hint={t("folderHint")}
        maxLength={200}
        autoCapitalize="none"
      />
      <TextField
        name="accessKeyId"
        label={t("accessKey")}
        maxLength={128}
        required
        autoCapitalize="none"
        autoComplete="off"
      />
      <TextField
        name="secretAccessKey"
        label={t("secret")}
        hint={t("secretHint")}
        type="password"
        maxLength={256}
        required
        autoComplete="off"
      />
      <SelectField name="lockMode" label={t("lock")} hint={t("lockHint")} options={locks} />
    </AskingButton>
  );
}

interface ArchivePlaceCardProps {
  readonly place: ShownArchive;
  readonly mayManage: boolean;
}

/** The bucket in use: whether it can be used, and whether it locks. */
export function ArchivePlaceCard({ place, mayManage }: ArchivePlaceCardProps) {
  const t = useTranslations("app.retention.archive");
  const refusals = useTranslations("refusals");
  const { address, region, accessKeyId, lockMode, setBy, setAt, triedAt, refusal } = place;
  const state = triedAt === null ? "untried" : refusal ? "refused" : "good";
  const look = {
    untried: { tone: "neutral", icon: CircleHelp },
    refused: { tone: "bad", icon: CircleX },
    good: { tone: "good", icon: CircleCheck },
  } as const;
  return (
    <Sheet title={t("place")} aside={<StatusPill {...look[state]}>{t(`states.${state}`)}</StatusPill>}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        {refusal ? <p className="text-bad-700">{refusals(refusal as never)}</p> : null}
        <dl className="grid gap-x-4 gap-y-1 sm:grid-cols-[180px_1fr]">
          <dt className="text-ink-600">{t("address")}</dt>
          <dd className="[overflow-wrap:anywhere]">{address}</dd>
          <dt className="text-ink-600">{t("region")}</dt>
          <dd>{region}</dd>
          <dt className="text-ink-600">{t("accessKey")}</dt>
          <dd className="[overflow-wrap:anywhere]">{accessKeyId}</dd>
          <dt className="text-ink-600">{t("lock")}</dt>
          <dd className="flex gap-2">
            {lockMode ? (
              <Lock aria-hidden className="mt-1 size-4 shrink-0" />
            ) : (
              <LockOpen aria-hidden className="mt-1 size-4 shrink-0" />
            )}
            <span>{t(`lockIs.${lockMode ?? "none"}`)}</span>
          </dd>
          <dt className="text-ink-600">{t("chosen")}</dt>
          <dd>
            {setBy} · <Instant at={setAt} />
          </dd>
          <dt className="text-ink-600">{t("tried")}</dt>
          <dd>{triedAt ? <Instant at={triedAt} /> : t("beingTried")}</dd>
        </dl>
        {mayManage ? (
          <div className="flex flex-wrap gap-2">
            <AskingButton
              label={t("try.open")}
              title={t("try.title")}
              description={t("try.consequence")}
              confirmLabel={t("try.open")}
              action={tryArchive}
              onDone={() => toast(t("try.done"))}
            >
              {null}
            </AskingButton>
            <ChooseArchiveButton isOther />
            <AskingButton
              kind="quiet"
              label={t("giveUp.open")}
              title={t("giveUp.title")}
              description={t("giveUp.consequence")}
              confirmLabel={t("giveUp.open")}
              action={giveUpArchive}
              onDone={() => toast(t("giveUp.done"))}
            >
              {null}
            </AskingButton>
          </div>
        ) : null}
      </div>
    </Sheet>
  );
}
