"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { HOLD_SCOPES, type HoldScope } from "#lib/retention/core/hold.ts";
import type { HoldsView } from "#lib/retention/list-holds.ts";
import { AskingButton } from "../../asking-button.tsx";
import { askForRelease, hold, keep, release } from "../actions.ts";
import { HoldPreviewButton } from "./hold-preview.tsx";

/** Places a hold, on one envelope or on all that match. */
export function PlaceHoldButton({ templates }: { readonly templates: HoldsView["templates"] }) {
  const t = useTranslations("app.retention.holds");
  const [scope, setScope] = useState<HoldScope>("person");
  const options = HOLD_SCOPES.map((value) => ({ value, label: t(`scopes.${value}`) }));
  return (
    <AskingButton
      kind="primary"
      label={t("place.open")}
      title={t("place.title")}
      description={t("place.consequence")}
      confirmLabel={t("place.confirm")}
      action={hold}
      onDone={() => toast(t("place.done"))}
    >
      <TextField name="matter" label={t("matter")} hint={t("matterHint")} maxLength={200} required />
      <SelectField
        name="scope"
        label={t("scope")}
        options={options}
        value={scope}
        onChange={(event) => setScope(event.currentTarget.value as HoldScope)}
      />
      {scope === "days" ? null : scope === "template" ? (
        <SelectField
          name="query"
          label={t("queries.template")}
          options={templates.map(({ id, name }) => ({ value: id, label: name }))}
          hint={t(templates.length === 0 ? "noTemplates" : "queryHints.template")}
          required
        />
      ) : (
        <TextField
          name="query"
          label={t(`queries.${scope}`)}
          hint={t(`queryHints.${scope}`)}
          type={scope === "person" || scope === "sender" ? "email" : "text"}
          maxLength={200}
          required
        />
      )}
      {scope === "envelope" ? null : <AlsoFields scope={scope} templates={templates} />}
      {scope === "envelope" ? null : (
        <fieldset>
          <legend className="mb-1 font-medium">{t("daysLegend")}</legend>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField name="fromOn" type="date" label={t("fromOn")} />
            <TextField name="toOn" type="date" label={t("toOn")} />
          </div>
          <p className="mt-1 text-small text-ink-600">{t("daysHint")}</p>
        </fieldset>
      )}
      <HoldPreviewButton key={scope} />
      <TextArea name="reason" label={t("reason")} maxLength={1000} rows={3} required />
      <TextArea
        name="notice"
        label={t("custodians.notice")}
        hint={t("custodians.noticeOptional")}
        maxLength={4000}
        rows={5}
      />
    </AskingButton>
  );
}

const ALSO = ["person", "sender", "title", "tag", "template", "words"] as const;

/** What must be so besides the first: left empty, it narrows nothing. */
function AlsoFields({
  scope,
  templates,
}: {
  readonly scope: HoldScope;
  readonly templates: HoldsView["templates"];
}) {
  const t = useTranslations("app.retention.holds");
  return (
    <details className="rounded-control border border-line px-4 py-2">
      <summary className="min-h-8 cursor-pointer py-1 font-medium">{t("also.open")}</summary>
      <div className="flex flex-col gap-4 pt-2 pb-3">
        <p className="text-small text-ink-600">{t("also.hint")}</p>
        {ALSO.filter((one) => one !== scope).map((one) =>
          one === "template" ? (
            <SelectField
              key={one}
              name={`also-${one}`}
              label={t("queries.template")}
              options={[
                { value: "", label: t("also.any") },
                ...templates.map(({ id, name }) => ({ value: id, label: name })),
              ]}
            />
          ) : (
            <TextField
              key={one}
              name={`also-${one}`}
              label={t(`queries.${one}`)}
              type={one === "person" || one === "sender" ? "email" : "text"}
              maxLength={200}
            />
          ),
        )}
      </div>
    </details>
  );
}

interface ReleaseHoldProps {
  readonly id: string;
  readonly matter: string;
  readonly count: number;
}

/** Asks for a release, with a reason: another person confirms it. */
export function AskReleaseButton({ id, matter, count }: ReleaseHoldProps) {
  const t = useTranslations("app.retention.holds");
  return (
    <AskingButton
      label={t("ask.open")}
      title={t("ask.title", { matter })}
      description={t("ask.consequence", { count })}
      confirmLabel={t("ask.confirm")}
      action={(form) => askForRelease(id, form)}
      onDone={() => toast(t("ask.done"))}
    >
      <TextArea name="reason" label={t("ask.reason")} maxLength={1000} rows={3} required />
    </AskingButton>
  );
}

/** Confirms a release as the second of two people. */
export function ReleaseHoldButton({ id, matter, count }: ReleaseHoldProps) {
  const t = useTranslations("app.retention.holds");
  return (
    <AskingButton
      label={t("release.open")}
      title={t("release.title", { matter })}
      description={t("release.consequence", { count })}
      confirmLabel={t("release.confirm")}
      action={() => release(id)}
      onDone={() => toast(t("release.done"))}
    />
  );
}

/** Takes the wish for a release back. */
export function KeepHoldButton({ id, matter }: Pick<ReleaseHoldProps, "id" | "matter">) {
  const t = useTranslations("app.retention.holds");
  return (
    <AskingButton
      label={t("keep.open")}
      title={t("keep.title", { matter })}
      description={t("keep.consequence")}
      confirmLabel={t("keep.confirm")}
      action={() => keep(id)}
      onDone={() => toast(t("keep.done"))}
    />
  );
}
