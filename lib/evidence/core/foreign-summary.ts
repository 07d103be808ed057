import { createTranslator } from "use-intl/core";
import { directionOf, instantIn, isLanguage, type Language } from "#lib/envelopes/core/languages.ts";
import { isolated } from "#lib/pdf/page-layout/isolates.ts";
import type { TextLocale } from "#lib/pdf/page-layout/typesetter.ts";
import ar from "../../../messages/ar/summary.json" with { type: "json" };
import de from "../../../messages/de/summary.json" with { type: "json" };
import es from "../../../messages/es/summary.json" with { type: "json" };
import fr from "../../../messages/fr/summary.json" with { type: "json" };
import he from "../../../messages/he/summary.json" with { type: "json" };
import hi from "../../../messages/hi/summary.json" with { type: "json" };
import it from "../../../messages/it/summary.json" with { type: "json" };
import ja from "../../../messages/ja/summary.json" with { type: "json" };
import ko from "../../../messages/ko/summary.json" with { type: "json" };
import nl from "../../../messages/nl/summary.json" with { type: "json" };
import pl from "../../../messages/pl/summary.json" with { type: "json" };
import ptBR from "../../../messages/pt-BR/summary.json" with { type: "json" };
import uk from "../../../messages/uk/summary.json" with { type: "json" };
import vi from "../../../messages/vi/summary.json" with { type: "json" };
import zhHans from "../../../messages/zh-Hans/summary.json" with { type: "json" };
import type { AuditTrailFacts, TrailEntry, TrailRecipient } from "./audit-trail-facts.ts";
import { visible } from "./trail-words.ts";

/** Besides English, in which the trail itself is written. */
const SUMMARIES: Readonly<Partial<Record<Language, typeof es>>> = {
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

export interface ForeignSummary {
  readonly locale: TextLocale;
  readonly heading: string;
  readonly paragraphs: readonly string[];
}

/** What happened, for each language somebody who acted reads in: who sent, who acted when and how known, and the seal. */
export function foreignSummaries(facts: AuditTrailFacts): ForeignSummary[] {
  const languages = new Set(facts.recipients.map(({ language }) => language));
  return [...languages].flatMap((language) =>
    language && isLanguage(language) && SUMMARIES[language] ? [summaryIn(language, facts)] : [],
  );
}

/** Names the event, and the sentence that tells of it. */
const ACTS = {
  signer: "signed",
  witness: "signed",
  notary: "signed",
  approver: "approved",
  viewer: "acknowledged",
  editor: "passed-on",
} as const;

function summaryIn(language: Language, facts: AuditTrailFacts): ForeignSummary {
  const translate = createTranslator({
    locale: language,
    messages: SUMMARIES[language]!,
    onError(error) {
      throw error;
    },
  }) as unknown as (key: string, values?: Readonly<Record<string, string | number>>) => string;
  const direction = directionOf(language);
  // Names are mostly written the other way than a language that runs from right to left.
  const apart = (value: string) => (direction === "rtl" ? `\u2068${value}\u2069` : isolated(value));
  const name = (value: string | null) => apart(visible(value ?? "—"));
  const first = (type: string, recipient?: string) =>
    facts.entries.find((entry) => entry.type === type && (!recipient || entry.data.recipient === recipient));
  const at = (entry: TrailEntry) => apart(instantIn(language, entry.at));
  const organization = name(facts.organizationName);
  const sent = first("envelope.sent");
  const sealed = facts.entries.findLast(({ type }) => type === "envelope.sealed");
  const person = ({ id, name: own, role }: TrailRecipient): string[] => {
    if (role === "copy" || first("recipient.delegated", id)) return [];
    const act = first(`recipient.${ACTS[role]}`, id);
    if (!act) return [translate("open", { name: name(own) })];
    const done = translate(ACTS[role], { name: name(own), at: at(act) });
    return [[done, ...identified(facts, id, translate, organization)].join(" ")];
  };
  return {
    locale: { language, direction },
    heading: translate("heading"),
    paragraphs: [
      translate("note"),
      ...(sent
        ? [
            translate("sent", {
              ...{ organization, sender: name(facts.sender.name) },
              ...{ title: name(facts.envelope.title), at: at(sent) },
            }),
          ]
        : []),
      ...facts.recipients.flatMap(person),
      ...(sealed
        ? [translate("sealed", { organization, count: facts.documents.length, at: at(sealed) })]
        : []),
      translate("check", { address: apart(visible(facts.verifyAddress)) }),
    ],
  };
}

/** Who did not come by a mailed link is said first; else by the strongest of what they showed a sentence says it all. */
const METHODS = [
  "in-person",
  "hosted-link",
  "passkey",
  "identity-document",
  "sso",
  "authenticator",
  "sms-code",
  "access-code",
  "email-code",
  "sms-link",
  "email-link",
] as const;

function identified(
  facts: AuditTrailFacts,
  id: string,
  translate: (key: string, values?: Record<string, string>) => string,
  organization: string,
): string[] {
  const shown = new Set(
    facts.entries
      .filter(({ actor }) => actor.kind === "recipient" && actor.id === id)
      .flatMap(({ actor, data }) => {
        const { methods } = (data.authentication ?? {}) as { methods?: unknown };
        return [actor.method, ...(Array.isArray(methods) ? methods : [])];
      }),
  );
  const method = METHODS.find((one) => shown.has(one));
  // The sentence says that the link was sent, not how.
  const said = method === "sms-link" ? "email-link" : method;
  return said ? [translate(`identified.${said}`, { organization })] : [];
}
