"use client";

import { Search } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useRef, useState, useTransition } from "react";
import { Spinner } from "#components/ui/button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { inputClass } from "#components/ui/text-field.tsx";

const PAUSE_MS = 300;

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
  const [text, setText] = useState(wanted.q);
  const [isLooking, startLooking] = useTransition();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (document.activeElement?.id !== "list-search") setText(wanted.q);
  }, [wanted.q]);

  function look(next: Wanted) {
    clearTimeout(timer.current);
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(next)) if (value.trim()) query.set(name, value.trim());
    startLooking(() => router.replace(`/forms${query.size > 0 ? `?${query}` : ""}` as Route));
  }

  function type(next: string) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => look({ ...wanted, q: next }), PAUSE_MS);
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
        <div className="relative min-w-0 flex-1 basis-72">
          <label htmlFor="list-search" className="sr-only">
            {t("search")}
          </label>
          <span className="pointer-events-none absolute inset-y-0 start-3 flex items-center text-ink-600">
            {isLooking ? <Spinner /> : <Search aria-hidden="true" className="size-5" />}
          </span>
          <input
            id="list-search"
            name="q"
            type="search"
            value={text}
            maxLength={200}
            placeholder={t("search")}
            onChange={(event) => type(event.target.value)}
            className={`${inputClass} ps-11`}
          />
        </div>
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
