import type { RecipientRole } from "#lib/envelopes/core/roles.ts";
import { shownLine } from "#lib/identity/core/typed-text.ts";
import ar from "../../../messages/ar/sign.json" with { type: "json" };
import de from "../../../messages/de/sign.json" with { type: "json" };
import en from "../../../messages/en/sign.json" with { type: "json" };
import es from "../../../messages/es/sign.json" with { type: "json" };
import fr from "../../../messages/fr/sign.json" with { type: "json" };
import he from "../../../messages/he/sign.json" with { type: "json" };
import hi from "../../../messages/hi/sign.json" with { type: "json" };
import italian from "../../../messages/it/sign.json" with { type: "json" };
import ja from "../../../messages/ja/sign.json" with { type: "json" };
import ko from "../../../messages/ko/sign.json" with { type: "json" };
import nl from "../../../messages/nl/sign.json" with { type: "json" };
import pl from "../../../messages/pl/sign.json" with { type: "json" };
import ptBR from "../../../messages/pt-BR/sign.json" with { type: "json" };
import uk from "../../../messages/uk/sign.json" with { type: "json" };
import vi from "../../../messages/vi/sign.json" with { type: "json" };
import zhHans from "../../../messages/zh-Hans/sign.json" with { type: "json" };
import { signingError } from "../errors.ts";
import { FINISH_BUTTON } from "./finish-button.ts";

const PAGES = [ar, de, en, es, fr, he, hi, italian, ja, ko, nl, pl, ptBR, uk, vi, zhHans];

/** As typed text is kept, since that is how it comes back. */
const saidBy = (texts: readonly string[]): ReadonlySet<string> => new Set(texts.map(shownLine));

const CONSENT = saidBy(
  PAGES.flatMap(({ consent }) => [consent.agree, consent.agreeAndSign, consent.agreeAnother]),
);
const FINISH = new Map(
  Object.entries(FINISH_BUTTON).map(([role, key]) => [role, saidBy(PAGES.map(({ review }) => review[key]))]),
);

/**
 * What goes on record as pressed is what our own pages say in one of their languages, not what a browser claims.
 *
 * @param wording as the browser sent it, in one line. @throws signing/wording-unknown
 */
export function requireConsentWording(wording: string): void {
  if (!CONSENT.has(wording)) throw signingError("wording-unknown", "no button to agree says that");
}

/** The same of the button that ends somebody's part. @throws signing/wording-unknown */
export function requireFinishWording(wording: string, role: RecipientRole): void {
  if (!FINISH.get(role)?.has(wording))
    throw signingError("wording-unknown", `no button of a ${role} says that`);
}
