"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { FormPackageView } from "#lib/envelopes/forms/form-packages.ts";
import { RolePeople, useRolePeople } from "../../../templates/role-people.tsx";
import { usePackage as startPackage } from "../../actions.ts";

/** Who takes each role, once for all forms, and what differs this time. */
export function UsePackage({
  id,
  view,
}: {
  readonly id: string;
  readonly view: Pick<FormPackageView, "roles" | "labels" | "values" | "classes">;
}) {
  const t = useTranslations("app.forms.package");
  const templates = useTranslations("app.templates");
  const refusals = useTranslations("refusals");
  const { roles, labels, values: kept, classes } = view;
  const { people, named, change } = useRolePeople(roles);
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [classId, setClass] = useState(classes[0]?.id ?? null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const shared = labels.filter(({ forms }) => forms > 1);

  return (
    <form
      method="post"
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        setWrong(null);
        start(async () => {
          const { refusal } = await startPackage(id, named, values, classId);
          if (refusal) setWrong(refusalText(refusals, refusal));
        });
      }}
    >
      <RolePeople {...{ roles, people, change }} />
      {shared.length > 0 ? (
        <fieldset className="grid gap-3 sm:grid-cols-2">
          <legend className="mb-1 font-medium">{t("shared")}</legend>
          {shared.map(({ label, forms }) => (
            <TextField
              key={label}
              label={label}
              hint={t("inForms", { count: forms })}
              value={values[label] ?? kept[label] ?? ""}
              maxLength={2_000}
              onChange={(event) => setValues({ ...values, [label]: event.target.value })}
            />
          ))}
        </fieldset>
      ) : null}
      {classes.length > 0 ? (
        <SelectField
          label={t("class")}
          hint={t("classHint")}
          value={classId ?? ""}
          onChange={({ target }) => setClass(target.value)}
          options={classes.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <div>
        <Button type="submit" isBusy={isBusy}>
          {templates("start")}
        </Button>
      </div>
    </form>
  );
}
