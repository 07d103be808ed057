import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";

/** What a person is told before they agree to sign electronically; a version never changes. */
export interface ConsentNotice {
  readonly version: string;
  readonly locale: string;
  readonly body: string;
}

/** The business notice: the agreement to act electronically is found from context and conduct (UETA §5(b)). */
export const CONSENT_NOTICES: readonly ConsentNotice[] = [
  {
    version: "business-1",
    locale: "en",
    body: [
      "You are about to read and sign a document electronically.",
      "By choosing “Agree and continue” you agree to receive this document in electronic form and to sign it with an electronic signature. Your electronic signature has the same legal effect as one written by hand.",
      "You do not have to agree. You can ask the sender for the document on paper, sign it by hand and send it back; the sender's name and address are on this page. If you agree now, you can still change your mind at any time before you choose Finish, by closing this page or by choosing Decline. What you have finished before stays valid.",
      "This agreement covers this document only.",
      "You can read, save and print the document before and after you sign it. To do so you need a current web browser and a program that opens PDF files. Please keep a copy.",
      "When you sign, we record your name and e-mail address, the time of each step, your internet address and the kind of browser you use, and keep them with the document as evidence. A certificate in your name is made for this one document; it contains your name and e-mail address, and everybody who holds the signed document can read it.",
    ].join("\n\n"),
  },
];

export const noticeSha256 = (notice: ConsentNotice): string => toHex(sha256(fromUtf8(notice.body)));

/** The newest notice in a language, in English when there is none. */
export function currentNotice(locale: string): ConsentNotice {
  const language = locale.split("-")[0];
  return CONSENT_NOTICES.findLast((notice) => notice.locale === language) ?? CONSENT_NOTICES.at(-1)!;
}

export const findNotice = (version: string, locale: string): ConsentNotice | undefined =>
  CONSENT_NOTICES.find((notice) => notice.version === version && notice.locale === locale);
