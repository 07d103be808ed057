import type { Language } from "#lib/envelopes/core/languages.ts";
import ar from "../../../messages/ar/notice.json" with { type: "json" };
import de from "../../../messages/de/notice.json" with { type: "json" };
import en from "../../../messages/en/notice.json" with { type: "json" };
import es from "../../../messages/es/notice.json" with { type: "json" };
import fr from "../../../messages/fr/notice.json" with { type: "json" };
import he from "../../../messages/he/notice.json" with { type: "json" };
import hi from "../../../messages/hi/notice.json" with { type: "json" };
import it from "../../../messages/it/notice.json" with { type: "json" };
import ja from "../../../messages/ja/notice.json" with { type: "json" };
import ko from "../../../messages/ko/notice.json" with { type: "json" };
import nl from "../../../messages/nl/notice.json" with { type: "json" };
import pl from "../../../messages/pl/notice.json" with { type: "json" };
import ptBR from "../../../messages/pt-BR/notice.json" with { type: "json" };
import uk from "../../../messages/uk/notice.json" with { type: "json" };
import vi from "../../../messages/vi/notice.json" with { type: "json" };
import zhHans from "../../../messages/zh-Hans/notice.json" with { type: "json" };

export interface NoticeWords {
  readonly heading: string;
  /** Stands before the word to read back. */
  readonly wordLine: string;
  /** Paragraphs of the notice between businesses. */
  readonly text: readonly string[];
}

/** What the notice that comes with the product says in each language, and what its file is called. */
export const NOTICE_WORDS: Readonly<Record<Language, NoticeWords>> = {
  en,
  es,
  fr,
  de,
  "pt-BR": ptBR,
  it,
  nl,
  pl,
  uk,
  ar,
  he,
  hi,
  "zh-Hans": zhHans,
  ja,
  ko,
  vi,
};
