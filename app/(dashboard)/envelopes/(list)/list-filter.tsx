"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useTransition } from "react";
import { SearchBox, useSearchText } from "#components/ui/search-box.tsx";
import { SelectField } from "#components/ui/select-field.tsx";

const STATES = ["draft", "sent", "sealing", "completed", "declined", "voided", "expired"] as const;

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
  const [isLooking, startLooking] = useTransition();
  const { text, type, stop } = useSearchText(search, (next) => look({ state, folder, search: next }));

  function look(wanted: ListFilterProps) {
    stop();
    const query = new URLSearchParams({
      ...(view === "all" ? {} : { view }),
      ...(wanted.folder ? { folder: wanted.folder } : {}),
      ...(wanted.state ? { state: wanted.state } : {}),
      ...(wanted.search.trim() ? { q: wanted.search.trim() } : {}),
    });
    startLooking(() => router.replace(`/envelopes${query.size > 0 ? `?${query}` : ""}` as Route));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    look({ state, folder, search: text });
  }

  return (
    <search>
      <form onSubmit={submit} className="mb-4 flex flex-col gap-3 sm:flex-row">
        <SearchBox label={t("search")} className="flex-1" {...{ text, isLooking }} onType={type} />
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
