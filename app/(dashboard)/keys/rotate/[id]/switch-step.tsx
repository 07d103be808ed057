"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { useAct } from "../../../use-act.ts";
import { switchTo, undo } from "../../actions.ts";
import type { ShownRotation } from "./rotation-steps.tsx";

const OVERLAPS = [7, 14, 30, 90];

/** When the new key takes over, and for how long the earlier one can be put back. */
export function SwitchStep({ rotation }: { readonly rotation: ShownRotation }) {
  const t = useTranslations("app.keys.rotation");
  const { act, isBusy, refusal } = useAct();
  const [when, setWhen] = useState<"now" | "later">("now");
  const { id, state, switchAt, overlapUntil, from, to } = rotation;
  const changesIssuer =
    from !== null && to !== null && from.issuer !== to.issuer && (from.isBrought || to.isBrought);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const at = when === "later" ? new Date(String(form.get("at"))) : null;
    if (at && Number.isNaN(at.getTime())) return;
    act(() => switchTo(id, at?.toISOString() ?? null, Number(form.get("overlap"))));
  }

  if (state === "undone" && !switchAt) return <p>{t("laidAside")}</p>;
  if (state !== "ready" && state !== "scheduled")
    return switchAt ? (
      <p>
        {t("switchedAt")} <Instant at={switchAt} />.{" "}
        {overlapUntil ? (
          <>
            {t("overlapUntil")} <Instant at={overlapUntil} />.
          </>
        ) : null}
      </p>
    ) : null;
  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-4">
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      {state === "scheduled" && switchAt ? (
        <Notice>
          {t("scheduled")} <Instant at={switchAt} />.
        </Notice>
      ) : null}
      {to ? (
        <Notice tone={changesIssuer ? "warn" : "info"}>
          {t(to.isBrought ? "willSign.brought" : "willSign.own", { subject: to.subject, issuer: to.issuer })}
          {changesIssuer ? ` ${t("willSign.changes", { issuer: from?.issuer ?? "" })}` : ""}
        </Notice>
      ) : null}
      <fieldset>
        <legend className="sr-only">{t("when")}</legend>
        <CheckField
          type="radio"
          name="when"
          label={t("nowOption")}
          hint={t("nowHint")}
          checked={when === "now"}
          onChange={() => setWhen("now")}
        />
        <CheckField
          type="radio"
          name="when"
          label={t("laterOption")}
          checked={when === "later"}
          onChange={() => setWhen("later")}
        />
      </fieldset>
      {when === "later" ? <TextField name="at" type="datetime-local" label={t("at")} required /> : null}
      <SelectField
        name="overlap"
        label={t("overlap")}
        hint={t("overlapHint")}
        defaultValue="14"
        options={OVERLAPS.map((days) => ({ value: String(days), label: t("days", { days }) }))}
      />
      <div className="flex flex-wrap gap-3">
        <Button type="submit" isBusy={isBusy}>
          {when === "now" ? t("switchNow") : t("switchLater")}
        </Button>
        <Button kind="secondary" isBusy={isBusy} onClick={() => act(() => undo(id))}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}
