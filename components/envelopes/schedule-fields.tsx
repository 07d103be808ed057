"use client";

import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { instantAt, localAt } from "#lib/envelopes/core/local-time.ts";

const DAY_MS = 86_400_000;

interface ScheduleFieldsProps {
  /** What is settled by now; without it tomorrow at nine, on the clock of who looks. */
  readonly at?: string;
  readonly timeZone?: string;
}

/** A day and time, and whose clock shows it; named `at` and `timeZone` in their form. */
export function ScheduleFields({ at, timeZone }: ScheduleFieldsProps) {
  const t = useTranslations("app.schedule");
  const [zone, setZone] = useState(timeZone ?? "UTC");
  const [local, setLocal] = useState(at && timeZone ? localAt(new Date(at), timeZone) : "");
  useEffect(() => {
    if (timeZone) return;
    const own = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    setZone(own);
    setLocal(`${localAt(new Date(Date.now() + DAY_MS), own).slice(0, 10)}T09:00`);
  }, [timeZone]);
  const zones = Intl.supportedValuesOf("timeZone");
  const known = zones.includes(zone) ? zones : [zone, ...zones];
  const isWrong = local !== "" && instantAt(local, zone) === null;
  return (
    <>
      <TextField
        name="at"
        type="datetime-local"
        label={t("at")}
        value={local}
        error={isWrong ? t("notThere") : null}
        onChange={(event) => setLocal(event.target.value.slice(0, 16))}
        className="max-w-72"
      />
      <SelectField
        name="timeZone"
        label={t("timeZone")}
        hint={t("timeZoneHint")}
        value={zone}
        onChange={(event) => setZone(event.target.value)}
        options={known.map((value) => ({ value, label: value.replaceAll("_", " ") }))}
        className="max-w-72"
      />
    </>
  );
}
