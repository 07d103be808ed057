import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { LANGUAGES, languageFor, primaryOf } from "#lib/envelopes/core/languages.ts";
import { NOTICE_WORDS, type NoticeWords } from "./notice-words.ts";

export const CONSENT_MODES = ["business", "consumer"] as const;
export type ConsentMode = (typeof CONSENT_MODES)[number];

/** What a person is told before they agree to sign electronically; a version never changes. */
export interface ConsentNotice {
  readonly mode: ConsentMode;
  readonly version: string;
  /** BCP 47, the language alone: `en`. */
  readonly locale: string;
  readonly body: string;
}

/**
 * The parts a notice is made of, in the order in which they are read. To a consumer the law wants each of them said.
 *
 * @see 15 USC 7001(c)(1)(B)–(C)
 */
export const NOTICE_PARTS: Readonly<Record<ConsentMode, readonly string[]>> = {
  business: ["text"],
  consumer: ["opening", "scope", "paper", "withdrawal", "contact", "copies", "requirements"],
};

const CONSUMER_PARTS = {
  opening:
    "Before you agree to receive and sign this document electronically, the law gives you the right to know what follows. Read it, open it as a PDF, and keep a copy.",
  scope:
    "What this covers: the document or documents in this envelope, and notices about them. It does not cover anything else the sender may send you later.",
  paper:
    "Your right to paper: you do not have to agree. You can have the document on paper instead, sign it by hand and send it back. Choose “Ask for paper” on the page of the document, or write to the sender, whose name and address are on that page. Going on with paper may take longer; nothing else follows from it.",
  withdrawal:
    "Your right to withdraw: you can withdraw your agreement at any time, without a fee. Choose “Withdraw consent” in the menu of the document's page, or write to the sender. If you withdraw before you have signed, you are not asked to sign electronically any more and the document goes back to the sender. If you withdraw after you have signed, what you have signed stays valid, and your wish is on record for whatever the sender sends you later.",
  contact:
    "If your e-mail address or another way to reach you changes: choose “Change how I am reached” in the menu of the document's page, or write to the sender.",
  copies:
    "Paper copies: you can ask for a paper copy of what you have agreed to electronically, before and after you sign. Choose “Ask for paper” in the menu of the document's page. The sender tells you beforehand if there is a charge for it.",
  requirements:
    "What you need: a device with internet access, an e-mail account, a current version of Chrome, Edge, Firefox or Safari, a program that opens PDF files, and room to keep them or a printer. To show that you can open such files, you are asked for a word that stands on the last line of this notice as a PDF.",
};

/** Stands first in a version that changes materially what people agreed to: what is other than before. */
export const CHANGES_PART = "changes";

/** The text a person is shown: every part after the other, and nothing else. */
export const noticeBody = (mode: ConsentMode, parts: Readonly<Record<string, string>>): string =>
  [CHANGES_PART, ...NOTICE_PARTS[mode]]
    .map((part) => parts[part] ?? "")
    .filter((text) => text !== "")
    .join("\n\n");

export interface BuiltInNotice extends ConsentNotice {
  readonly parts: Readonly<Record<string, string>>;
}

const builtIn = (
  mode: ConsentMode,
  locale: string,
  parts: Readonly<Record<string, string>>,
): BuiltInNotice => ({
  ...{ mode, version: `${mode}-1`, locale, parts, body: noticeBody(mode, parts) },
});

/**
 * What comes with the product. Between businesses the agreement to act electronically is found from context and
 * conduct (UETA §5(b)); to consumers everything of 15 USC 7001(c)(1) is said, and only in a language in which counsel
 * has reviewed it: beyond English, an organization publishes such a notice itself.
 */
export const BUILT_IN_NOTICES: readonly BuiltInNotice[] = [
  ...LANGUAGES.map((language) =>
    builtIn("business", primaryOf(language), { text: NOTICE_WORDS[language].text.join("\n\n") }),
  ),
  builtIn("consumer", "en", CONSUMER_PARTS),
];

/** What a notice's file says around its text. @param locale of the notice: a primary subtag. */
export const noticeWords = (locale: string): NoticeWords => NOTICE_WORDS[languageFor([locale])];

export function noticeSha256({ body }: Pick<ConsentNotice, "body">): string {
  const known = knownHashes.get(body);
  if (known) return known;
  const found = toHex(sha256(fromUtf8(body)));
  if (knownHashes.size >= MOST_KNOWN) knownHashes.clear();
  knownHashes.set(body, found);
  return found;
}

/** A few notices are shown to everybody. */
const knownHashes = new Map<string, string>();
const MOST_KNOWN = 200;

/** `consumer-3` is the third. */
export const noticeNumber = (version: string): number => Number(version.split("-").at(-1));

/** The name of the next version in a mode and language. @param known every version there is, drafts too. */
export function nextVersion(mode: ConsentMode, locale: string, known: readonly ConsentNotice[]): string {
  const numbers = [...BUILT_IN_NOTICES, ...known]
    .filter((notice) => notice.mode === mode && notice.locale === locale)
    .map(({ version }) => noticeNumber(version));
  return `${mode}-${Math.max(0, ...numbers) + 1}`;
}

/**
 * The newest notice of a mode in each language, by language.
 *
 * @param published by the organization; what comes with the product is known here.
 */
export function newestNotices<T extends ConsentNotice>(
  mode: ConsentMode,
  published: readonly T[],
): Map<string, T | BuiltInNotice> {
  const newest = new Map<string, T | BuiltInNotice>();
  // Who published an English text of their own said something else than our translations say.
  const isOwn = ({ version, locale }: T) =>
    !BUILT_IN_NOTICES.some((notice) => notice.version === version && notice.locale === locale);
  const isReplaced = published.some(
    (notice) => notice.mode === mode && notice.locale === "en" && isOwn(notice),
  );
  const builtIn = BUILT_IN_NOTICES.filter(({ locale }) => locale === "en" || !isReplaced);
  for (const notice of [...builtIn, ...published]) {
    if (notice.mode !== mode) continue;
    const known = newest.get(notice.locale);
    if (!known || noticeNumber(notice.version) > noticeNumber(known.version))
      newest.set(notice.locale, notice);
  }
  return newest;
}

/** The notice for who would like these languages, best first; in English when there is none of them. */
export function noticeFor<T extends ConsentNotice>(
  mode: ConsentMode,
  languages: readonly string[],
  published: readonly T[],
): T | BuiltInNotice {
  const newest = newestNotices(mode, published);
  const wanted = languages.map(primaryOf);
  const found = wanted.find((language) => newest.has(language));
  return newest.get(found ?? "en")!;
}

/** Parts that still have no words. @param isMaterial says what has changed besides. */
export const missingParts = (
  mode: ConsentMode,
  parts: Readonly<Record<string, string>>,
  isMaterial = false,
): string[] =>
  [...(isMaterial ? [CHANGES_PART] : []), ...NOTICE_PARTS[mode]].filter(
    (part) => (parts[part] ?? "").trim() === "",
  );

/** A notice by which what people agreed to has materially changed. */
export interface MaterialChange {
  readonly mode: ConsentMode;
  readonly publishedAt: Date;
}

/**
 * Whether what somebody agreed to has materially changed since, so that they are asked anew.
 *
 * @param consentedAt null for who has not agreed to anything yet. @see 15 USC 7001(c)(1)(D)
 */
export const isConsentOutdated = (
  mode: ConsentMode,
  consentedAt: Date | null,
  changes: readonly MaterialChange[],
): boolean =>
  consentedAt !== null && changes.some((change) => change.mode === mode && change.publishedAt > consentedAt);

type Published = ConsentNotice & {
  readonly parts: Readonly<Record<string, string>>;
  readonly isMaterial: boolean;
  readonly publishedAt: Date | null;
};

/** What somebody who agreed earlier is shown and told. */
export interface AskedAnew<T> {
  readonly notice: T;
  /** What has changed, in the words of the versions that changed it, oldest first. */
  readonly statements: readonly T[];
}

/**
 * What is shown to who is asked anew: of the notices published since the change, the newest in their language, in English
 * where there is none, and else the one that says what changed.
 *
 * @param published by the organization; null when nothing has materially changed since they agreed.
 */
export function askedAnew<T extends Published>(
  mode: ConsentMode,
  languages: readonly string[],
  published: readonly T[],
  consentedAt: Date | null,
): AskedAnew<T> | null {
  if (consentedAt === null) return null;
  const later = published
    .filter((one) => one.mode === mode && one.publishedAt !== null && one.publishedAt > consentedAt)
    .toSorted((a, b) => a.publishedAt!.getTime() - b.publishedAt!.getTime());
  const since = later.slice(later.findIndex(({ isMaterial }) => isMaterial));
  const changes = later.filter(({ isMaterial }) => isMaterial);
  if (changes.length === 0) return null;
  const inLanguage = [...languages.map(primaryOf), "en"]
    .map((language) => since.findLast(({ locale }) => locale === language))
    .find((found) => found !== undefined);
  const notice = inLanguage ?? changes.at(-1)!;
  const own = changes.filter(({ locale }) => locale === notice.locale);
  return { notice, statements: own.length > 0 ? own : changes };
}
