import type { Route } from "next";
import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { inputClass, TextField } from "#components/ui/text-field.tsx";
import { EVENT_GROUPS } from "#lib/evidence/core/explorer/event-groups.ts";
import { addressOfQuery, type EventQuery } from "#lib/evidence/core/explorer/event-query.ts";

/** What to look for: words at once, the rest one tap away and open while it is in use. */
export async function FilterForm({ query }: { readonly query: EventQuery }) {
  const t = await getTranslations("app.auditExplorer");
  const inUse = addressOfQuery({ ...query, text: "" }).length;
  return (
    <search>
      <form action="/audit" className="flex flex-col gap-3 rounded-card border border-line bg-paper p-4">
        <div className="flex flex-col gap-3 sm:flex-row">
          <label htmlFor="audit-text" className="sr-only">
            {t("search")}
          </label>
          <input
            id="audit-text"
            name="text"
            type="search"
            defaultValue={query.text}
            maxLength={200}
            placeholder={t("search")}
            className={`${inputClass} flex-1`}
          />
          <Button type="submit" kind="secondary">
            {t("submit")}
          </Button>
          {inUse > 0 || query.text ? (
            <Link href={"/audit" as Route} className={buttonClass("quiet")}>
              {t("clear")}
            </Link>
          ) : null}
        </div>
        <details open={inUse > 0}>
          <summary className="inline-flex min-h-10 cursor-pointer items-center font-medium text-action-700">
            {inUse > 0 ? t("filtersOn", { count: inUse }) : t("filters")}
          </summary>
          <div className="mt-2 grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
            <TextField
              label={t("from")}
              hint={t("dayHint")}
              name="from"
              type="date"
              defaultValue={query.from ?? ""}
            />
            <TextField label={t("to")} name="to" type="date" defaultValue={query.to ?? ""} />
            <SelectField
              label={t("group")}
              name="group"
              defaultValue={query.group ?? ""}
              options={[
                { value: "", label: t("allGroups") },
                ...EVENT_GROUPS.map((value) => ({ value, label: t(`groups.${value}`) })),
              ]}
            />
            <TextField
              label={t("person")}
              hint={t("personHint")}
              name="person"
              maxLength={200}
              autoComplete="off"
              defaultValue={query.person}
            />
            <TextField
              label={t("envelope")}
              hint={t("envelopeHint")}
              name="envelope"
              maxLength={60}
              autoComplete="off"
              defaultValue={query.envelope}
            />
            <TextField
              label={t("ip")}
              name="ip"
              maxLength={45}
              autoComplete="off"
              spellCheck={false}
              defaultValue={query.ip}
            />
          </div>
        </details>
      </form>
    </search>
  );
}
