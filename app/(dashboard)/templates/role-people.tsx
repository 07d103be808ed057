"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { TextField } from "#components/ui/text-field.tsx";

interface Role {
  readonly id: string;
  readonly name: string;
}

/** Who takes each role. Who is left out is entered in the envelope, or stays as the template has them. */
export function useRolePeople(roles: readonly Role[]) {
  const [people, setPeople] = useState(() => roles.map(({ id }) => ({ roleId: id, name: "", email: "" })));
  return {
    people,
    named: people.filter(({ name, email }) => name !== "" || email !== ""),
    change: (index: number, part: { readonly name?: string; readonly email?: string }) =>
      setPeople((all) => all.map((person, at) => (at === index ? { ...person, ...part } : person))),
  };
}

type RolePeopleProps = Pick<ReturnType<typeof useRolePeople>, "people" | "change"> & {
  readonly roles: readonly Role[];
};

export function RolePeople({ roles, people, change }: RolePeopleProps) {
  const t = useTranslations("app.templates");
  return roles.map((role, index) => (
    <fieldset key={role.id} className="grid gap-3 sm:grid-cols-2">
      <legend className="mb-1 font-medium [overflow-wrap:anywhere]">{role.name}</legend>
      <TextField
        label={t("personName")}
        value={people[index]!.name}
        maxLength={64}
        autoComplete="off"
        onChange={(event) => change(index, { name: event.target.value })}
      />
      <TextField
        label={t("personEmail")}
        type="email"
        value={people[index]!.email}
        maxLength={254}
        autoComplete="off"
        onChange={(event) => change(index, { email: event.target.value })}
      />
    </fieldset>
  ));
}
