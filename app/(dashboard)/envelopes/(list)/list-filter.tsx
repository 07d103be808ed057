"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { SearchBox, useSearchText } from "#components/ui/search-box.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AMOUNT, type ListWish } from "#lib/envelopes/core/list-views.ts";
import { SIGNATURE_KINDS } from "#lib/envelopes/core/signature-kind.ts";
import type { ListChoices } from "#lib/envelopes/organize.ts";
import { addressOf } from "./address-of.ts";

const STATES = ["draft", "sent", "sealing", "completed", "declined", "voided", "expired"] as const;

interface ListFilterProps {
  readonly wish: ListWish;
  readonly folders: readonly { readonly id: string; readonly name: string }[];
  readonly choices: ListChoices;
  readonly children: ReactNode;
}

const asOptions = (none: string, all: readonly { readonly id: string; readonly name: string }[]) => [
  { value: "", label: none },
  ...all.map(({ id, name }) => ({ value: id, label: name })),
];

/** What is typed in full before it is looked for. */
const typedIn = ({ tag, from, until, least, most, held }: ListWish) => ({
  held,
  tag: tag ?? "",
  from: from ?? "",
  until: until ?? "",
  least: least ?? "",
  most: most ?? "",
});

/** As it is kept; what is no amount asks for nothing. */
const amountIn = (text: string): string | null => {
  const amount = text.trim().replace(",", ".");
  return AMOUNT.test(amount) ? amount : null;
};

/** What to look for; what is typed is looked up on the server when the typing pauses. */
export function ListFilter({ wish, folders, choices, children }: ListFilterProps) {
  const t = useTranslations("app.list");
  const states = useTranslations("app.states");
  const router = useRouter();
  const [isLooking, startLooking] = useTransition();
  const { text, type, stop } = useSearchText(wish.search, (search) => look({ search }));
  const [typed, setTyped] = useState(() => typedIn(wish));
  const [seen, setSeen] = useState(wish);
  // Another filter was chosen meanwhile: what stood here was for the one before.
  if (seen !== wish) {
    setSeen(wish);
    if (JSON.stringify(typedIn(seen)) !== JSON.stringify(typedIn(wish))) setTyped(typedIn(wish));
  }

  function look(change: Partial<ListWish>) {
    stop();
    const { tag, from, until, least, most, held } = typed;
    const next = {
      ...{ ...wish, search: text.trim(), tag: tag.trim() || null, from: from || null, until: until || null },
      ...{ least: amountIn(least), most: amountIn(most), held },
      ...change,
    };
    startLooking(() => router.replace(addressOf({ ...next, search: next.search.trim() }) as Route));
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    look({});
  }

  return (
    <search>
      <form onSubmit={submit} className="mb-4 flex flex-col gap-3">
        <div className="flex flex-col gap-3 sm:flex-row sm:flex-wrap">
          <SearchBox
            label={t("search")}
            className="sm:min-w-72 sm:flex-1"
            {...{ text, isLooking }}
            onType={type}
          />
          <SelectField
            label={t("state")}
            hidesLabel
            name="state"
            value={wish.state ?? ""}
            onChange={({ target }) => look({ state: (target.value || null) as ListWish["state"] })}
            options={[
              { value: "", label: t("allStates") },
              ...STATES.map((value) => ({ value, label: states(`${value}`) })),
            ]}
            className="sm:w-44"
          />
          {folders.length > 0 ? (
            <SelectField
              label={t("folder")}
              hidesLabel
              name="folder"
              value={wish.folder ?? ""}
              onChange={({ target }) => look({ folder: target.value || null })}
              options={asOptions(t("allFolders"), folders)}
              className="sm:w-44"
            />
          ) : null}
          <div className="grid grid-cols-2 gap-3 sm:contents">{children}</div>
        </div>
        <details>
          <summary className="inline-flex min-h-11 cursor-pointer items-center font-medium text-action-700 sm:min-h-8">
            {t("narrow")}
          </summary>
          <div className="mt-2 grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
            {choices.senders.length > 1 ? (
              <SelectField
                label={t("sender")}
                name="sender"
                value={wish.sender ?? ""}
                onChange={({ target }) => look({ sender: target.value || null })}
                options={asOptions(t("allSenders"), choices.senders)}
              />
            ) : null}
            {choices.teams.length > 0 ? (
              <SelectField
                label={t("team")}
                name="team"
                value={wish.team ?? ""}
                onChange={({ target }) => look({ team: target.value || null })}
                options={asOptions(t("allTeams"), choices.teams)}
              />
            ) : null}
            {choices.templates.length > 0 ? (
              <SelectField
                label={t("template")}
                name="template"
                value={wish.template ?? ""}
                onChange={({ target }) => look({ template: target.value || null })}
                options={asOptions(
                  t("allTemplates"),
                  choices.templates.map(({ id, name }) => ({ id, name: name || t("untitled") })),
                )}
              />
            ) : null}
            {choices.classes.length > 0 ? (
              <SelectField
                label={t("class")}
                name="class"
                value={wish.class ?? ""}
                onChange={({ target }) => look({ class: target.value || null })}
                options={asOptions(
                  t("allClasses"),
                  choices.classes.map(({ id, name, isRetired }) => ({
                    id,
                    name: isRetired ? t("classRetired", { name }) : name,
                  })),
                )}
              />
            ) : null}
            <SelectField
              label={t("signature")}
              name="signature"
              value={wish.signature ?? ""}
              onChange={({ target }) => look({ signature: (target.value || null) as ListWish["signature"] })}
              options={asOptions(
                t("allSignatures"),
                SIGNATURE_KINDS.map((kind) => ({ id: kind, name: t(`signatureNames.${kind}`) })),
              )}
            />
            <TextField
              label={t("tag")}
              value={typed.tag}
              maxLength={60}
              onChange={({ target }) => setTyped({ ...typed, tag: target.value })}
            />
            <TextField
              label={t("changedFrom")}
              type="date"
              max={typed.until || undefined}
              value={typed.from}
              onChange={({ target }) => setTyped({ ...typed, from: target.value })}
            />
            <TextField
              label={t("changedUntil")}
              type="date"
              min={typed.from || undefined}
              value={typed.until}
              onChange={({ target }) => setTyped({ ...typed, until: target.value })}
            />
            <TextField
              label={t("least")}
              inputMode="decimal"
              maxLength={24}
              value={typed.least}
              onChange={({ target }) => setTyped({ ...typed, least: target.value })}
            />
            <TextField
              label={t("most")}
              inputMode="decimal"
              maxLength={24}
              value={typed.most}
              onChange={({ target }) => setTyped({ ...typed, most: target.value })}
            />
            <CheckField
              label={t("onlyHeld")}
              checked={typed.held}
              onChange={({ target }) => {
                setTyped({ ...typed, held: target.checked });
                look({ held: target.checked });
              }}
              className="self-end"
            />
            <Button type="submit" kind="secondary" isBusy={isLooking} className="self-end justify-self-start">
              {t("apply")}
            </Button>
          </div>
        </details>
        <p role="status" className="sr-only">
          {isLooking ? t("looking") : ""}
        </p>
      </form>
    </search>
  );
}
