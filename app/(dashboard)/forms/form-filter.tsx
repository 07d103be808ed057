"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useTransition } from "react";
import { SearchBox, useSearchText } from "#components/ui/search-box.tsx";
import { SelectField } from "#components/ui/select-field.tsx";

interface Wanted {
  readonly q: string;
  readonly place: string;
  readonly subject: string;
  readonly type: string;
}

interface FormFilterProps {
  readonly wanted: Wanted;
  readonly places: readonly { readonly value: string; readonly label: string }[];
  readonly subjects: readonly string[];
  readonly kinds: readonly string[];
}

/** Words, place, subject and type; what is typed is looked up when the typing pauses. */
export function FormFilter({ wanted, places, subjects, kinds }: FormFilterProps) {
  const t = useTranslations("app.forms");
  const router = useRouter();
  const [isLooking, startLooking] = useTransition();
  const { text, type, stop } = useSearchText(wanted.q, (q) => look({ ...wanted, q }));

  function look(next: Wanted) {
    stop();
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(next)) if (value.trim()) query.set(name, value.trim());
    startLooking(() => router.replace(`/forms${query.size > 0 ? `?${query}` : ""}` as Route));
  }

  const choice = (name: "place" | "subject" | "type", options: FormFilterProps["places"], all: string) => (
    <SelectField
      label={t(`filter.${name}`)}
      hidesLabel
      name={name}
      value={wanted[name]}
      onChange={(event) => look({ ...wanted, q: text, [name]: event.target.value })}
      options={[{ value: "", label: all }, ...options]}
      className="min-w-0 flex-1 basis-44"
    />
  );
  const plain = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
  return (
    <search>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          look({ ...wanted, q: text });
        }}
        className="mb-4 flex flex-wrap gap-3"
      >
        <SearchBox
          label={t("search")}
          className="min-w-0 flex-1 basis-72"
          {...{ text, isLooking }}
          onType={type}
        />
        {choice("place", places, t("everywhere"))}
        {choice("subject", plain(subjects), t("allSubjects"))}
        {choice("type", plain(kinds), t("allKinds"))}
        <p role="status" className="sr-only">
          {isLooking ? t("looking") : ""}
        </p>
      </form>
    </search>
  );
}
