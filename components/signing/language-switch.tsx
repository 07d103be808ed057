"use client";

import { Languages } from "lucide-react";
import type { Language } from "#lib/envelopes/core/languages.ts";
import { LANGUAGE_NAMES } from "./language-names.ts";

const ID = "signer-language";

export interface LanguageSwitchProps {
  readonly label: string;
  readonly current: Language;
  readonly offered: readonly Language[];
  /** Takes the choice; null where the address alone keeps it. */
  readonly action: string | null;
  /** Which of the signer's pages this is, to come back to it. */
  readonly place?: string;
  /** Within a page rather than in its head: it says its language on a telephone too, and opens in the middle. */
  readonly isWithin?: boolean;
}

/** The languages the page can be read in, behind one button; a plain form, so that it works without script. */
export function LanguageSwitch({ label, current, offered, action, place, isWithin }: LanguageSwitchProps) {
  if (offered.length < 2) return null;
  return (
    <>
      <button
        type="button"
        popoverTarget={ID}
        aria-label={`${label}: ${LANGUAGE_NAMES[current]}`}
        className="inline-flex min-h-11 min-w-11 shrink-0 items-center justify-center gap-2 rounded-control border border-line-strong bg-paper px-2 font-medium hover:bg-canvas sm:px-3"
      >
        <Languages aria-hidden="true" size={20} className="shrink-0" />
        <span className={isWithin ? "" : "max-sm:hidden"} lang={current}>
          {LANGUAGE_NAMES[current]}
        </span>
      </button>
      <form
        id={ID}
        popover="auto"
        method={action === null ? "get" : "post"}
        action={action ?? undefined}
        aria-label={label}
        className={`fixed ${isWithin ? "inset-0 m-auto" : "inset-auto top-16 end-4 m-0"} max-h-[calc(100dvh-5rem)] w-[min(280px,calc(100vw-2rem))] overflow-y-auto rounded-card border border-line bg-paper p-2 text-ink-900 shadow-float [&_button]:flex [&_button]:min-h-11 [&_button]:w-full [&_button]:items-center [&_button]:rounded-control [&_button]:px-3 [&_button]:text-start [&_button:hover]:bg-action-50 [&_[aria-current]]:bg-action-50 [&_[aria-current]]:font-semibold`}
      >
        {place ? <input type="hidden" name="place" value={place} /> : null}
        {offered.map((language) => (
          <button
            key={language}
            type="submit"
            name={action === null ? "lang" : "language"}
            value={language}
            lang={language}
            aria-current={language === current ? "true" : undefined}
          >
            {LANGUAGE_NAMES[language]}
          </button>
        ))}
      </form>
    </>
  );
}
