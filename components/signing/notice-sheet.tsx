"use client";

import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { Sheet } from "./sheet.tsx";
import { fillIn, type SignWords } from "./words.ts";

export interface NoticeSheetProps {
  readonly isOpen: boolean;
  readonly consent: CeremonyView["consent"];
  readonly words: SignWords["consent"];
  onClose(): void;
}

/** The notice word for word: its hash is what the person agrees to. */
export function NoticeSheet({ isOpen, consent, words, onClose }: NoticeSheetProps) {
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={words.noticeHeading} closeLabel={words.close} isText>
      <div lang={consent.locale} className="font-serif text-base whitespace-pre-line">
        {consent.body}
      </div>
      <p className="mt-4 text-small text-ink-600">
        {fillIn(words.noticeVersion, { version: consent.version })}
      </p>
    </Sheet>
  );
}
