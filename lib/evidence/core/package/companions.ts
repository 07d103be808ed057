import { utcWords } from "#lib/evidence/core/instant-words.ts";
import {
  blank,
  facts as factsBlock,
  heading,
  type Paper,
  paragraph,
  steps,
} from "#lib/evidence/core/paper/paper.ts";
import { visible } from "#lib/evidence/core/trail-words.ts";
import { heldEntries, isConfirmed } from "./checked-facts.ts";
import { accuracyTexts } from "./declaration.ts";
import { documentNames } from "./names.ts";
import type { PackageFacts } from "./package-facts.ts";
import type { PackageWords } from "./package-words.ts";
import { framed } from "./papers.ts";

const knownOr = (facts: PackageFacts, text: string, hole: string): string =>
  text !== "" && facts.order.variant === "full" ? text : hole;

/** Asks whoever else may hold records of this envelope to keep them; for counsel to complete. */
export function preservationPaper(facts: PackageFacts, words: PackageWords): Paper {
  const hole = (name: string) => blank(words(`preservation.blanks.${name}`));
  const say = (key: string, values: Record<string, string> = {}) => words(`preservation.${key}`, values);
  const { trail, order } = facts;
  const [first, last] = [trail.entries.at(0), trail.entries.at(-1)];
  return framed(facts, words, {
    title: say("title"),
    blocks: [
      paragraph(say("draft")),
      paragraph(say("to", { to: knownOr(facts, order.preparedFor, hole("to")) })),
      paragraph(say("re", { matter: knownOr(facts, order.matter, hole("matter")) })),
      paragraph(
        say("p1", {
          ...{ shortId: trail.envelope.shortId, title: trail.envelope.title ?? words("withheld") },
          ...{ from: first ? utcWords(first.at) : "", to: last ? utcWords(last.at) : "" },
        }),
      ),
      steps(
        ["messages", "devices", "accounts", "copies", "systems"].map((key) => ({ text: say(`keep.${key}`) })),
      ),
      factsBlock(
        facts.documents.map((document, index) => [
          documentNames(facts, index).signed,
          { hash: document.sealedSha256 },
        ]),
      ),
      paragraph(say("p2", { deadline: hole("deadline") })),
      paragraph(hole("signature")),
    ],
  });
}

/** What a witness to these records may be asked, with what is on record of it; nothing is concluded. */
export function depositionPaper(facts: PackageFacts, words: PackageWords): Paper {
  const say = (key: string, values: Record<string, string | number> = {}) =>
    words(`deposition.${key}`, values);
  const { trail } = facts;
  const held = heldEntries(facts);
  const count = (...types: string[]) => held.filter(({ type }) => types.includes(type)).length;
  return framed(facts, words, {
    title: say("title"),
    blocks: [
      paragraph(say("lead")),
      heading(say("records")),
      factsBlock([
        [say("envelope"), `${trail.envelope.shortId} ${trail.envelope.title ?? words("withheld")}`],
        [say("events"), say("eventsAre", { count: trail.entries.length, head: trail.entries.at(-1)!.hash })],
        ...facts.documents.map((document, index): [string, { hash: string } | string] => [
          documentNames(facts, index).signed,
          isConfirmed(facts, document)
            ? { hash: document.sealedSha256 }
            : words("notFilled", { why: words("failedCheck") }),
        ]),
      ]),
      heading(say("people")),
      factsBlock(
        trail.recipients.map(({ id, name, email }): [string, string] => {
          const own = held.filter(({ actor, data }) => actor.id === id || data.recipient === id);
          const told = (type: string) => own.find((entry) => entry.type === type);
          const acts = ["recipient.invited", "document.viewed", "consent.given", "recipient.signed"].flatMap(
            (type) => {
              const entry = told(type);
              const key = type.split(".")[1]!;
              return entry ? [say(`acts.${key}`, { at: utcWords(entry.at), entry: entry.sequence })] : [];
            },
          );
          return [
            `${visible(name ?? words("withheld"))} (${visible(email ?? words("withheld"))})`,
            acts.length > 0 ? acts.join("; ") : words("none"),
          ];
        }),
      ),
      heading(say("process")),
      steps(accuracyTexts(facts, words).map((text) => ({ text }))),
      heading(say("questions")),
      steps(
        ["who", "saw", "changed", "clock", "access", "unknown"].map((key) => ({
          text: say(`asked.${key}`, {
            checks: count("check.passed"),
            views: count("document.viewed"),
            downloads: count("evidence.downloaded"),
          }),
        })),
      ),
    ],
  });
}
