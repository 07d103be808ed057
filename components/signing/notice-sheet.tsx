"use client";

import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { Sheet } from "./sheet.tsx";
import { fillIn, type SignWords } from "./words.ts";

export interface NoticeSheetProps {
  readonly isOpen: boolean;
  readonly consent: CeremonyView["consent"];
  /** Of the page, to read it in another language. */
  readonly address: string;
  readonly words: SignWords["consent"];
  onClose(): void;
}

/** The notice word for word: its hash is what the person agrees to. */
export function NoticeSheet(props: NoticeSheetProps) {
  const { isOpen, words, onClose } = props;
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={words.noticeHeading} closeLabel={words.close} isText>
      <Notice {...props} />
    </Sheet>
  );
}

function Notice({ consent, address, words }: NoticeSheetProps) {
  const others = consent.isGiven ? [] : consent.locales.filter((locale) => locale !== consent.locale);
  return (
    <>
      {others.length > 0 ? (
        <ul aria-label={words.languages} className="mb-3 flex flex-wrap gap-4">
          {others.map((locale) => (
            <li key={locale} lang={locale}>
              <a href={`${address}?notice=${locale}`} className="inline-block py-2">
                {new Intl.DisplayNames([locale], { type: "language" }).of(locale)}
              </a>
            </li>
          ))}
        </ul>
      ) : null}
      <div lang={consent.locale} className="font-serif text-base whitespace-pre-line">
        {consent.body}
      </div>
      <p className="mt-4 text-small text-ink-600">
        {fillIn(words.noticeVersion, { version: consent.version })}
      </p>
    </>
  );
}
