"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { ExpiryField } from "#components/envelopes/expiry-field.tsx";
import { ReminderField } from "#components/envelopes/reminder-field.tsx";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { DRAFT_DEFAULTS } from "#lib/envelopes/core/draft.ts";
import { fileNameFor } from "#lib/evidence/core/file-name.ts";
import type { OrganizationView } from "#lib/identity/change-organization.ts";
import { ACCESS_PURPOSES } from "#lib/identity/core/access-purposes.ts";
import { DEFAULT_DELEGATION, DELEGATIONS } from "#lib/identity/core/delegation.ts";
import { MARK_LIMITS } from "#lib/identity/core/mark-methods.ts";
import { useSaving } from "../use-saving.ts";
import { saveSettings } from "./actions.ts";

interface SettingsFormProps {
  /** What the files of one mail may be together, in 1024² bytes. */
  readonly mailedMegabytes: number;
  readonly settings: OrganizationView["settings"];
  readonly organization: string;
}

const ORDERS = ["sequential", "parallel"] as const;
const PAPERS = ["a4", "letter"] as const;
const PARTS = ["title", "envelope", "kind", "name", "serial", "date"] as const;

export function SettingsForm({ settings, organization, mailedMegabytes }: SettingsFormProps) {
  const t = useTranslations("app.organization");
  const people = useTranslations("app.prepare.people");
  const drafts = settings.draftDefaults ?? DRAFT_DEFAULTS;
  const [pattern, setPattern] = useState(settings.fileNamePattern);
  const { form, problem, code, isDone, isBusy } = useSaving(saveSettings);
  const isAboutPattern = code === "identity/pattern-names-nothing";

  return (
    <form method="post" {...form} className="flex flex-col gap-6">
      {problem && !isAboutPattern ? <Notice tone="bad">{problem}</Notice> : null}
      <Sheet title={t("paper")}>
        <fieldset className="flex flex-wrap gap-x-8 px-4 py-3 sm:px-6">
          <legend className="sr-only">{t("paper")}</legend>
          {PAPERS.map((value) => (
            <CheckField
              key={value}
              type="radio"
              name="paper"
              value={value}
              label={t(`papers.${value}`)}
              hint={t(`paperHints.${value}`)}
              defaultChecked={settings.paper === value}
            />
          ))}
        </fieldset>
      </Sheet>
      <Sheet title={t("drafts")}>
        <div className="flex flex-col gap-4 p-4 sm:p-6">
          <p className="text-small text-ink-600">{t("draftsLead")}</p>
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              name="order"
              label={t("order")}
              defaultValue={drafts.order}
              options={ORDERS.map((value) => ({ value, label: people(`orders.${value}`) }))}
            />
            <ExpiryField name="expiryDays" days={drafts.expiryDays} />
            <ReminderField name="reminder" hours={drafts.reminderHours} />
          </div>
        </div>
      </Sheet>
      <Sheet title={t("fileNames")}>
        <div className="flex flex-col gap-3 p-4 sm:p-6">
          <TextField
            name="pattern"
            label={t("pattern")}
            hint={t("patternHint", { parts: PARTS.map((part) => `{${part}}`).join(" ") })}
            value={pattern}
            maxLength={120}
            autoComplete="off"
            spellCheck={false}
            error={isAboutPattern ? problem : null}
            onChange={(event) => setPattern(event.target.value)}
          />
          <FileNameExamples pattern={pattern} organization={organization} />
        </div>
      </Sheet>
      <Sheet title={t("margin")}>
        <div className="px-4 py-3 sm:px-6">
          <CheckField
            name="marginId"
            label={t("marginId")}
            hint={t("marginIdHint")}
            defaultChecked={settings.printsMarginId}
          />
          <CheckField
            name="tellsTrail"
            label={t("tellsTrail")}
            hint={t("tellsTrailHint")}
            defaultChecked={settings.tellsTrail ?? false}
          />
        </div>
      </Sheet>
      <Sheet title={t("mailed")}>
        <div className="px-4 py-3 sm:px-6">
          <CheckField
            name="mailsDocuments"
            label={t("mailsDocuments")}
            hint={t("mailsDocumentsHint", { megabytes: mailedMegabytes })}
            defaultChecked={settings.mailsDocuments ?? false}
          />
        </div>
      </Sheet>
      <Sheet title={t("delegation")}>
        <fieldset className="flex flex-col gap-1 px-4 py-3 sm:px-6">
          <legend className="sr-only">{t("delegation")}</legend>
          <p className="text-small text-ink-600">{t("delegationLead")}</p>
          {DELEGATIONS.toReversed().map((rule) => (
            <CheckField
              key={rule}
              type="radio"
              name="delegation"
              value={rule}
              label={t(`delegations.${rule}`)}
              defaultChecked={(settings.delegation ?? DEFAULT_DELEGATION) === rule}
            />
          ))}
        </fieldset>
      </Sheet>
      <Sheet title={t("marks")}>
        <div className="px-4 py-3 sm:px-6">
          <SelectField
            name="markLimit"
            label={t("markLimit")}
            hint={t("markLimitHint")}
            defaultValue={settings.markLimit ?? "any"}
            options={MARK_LIMITS.map((value) => ({ value, label: t(`markLimits.${value}`) }))}
          />
        </div>
      </Sheet>
      <Sheet title={t("bulk")}>
        <div className="flex flex-col gap-3 p-4 sm:p-6">
          <TextField
            name="bulkPerMinute"
            type="number"
            inputMode="numeric"
            min={1}
            max={6000}
            required
            label={t("bulkPerMinute")}
            hint={t("bulkPerMinuteHint")}
            defaultValue={settings.bulkPerMinute ?? 600}
            className="max-w-96"
          />
          <fieldset>
            <legend className="font-medium">{t("withholdsBulk")}</legend>
            {(["sender", "admin"] as const).map((role) => (
              <CheckField
                key={role}
                name="withholdsBulkFrom"
                value={role}
                label={t(`withheldRoles.${role}`)}
                defaultChecked={settings.withholdsBulkFrom?.includes(role)}
              />
            ))}
          </fieldset>
        </div>
      </Sheet>
      <Sheet title={t("claims")}>
        <div className="p-4 sm:p-6">
          <TextField
            name="claimToleranceMinutes"
            type="number"
            inputMode="numeric"
            min={1}
            max={1440}
            required
            label={t("claimTolerance")}
            hint={t("claimToleranceHint")}
            defaultValue={settings.claimToleranceMinutes ?? 10}
            className="max-w-96"
          />
        </div>
      </Sheet>
      <Sheet title={t("reasons")}>
        <fieldset className="flex flex-col gap-1 px-4 py-3 sm:px-6">
          <legend className="sr-only">{t("reasons")}</legend>
          <p className="text-small text-ink-600">{t("reasonsLead")}</p>
          {ACCESS_PURPOSES.map((purpose) => (
            <CheckField
              key={purpose}
              name="asksReasonFor"
              value={purpose}
              label={t(`reasonFor.${purpose}`)}
              defaultChecked={settings.asksReasonFor?.includes(purpose)}
            />
          ))}
        </fieldset>
      </Sheet>
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" isBusy={isBusy}>
          {t("save")}
        </Button>
        <p role="status" className="text-good-700">
          {isDone ? t("saved") : ""}
        </p>
      </div>
    </form>
  );
}

/** What files will be called, as the pattern is typed. */
function FileNameExamples({
  pattern,
  organization,
}: {
  readonly pattern: string;
  readonly organization: string;
}) {
  const t = useTranslations("app.organization");
  const common = { title: t("example.title"), envelope: "WH-7K2M-9QXD", date: "2026-11-20" };
  const serial = "5f3a90c2";
  const examples = [
    fileNameFor(pattern, { ...common, kind: "signed", name: "", serial: "" }, ".pdf"),
    fileNameFor(pattern, { ...common, kind: "audit trail", name: "", serial: "" }, ".pdf"),
    fileNameFor(pattern, { ...common, kind: "certificate", name: "Ana Ruiz", serial }, ".cer"),
    fileNameFor(pattern, { ...common, kind: "certificate", name: `${organization} seal`, serial }, ".cer"),
  ];
  const isAmbiguous = new Set(examples).size < examples.length;
  return (
    <div>
      <p className="text-small font-medium">{t("examples")}</p>
      <ul
        aria-live="polite"
        className="mt-1 rounded-control bg-canvas px-3 py-2 text-small [overflow-wrap:anywhere]"
      >
        {[...new Set(examples)].map((example) => (
          <li key={example}>{example}</li>
        ))}
      </ul>
      {isAmbiguous ? <p className="mt-2 text-small text-warn-800">{t("ambiguous")}</p> : null}
    </div>
  );
}
