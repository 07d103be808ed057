"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { inputClass } from "#components/ui/text-field.tsx";
import type { DraftRecipient } from "#lib/envelopes/core/draft.ts";

interface Suggested {
  readonly name: string;
  readonly email: string;
  readonly company: string;
  readonly phone: string;
  readonly language: string;
  readonly check: DraftRecipient["check"] | "";
  readonly lost: { readonly at: string } | null;
}

interface ContactFieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  readonly onChange: (value: string) => void;
  readonly onChoose: (part: Partial<DraftRecipient>) => void;
}

const PAUSE_MS = 150;

/** A name, with those one knows offered below it while one types; the keyboard goes through them. */
export function ContactField({ id, label, value, maxLength, onChange, onChoose }: ContactFieldProps) {
  const t = useTranslations("app.prepare.people");
  const listId = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [found, setFound] = useState<readonly Suggested[]>([]);
  const [at, setAt] = useState(-1);

  useEffect(() => {
    if (typed === null || typed.trim().length < 2) return setFound([]);
    const stop = new AbortController();
    const timer = setTimeout(() => {
      fetch(`/contacts/suggestions?q=${encodeURIComponent(typed)}`, { signal: stop.signal })
        .then(async (response) =>
          response.ok ? setFound((await response.json()) as Suggested[]) : undefined,
        )
        .catch(() => undefined);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [typed]);

  function choose({ name, email, phone, language, check }: Suggested) {
    onChoose({
      ...{ name: name || value, email },
      ...(phone ? { phone } : {}),
      ...(language ? { language: language as DraftRecipient["language"] } : {}),
      ...(check ? { check } : {}),
    });
    close();
  }

  function close() {
    setTyped(null);
    setFound([]);
    setAt(-1);
  }

  function press(event: KeyboardEvent) {
    if (found.length === 0) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setAt((at + step + found.length) % found.length);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      choose(found[at]!);
    } else if (event.key === "Escape") close();
  }

  const isOpen = found.length > 0;
  return (
    <div className="relative">
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input
        id={id}
        value={value}
        maxLength={maxLength}
        autoComplete="off"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-activedescendant={at >= 0 && isOpen ? `${listId}-${at}` : undefined}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(-1);
          onChange(event.target.value);
        }}
        onKeyDown={press}
        onBlur={close}
        className={inputClass}
      />
      <div
        id={listId}
        role="listbox"
        aria-label={t("known")}
        hidden={!isOpen}
        className="absolute inset-x-0 top-full z-20 mt-1 max-h-72 overflow-y-auto rounded-control border border-line-strong bg-paper py-1 shadow-float"
      >
        {found.map((contact, index) => (
          <div
            key={contact.email}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            // Before the field loses the focus.
            onPointerDown={(event) => {
              event.preventDefault();
              choose(contact);
            }}
            className="cursor-pointer px-3 py-2 hover:bg-action-50 aria-selected:bg-action-50"
          >
            <p className="truncate font-medium">{contact.name || contact.email}</p>
            <p className="truncate text-small text-ink-600">
              {[contact.email, contact.company].filter(Boolean).join(" · ")}
            </p>
            {contact.lost ? <p className="text-small text-warn-800">{t("lostShort")}</p> : null}
          </div>
        ))}
      </div>
    </div>
  );
}
