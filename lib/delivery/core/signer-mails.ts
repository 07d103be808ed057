import type { Language } from "#lib/envelopes/core/languages.ts";
import ar from "../../../messages/ar/mail.json" with { type: "json" };
import de from "../../../messages/de/mail.json" with { type: "json" };
import en from "../../../messages/en/mail.json" with { type: "json" };
import es from "../../../messages/es/mail.json" with { type: "json" };
import fr from "../../../messages/fr/mail.json" with { type: "json" };
import he from "../../../messages/he/mail.json" with { type: "json" };
import hi from "../../../messages/hi/mail.json" with { type: "json" };
import it from "../../../messages/it/mail.json" with { type: "json" };
import ja from "../../../messages/ja/mail.json" with { type: "json" };
import ko from "../../../messages/ko/mail.json" with { type: "json" };
import nl from "../../../messages/nl/mail.json" with { type: "json" };
import pl from "../../../messages/pl/mail.json" with { type: "json" };
import ptBR from "../../../messages/pt-BR/mail.json" with { type: "json" };
import uk from "../../../messages/uk/mail.json" with { type: "json" };
import vi from "../../../messages/vi/mail.json" with { type: "json" };
import zhHans from "../../../messages/zh-Hans/mail.json" with { type: "json" };

/** Words of the mails and text messages that signers get. */
export const SIGNER_MAILS: Readonly<Record<Language, object>> = {
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
