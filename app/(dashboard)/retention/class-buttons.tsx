"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import {
  ACTIONS,
  type Action,
  COUNTS_FROM,
  type CountsFrom,
  FLOOR_YEARS,
  MOST_CERTIFICATE_DAYS,
  MOST_YEARS,
  TRIGGERS,
} from "#lib/retention/core/schedule.ts";
import { AskingButton } from "../asking-button.tsx";
import { PasswordField } from "../key-exports/password-field.tsx";
import { add, approveLess, change, refuseLess, retire } from "./actions.ts";

interface ClassContent {
  readonly id: string;
  readonly name: string;
  readonly years: number;
  readonly countsFrom: CountsFrom;
  readonly action: Action;
  readonly basis: string;
  readonly leastCertificateDays: number;
  readonly isDefault: boolean;
}

/** Adds a class to the schedule. */
export function AddClassButton({ mayShorten }: { readonly mayShorten: boolean }) {
  const t = useTranslations("app.retention.schedule");
  const options = TRIGGERS.map((value) => ({ value, label: t(`ends.${value}`) }));
  return (
    <AskingButton
      kind="primary"
      label={t("add.open")}
      title={t("add.title")}
      description={t("add.consequence")}
      confirmLabel={t("add.confirm")}
      action={add}
      onDone={() => toast(t("add.done"))}
    >
      <ClassFields one={null} mayShorten={mayShorten} />
      <SelectField name="trigger" label={t("trigger")} hint={t("triggerHint")} options={options} />
    </AskingButton>
  );
}

/** Changes how long a class keeps what it decides about. */
export function ChangeClassButton(props: { readonly one: ClassContent; readonly mayShorten: boolean }) {
  const { one, mayShorten } = props;
  const t = useTranslations("app.retention.schedule");
  return (
    <AskingButton
      label={t("change.open")}
      title={t("change.title", { name: one.name })}
      description={t("change.consequence")}
      confirmLabel={t("change.confirm")}
      action={(form) => change(one.id, form)}
      onDone={() => toast(t("change.done"))}
    >
      <ClassFields one={one} mayShorten={mayShorten} />
    </AskingButton>
  );
}

/** Lets a class be chosen no more. */
export function RetireClassButton({ id, name }: { readonly id: string; readonly name: string }) {
  const t = useTranslations("app.retention.schedule");
  return (
    <AskingButton
      kind="quiet"
      label={t("retire.open")}
      title={t("retire.title", { name })}
      description={t("retire.consequence")}
      confirmLabel={t("retire.confirm")}
      action={() => retire(id)}
      onDone={() => toast(t("retire.done"))}
    >
      {null}
    </AskingButton>
  );
}

/** Decides about a shorter time that somebody asked for. */
export function ShorterButtons(props: {
  readonly id: string;
  readonly name: string;
  readonly years: number;
  readonly mayApprove: boolean;
}) {
  const { id, name, years, mayApprove } = props;
  const t = useTranslations("app.retention.schedule");
  return (
    <>
      {mayApprove ? (
        <AskingButton
          kind="danger"
          label={t("approve.open")}
          about={name}
          title={t("approve.title", { name, years })}
          description={t("approve.consequence")}
          confirmLabel={t("approve.confirm")}
          action={(form) => approveLess(id, form)}
          onDone={() => toast(t("approve.done"))}
        >
          <PasswordField />
        </AskingButton>
      ) : null}
      <AskingButton
        kind="quiet"
        label={t("refuse.open")}
        about={name}
        title={t("refuse.title", { name })}
        description={t("refuse.consequence")}
        confirmLabel={t("refuse.confirm")}
        action={() => refuseLess(id)}
        onDone={() => toast(t("refuse.done"))}
      >
        {null}
      </AskingButton>
    </>
  );
}

function ClassFields(props: { readonly one: ClassContent | null; readonly mayShorten: boolean }) {
  const { one, mayShorten } = props;
  const t = useTranslations("app.retention.schedule");
  return (
    <>
      <TextField name="name" label={t("name")} defaultValue={one?.name} maxLength={80} required />
      <TextField
        name="years"
        label={t("years")}
        hint={t(mayShorten ? "yearsHint" : "yearsHintFloor", { floor: FLOOR_YEARS })}
        type="number"
        inputMode="numeric"
        min={mayShorten ? 0 : FLOOR_YEARS}
        max={MOST_YEARS}
        step={1}
        defaultValue={one?.years ?? FLOOR_YEARS}
        required
      />
      <SelectField
        name="countsFrom"
        label={t("countsFrom")}
        hint={t("countsFromHint")}
        options={COUNTS_FROM.map((value) => ({ value, label: t(`countsFromOf.${value}`) }))}
        defaultValue={one?.countsFrom ?? "end"}
      />
      <SelectField
        name="action"
        label={t("action")}
        hint={t("actionHint")}
        options={ACTIONS.map((value) => ({ value, label: t(`actionOf.${value}`) }))}
        defaultValue={one?.action ?? "destroy"}
      />
      <TextArea
        name="basis"
        label={t("basis")}
        hint={t("basisHint")}
        defaultValue={one?.basis}
        maxLength={500}
        rows={2}
        required
      />
      <TextField
        name="leastCertificateDays"
        label={t("certificateDays")}
        hint={t("certificateDaysHint")}
        type="number"
        inputMode="numeric"
        min={0}
        max={MOST_CERTIFICATE_DAYS}
        step={1}
        defaultValue={one?.leastCertificateDays ?? 0}
        required
      />
      <CheckField
        name="isDefault"
        label={t("default")}
        hint={t("defaultHint")}
        defaultChecked={one?.isDefault ?? false}
      />
    </>
  );
}
