"use client";

import { Search } from "lucide-react";
import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useEffect, useRef, useState, useTransition } from "react";
import { Spinner } from "#components/ui/button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { inputClass } from "#components/ui/text-field.tsx";

const STATES = ["draft", "sent", "sealing", "completed", "declined", "voided", "expired"] as const;
const PAUSE_MS = 300;

interface ListFilterProps {
  readonly state: string;
  readonly search: string;
  readonly folder: string;
}

interface Props extends ListFilterProps {
  readonly view: string;
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  readonly children: ReactNode;
}

/** State and title to look for; what is typed is looked up on the server when the typing pauses. */
export function ListFilter({ state, search, folder, view, folders, children }: Props) {
  const t = useTranslations("app.list");
  const states = useTranslations("app.states");
  const router = useRouter();
  const [text, setText] = useState(search);
  const [isLooking, startLooking] = useTransition();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Somebody went back to another search: the box says what is shown, unless they are typing in it.
  useEffect(() => {
    if (document.activeElement?.id !== "list-search") setText(search);
  }, [search]);

  function look(wanted: ListFilterProps) {
    clearTimeout(timer.current);
    const query = new URLSearchParams({
      ...(view === "all" ? {} : { view }),
      ...(wanted.folder ? { folder: wanted.folder } : {}),
      ...(wanted.state ? { state: wanted.state } : {}),
      ...(wanted.search.trim() ? { q: wanted.search.trim() } : {}),
    });
    startLooking(() => router.replace(`/envelopes${query.size > 0 ? `?${query}` : ""}` as Route));
  }

  function type(next: string) {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => look({ state, folder, search: next }), PAUSE_MS);
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    look({ state, folder, search: text });
  }

  return (
    <search>
      <form onSubmit={submit} className="mb-4 flex flex-col gap-3 sm:flex-row">
        <div className="relative flex-1">
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
        <SelectField
          label={t("state")}
          hidesLabel
          name="state"
          value={state}
          onChange={(event) => look({ state: event.target.value, folder, search: text })}
          options={[
            { value: "", label: t("allStates") },
            ...STATES.map((value) => ({ value, label: states(`${value}`) })),
          ]}
          className="sm:w-52"
        />
        {folders.length > 0 ? (
          <SelectField
            label={t("folder")}
            hidesLabel
            name="folder"
            value={folder}
            onChange={(event) => look({ state, folder: event.target.value, search: text })}
            options={[
              { value: "", label: t("allFolders") },
              ...folders.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            className="sm:w-52"
          />
        ) : null}
        {children}
        <p role="status" className="sr-only">
          {isLooking ? t("looking") : ""}
        </p>
      </form>
    </search>
  );
}
