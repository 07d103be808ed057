"use client";

import { Archive, BadgeCheck, CircleAlert, CircleCheck, CircleX, Clock, ShieldCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { CheckField } from "#components/ui/check-field.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { StatusPill } from "#components/ui/status-pill.tsx";
import { AskingButton } from "../asking-button.tsx";
import { useAct } from "../use-act.ts";
import {
  allowStandbyIssuer,
  changeBackups,
  changeStandby,
  chooseStandby,
  endStandby,
  prepareStandby,
  runDrill,
} from "./actions.ts";

interface StandbyCardProps {
  readonly standby: {
    readonly state: "making" | "ready" | "failed" | "standing-in" | "retired";
    readonly provider: string;
    readonly since: string | null;
    readonly failed: readonly string[];
    readonly isHeld: boolean;
    readonly issuedBy: string | null;
  } | null;
  /** Keys that were brought and tested: what each is called, by its id. */
  readonly broughtKeys: readonly { readonly value: string; readonly label: string }[];
  /** Who issued the certificate in use, where that is another authority. */
  readonly broughtBy: string | null;
  readonly afterMinutes: number | null;
  /** Where one could be made: what a provider is called, by its name. */
  readonly places: readonly { readonly value: string; readonly label: string }[];
  readonly placeLabel: string;
}

const STANDBY_LOOKS = {
  making: { tone: "info", icon: Clock },
  ready: { tone: "good", icon: ShieldCheck },
  failed: { tone: "bad", icon: CircleX },
  "standing-in": { tone: "warn", icon: BadgeCheck },
  retired: { tone: "neutral", icon: Archive },
} as const;
const MINUTES = [1, 5, 15, 30, 60, 240];

/** The key that takes over when the place of the seal key cannot be used. */
export function StandbyCard(props: StandbyCardProps) {
  const { standby, broughtBy, afterMinutes, places, placeLabel, broughtKeys } = props;
  const t = useTranslations("app.keyWork.standby");
  const { act, isBusy, refusal } = useAct();
  const isThere = standby !== null && standby.state !== "failed";
  const choices = afterMinutes && !MINUTES.includes(afterMinutes) ? [...MINUTES, afterMinutes] : MINUTES;
  return (
    <Sheet
      title={t("title")}
      aside={
        <SelectField
          label={t("after")}
          hidesLabel
          value={String(afterMinutes ?? "")}
          disabled={isBusy}
          options={[
            { value: "", label: t("never") },
            ...choices.map((count) => ({ value: String(count), label: t("minutes", { count }) })),
          ]}
          onChange={(event) => {
            const minutes = event.target.value === "" ? null : Number(event.target.value);
            act(
              () => changeStandby(minutes),
              () => toast(t("changed")),
            );
          }}
          className="w-full sm:w-80"
        />
      }
    >
      <div className="flex flex-col gap-3 px-4 py-4 sm:px-6">
        {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
        <p className="max-w-[72ch] text-small text-ink-700">{t("lead")}</p>
        {standby ? (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <div className="min-w-0">
              <p className="flex flex-wrap items-center gap-3">
                <span className="font-medium">{t("in", { place: placeLabel })}</span>
                <StatusPill {...STANDBY_LOOKS[standby.state]}>{t(`states.${standby.state}`)}</StatusPill>
              </p>
              {standby.since ? (
                <p className="text-small text-ink-600">
                  {t("since")} <Instant at={standby.since} />
                </p>
              ) : null}
              {standby.issuedBy ? (
                <p className="text-small text-ink-600">{t("issuedBy", { issuer: standby.issuedBy })}</p>
              ) : null}
              {standby.failed.length > 0 ? (
                <p className="text-small text-bad-700 [overflow-wrap:anywhere]">
                  {t("failedBecause", { what: standby.failed.join(", ") })}
                </p>
              ) : null}
            </div>
            {standby.state === "ready" ? (
              <AskingButton
                label={t("retire")}
                kind="quiet"
                title={`${t("retire")}: ${t("title")}`}
                description={t("retireHint")}
                confirmLabel={t("retire")}
                action={() => endStandby()}
              />
            ) : null}
          </div>
        ) : (
          <p className="text-ink-700">{places.length === 0 ? t("onePlace") : t("none")}</p>
        )}
        {standby?.isHeld && isThere ? (
          <Notice tone="warn">
            <p>{t("held", { issuer: broughtBy ?? "" })}</p>
            <div className="mt-2">
              <AskingButton
                label={t("accept")}
                title={t("acceptTitle")}
                description={t("acceptHint", { issuer: broughtBy ?? "" })}
                confirmLabel={t("accept")}
                action={() => allowStandbyIssuer()}
              />
            </div>
          </Notice>
        ) : null}
        {!isThere && places.length > 0 ? (
          <div className="flex flex-wrap gap-3">
            <AskingButton
              label={t("prepare")}
              title={t("prepare")}
              description={t("prepareHint")}
              confirmLabel={t("prepare")}
              action={(form) =>
                prepareStandby(String(form.get("place")), form.get("acceptsOwnIssuer") === "on")
              }
            >
              <SelectField name="place" label={t("place")} options={places} />
              {broughtBy ? (
                <CheckField
                  name="acceptsOwnIssuer"
                  label={t("acceptsOwnIssuer")}
                  hint={t("acceptHint", { issuer: broughtBy })}
                  required
                />
              ) : null}
            </AskingButton>
            {broughtKeys.length > 0 ? (
              <AskingButton
                label={t("useBrought")}
                title={t("useBrought")}
                description={t("useBroughtHint")}
                confirmLabel={t("useBrought")}
                action={(form) => chooseStandby(String(form.get("seal")))}
              >
                <SelectField name="seal" label={t("broughtKey")} options={broughtKeys} />
              </AskingButton>
            ) : null}
          </div>
        ) : null}
      </div>
    </Sheet>
  );
}

export interface ShownBackup {
  readonly id: string;
  readonly createdAt: string;
  readonly destroyAt: string;
  readonly destroyedAt: string | null;
  readonly wrappedKeys: number;
  readonly otherKeys: number;
  readonly drilledAt: string | null;
  readonly drilledBy: string | null;
  readonly drillPassed: boolean | null;
  readonly failed: readonly string[];
}

interface BackupCardProps {
  readonly backups: readonly ShownBackup[];
  readonly everyDays: number | null;
  readonly keepDays: number;
}

const EVERY = [1, 7, 14, 31];
const KEEP = [30, 45, 60, 90];

/** What was set aside of keys, until when, and whether it was shown to be of use. */
export function BackupCard({ backups, everyDays, keepDays }: BackupCardProps) {
  const t = useTranslations("app.keyWork.backups");
  const { act, isBusy, refusal } = useAct();
  const save = (every: number | null, keep: number) =>
    act(
      () => changeBackups(every, keep),
      () => toast(t("changed")),
    );
  const among = (list: readonly number[], own: number | null) =>
    own && !list.includes(own) ? [...list, own] : list;
  return (
    <Sheet title={t("title")}>
      <div className="flex flex-col gap-4 px-4 py-4 sm:px-6">
        {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
        <p className="max-w-[72ch] text-small text-ink-700">{t("lead")}</p>
        <div className="flex flex-wrap gap-4">
          <SelectField
            label={t("every")}
            value={String(everyDays ?? "")}
            disabled={isBusy}
            options={[
              { value: "", label: t("never") },
              ...among(EVERY, everyDays).map((count) => ({
                value: String(count),
                label: t("days", { count }),
              })),
            ]}
            onChange={({ target: { value } }) => save(value === "" ? null : Number(value), keepDays)}
            className="w-full sm:w-56"
          />
          <SelectField
            label={t("keep")}
            value={String(keepDays)}
            disabled={isBusy}
            options={among(KEEP, keepDays).map((count) => ({
              value: String(count),
              label: t("keepDays", { count }),
            }))}
            onChange={({ target: { value } }) => save(everyDays, Number(value))}
            className="w-full sm:w-56"
          />
        </div>
        {backups.length === 0 ? <p className="text-ink-700">{t("none")}</p> : null}
      </div>
      <ul aria-label={t("title")} className="divide-y divide-line">
        {backups.map((backup) => (
          <Backup key={backup.id} backup={backup} />
        ))}
      </ul>
    </Sheet>
  );
}

function Backup({ backup }: { readonly backup: ShownBackup }) {
  const t = useTranslations("app.keyWork.backups");
  const { id, createdAt, destroyAt, destroyedAt, wrappedKeys, otherKeys, drillPassed, failed } = backup;
  const look = destroyedAt
    ? ({ tone: "neutral", icon: Archive } as const)
    : drillPassed === null
      ? ({ tone: "info", icon: Clock } as const)
      : drillPassed
        ? ({ tone: "good", icon: CircleCheck } as const)
        : ({ tone: "bad", icon: CircleAlert } as const);
  const word = destroyedAt
    ? "destroyed"
    : drillPassed === null
      ? "kept"
      : drillPassed
        ? "drilled"
        : "drillFailed";
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Instant at={createdAt} className="font-medium" />
          <StatusPill {...look}>{t(word)}</StatusPill>
        </p>
        <p className="mt-1 text-small text-ink-600">
          {t("holds", { wrapped: wrappedKeys, others: otherKeys })} ·{" "}
          {t(destroyedAt ? "destroyed" : "destroyOn")} <Instant at={destroyedAt ?? destroyAt} />
        </p>
        {backup.drilledAt ? (
          <p className="text-small text-ink-600">
            {t("drilledBy", { name: backup.drilledBy ?? "" })} <Instant at={backup.drilledAt} />
          </p>
        ) : null}
        {failed.length > 0 ? (
          <p className="text-small text-bad-700">{t("failedBecause", { what: failed.join(", ") })}</p>
        ) : null}
      </div>
      {destroyedAt ? null : (
        <AskingButton
          label={t("drill")}
          title={t("drill")}
          description={t("drillHint")}
          confirmLabel={t("drill")}
          action={() => runDrill(id)}
        />
      )}
    </li>
  );
}
