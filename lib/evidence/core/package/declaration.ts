import type { TrailEntry } from "#lib/evidence/core/audit-trail-facts.ts";
import { eventTeller } from "#lib/evidence/core/event-words.ts";
import { utcWords } from "#lib/evidence/core/instant-words.ts";
import {
  type Block,
  blank,
  facts as factsBlock,
  type Paper,
  paragraph,
  steps,
  table,
} from "#lib/evidence/core/paper/paper.ts";
import { trailWords, visible } from "#lib/evidence/core/trail-words.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { isWayIn, WAYS_IN } from "../ways-in.ts";
import { actOf, heldEntries, heldOf, isConfirmed, methodsIn } from "./checked-facts.ts";
import type { CustodyPart } from "./custody-parts.ts";
import { stated } from "./custody-wording.ts";
import { keyPlace } from "./key-blocks.ts";
import { documentNames } from "./names.ts";
import type { PackageFacts } from "./package-facts.ts";
import type { PackageWords } from "./package-words.ts";
import { framed, logSentence } from "./papers.ts";

/** What the declaration tells of the envelope; other events stand in the audit trail alone. */
const TOLD = new Set([
  ...["hosted-link.created", "kiosk.registered", "access-code.set", "authentication.raised", "code.sent"],
  ...["authenticator.enrolled", "passkey.enrolled", "check.passed", "identity.proven", "attestation.made"],
  ...["envelope.sent", "document.certified", "recipient.invited", "consent.given", "recipient.signed"],
  ...[
    "recipient.approved",
    "recipient.acknowledged",
    "recipient.passed-on",
    "signature.made",
    "envelope.all-signed",
    "envelope.sealed",
    "envelope.completed",
  ],
]);

/** Whose rules the form of a declaration follows; its facts are the same. */
export const COURTS = ["federal", "california", "new-york", "texas"] as const;
export type Court = (typeof COURTS)[number];

/** The empty field that takes the declarant's signature. */
export const DECLARATION_FIELD = "Declarant";

/**
 * The draft of a custodian's declaration. Facts whose check passed are filled in; a fact that failed one never is,
 * and what only a person can know stays a blank.
 *
 * @see FRE 902(11), (13), (14); 28 U.S.C. § 1746; product.md §4.4
 */
export function declarationPaper(facts: PackageFacts, words: PackageWords, court: Court = "federal"): Paper {
  const { organizationName: organization, generator } = facts.trail;
  const hole = (name: string) => blank(words(`declaration.blanks.${name}`));
  const say = (key: string, values: Record<string, string | number> = {}) =>
    words(`declaration.${key}`, values);
  const { version, sha256 } = facts.custodyWording;
  const own = (part: CustodyPart, values: Record<string, string> = {}) =>
    stated(facts.custodyWording, part, values);
  return framed(facts, words, {
    title: say("title", { name: hole("name") }),
    blocks: [
      paragraph(court === "federal" ? say("basis") : say(`courts.${court}.basis`)),
      paragraph(say("draft")),
      paragraph(`1. ${own("p1", { organization, title: hole("title"), system: hole("system") })}`),
      paragraph(`2. ${own("p2", { organization, generator, since: hole("since"), tests: hole("tests") })}`),
      paragraph(`3. ${own("p3")}`),
      steps(facts.trail.recipients.flatMap(({ id }) => personStep(facts, id, words))),
      ...documentBlocks(facts, words),
      paragraph(`5. ${own("p5", { organization, confirm: hole("confirm") })}`),
      paragraph(`6. ${own("p6")}`),
      steps(accuracy(facts, words)),
      ...copyBlocks(facts, words),
      paragraph(`8. ${own("p8", { limits: hole("limits") })}`),
      paragraph(
        say(court === "federal" ? "oath" : `courts.${court}.oath`, {
          ...{ abroad: hole("abroad"), date: hole("date"), place: hole("place") },
        }),
      ),
      paragraph(hole("signature")),
      paragraph(say("signHere")),
      exhibits(facts, words),
      paragraph(say("wording", { version })),
      factsBlock([[say("wordingHash"), { hash: sha256 }]]),
    ],
  });
}

const notFilled = (words: PackageWords, why: string) => words("notFilled", { why });

function chainFault({ trail }: PackageFacts, words: PackageWords): string | null {
  return trail.brokenAt === null ? null : words("brokenChain", { entry: trail.brokenAt });
}

function personStep(facts: PackageFacts, id: string, words: PackageWords) {
  const { name, email, role } = facts.trail.recipients.find((one) => one.id === id)!;
  if (role === "copy") return [];
  const say = (key: string, values: Record<string, string | number>) => words(`declaration.${key}`, values);
  const at = (entry: { at: Date }) => utcWords(entry.at);
  const reached = actOf(facts, id, "mail.delivered");
  const consent = actOf(facts, id, "consent.given");
  const viewed = actOf(facts, id, "document.viewed");
  const signed = actOf(
    facts,
    id,
    ...["recipient.signed", "recipient.approved", "recipient.acknowledged", "recipient.passed-on"],
  );
  const notice = (consent?.data.notice ?? {}) as { version?: string; locale?: string };
  const wordingOf = (entry: typeof signed) => String(entry?.data.wording ?? words("withheld"));
  const acts = [
    reached && say("p3Reached", { at: at(reached) }),
    ...identified(heldOf(facts, id), words),
    consent &&
      say("p3Consent", {
        ...{ version: notice.version ?? "", locale: notice.locale ?? "" },
        ...{ wording: wordingOf(consent), at: at(consent) },
      }),
    viewed && say("p3Viewed", { at: at(viewed) }),
    signed && say("p3Signed", { wording: wordingOf(signed), at: at(signed) }),
  ].filter((act) => act !== undefined);
  const fault = chainFault(facts, words);
  const told = [...acts, ...(fault ? [notFilled(words, fault)] : [])].join("; ");
  const who = { name: name ?? words("withheld"), email: email ?? words("withheld") };
  return [{ text: say("p3Person", { ...who, acts: told === "" ? words("none") : told }) }];
}

/** How a person came to the documents and what they showed; that they showed nothing is said too. */
function identified(own: readonly TrailEntry[], words: PackageWords): string[] {
  const say = (key: string, values: Record<string, string | number> = {}) =>
    words(`declaration.identified.${key}`, values);
  const named = (group: string, method: string) =>
    say(METHODS.has(method) ? `${group}.${method}` : `${group}.other`, { method: visible(method) });
  const methods = methodsIn(own);
  if (methods.length === 0) return [];
  const hosts = new Set(own.flatMap(({ actor }) => nameOf(actor.host, words)));
  const makers = new Set(own.flatMap(({ actor }) => nameOf(actor.hosted, words)));
  const checks = own.filter(({ type }) => type === "check.passed");
  const proven = new Set(checks.map(({ data }) => String(data.method)));
  const shown = methods.filter((method) => !isWayIn(method) && !proven.has(method));
  const failed = own.filter(({ type }) => type === "check.failed").length;
  return [
    ...methods.filter(isWayIn).map((method) => named("ways", method)),
    ...[...hosts].map((name) => say("host", { name })),
    ...[...makers].map((name) => say("maker", { name })),
    ...checks.map((entry) => passedCheck(entry, own, named("shown", String(entry.data.method)), say)),
    ...shown.map((method) => say("showed", { what: named("shown", method) })),
    ...own
      .filter(({ type }) => type === "identity.proven")
      .map(({ data, at, sequence }) =>
        say("proven", { issuer: visible(String(data.issuer)), at: utcWords(at), entry: sequence }),
      ),
    ...(failed > 0 ? [say("failed", { count: failed })] : []),
    ...(checks.length === 0 && shown.length === 0 ? [say("nothing")] : []),
  ];
}

const METHODS = new Set([
  ...[...WAYS_IN, "email-code", "sms-code", "access-code", "authenticator", "passkey", "sso"],
  "identity-document",
]);

function nameOf(value: unknown, words: PackageWords): string[] {
  if (value === undefined || value === null) return [];
  const { name } = value as { name?: unknown };
  return [typeof name === "string" ? visible(name) : words("withheld")];
}

function passedCheck(
  entry: TrailEntry,
  own: readonly TrailEntry[],
  what: string,
  say: (key: string, values: Record<string, string | number>) => string,
): string {
  const values = { what, at: utcWords(entry.at), entry: entry.sequence };
  const isCode = ["email-code", "sms-code"].includes(String(entry.data.method));
  const sent = own.findLast(({ type, sequence }) => type === "code.sent" && sequence < entry.sequence);
  if (!isCode || !sent) return say("passed", values);
  const seconds = Math.round((entry.at.getTime() - sent.at.getTime()) / 1000);
  return say("passedAfter", { ...values, seconds });
}

function documentBlocks(facts: PackageFacts, words: PackageWords): Block[] {
  const { envelope } = facts.trail;
  const say = (key: string, values: Record<string, string | number> = {}) =>
    words(`declaration.${key}`, values);
  const tell = eventTeller(facts.trail, trailWords());
  const told = heldEntries(facts).filter(({ type }) => TOLD.has(type));
  const fault = chainFault(facts, words);
  const title = envelope.title ?? words("withheld");
  return [
    paragraph(`4. ${say("p4", { shortId: envelope.shortId, title })}`),
    steps(
      facts.documents.map((document) => ({
        text: say("p4Document", {
          name: document.name,
          sha256: isConfirmed(facts, document)
            ? document.sealedSha256
            : notFilled(words, words("failedCheck")),
        }),
      })),
    ),
    paragraph(say("p4Trail")),
    steps([
      ...told.map((entry) => {
        const { actor, sentence } = tell(entry);
        const values = {
          at: utcWords(entry.at),
          who: actor.join(", "),
          what: sentence,
          entry: entry.sequence,
        };
        return { text: say("p4Entry", values) };
      }),
      ...(fault ? [{ text: notFilled(words, fault) }] : []),
    ]),
  ];
}

function accuracy(facts: PackageFacts, words: PackageWords) {
  const { trail, order, timestampSource } = facts;
  const say = (key: string, values: Record<string, string | number>) => ({
    text: words(`declaration.${key}`, values),
  });
  const at = utcWords(order.askedAt);
  const fault = chainFault(facts, words);
  const areConfirmed = facts.documents.every((document) => isConfirmed(facts, document));
  const seal = facts.certificates.find(({ kind }) => kind === "seal");
  return [
    fault
      ? { text: notFilled(words, fault) }
      : say("p6Chain", { at, count: trail.entries.length, head: trail.entries.at(-1)!.hash }),
    { text: logSentence(facts, words) },
    ...(seal && areConfirmed
      ? [
          say("p6Seal", {
            organization: trail.organizationName,
            certificate: parseCertificate(seal.der).sha256,
          }),
        ]
      : [{ text: notFilled(words, words("failedCheck")) }]),
    ...trail.sealKeys.map(({ key }) =>
      key
        ? say("p6Key", { place: keyPlace(key.provider, words) })
        : { text: notFilled(words, words("declaration.keyUnknown")) },
    ),
    say("p6Time", { source: timestampSource }),
    clockStep(facts, words),
    areConfirmed
      ? say("p6Checks", { at, generator: trail.generator })
      : { text: notFilled(words, words("failedCheck")) },
  ];
}

/** The same, for other papers. */
export const accuracyTexts = (facts: PackageFacts, words: PackageWords): string[] =>
  accuracy(facts, words).map(({ text }) => text);

/** As it was measured when the documents were sealed. */
function clockStep(facts: PackageFacts, words: PackageWords) {
  const sealed = heldEntries(facts).findLast(({ type }) => type === "envelope.sealed");
  const { offsetMs, uncertaintyMs } = (sealed?.data.clock ?? {}) as Record<string, unknown>;
  if (!sealed || typeof offsetMs !== "number" || typeof uncertaintyMs !== "number")
    return { text: words("declaration.p6ClockBlank", { offset: blank(words("declaration.blanks.offset")) }) };
  const values = { at: utcWords(sealed.at), entry: sealed.sequence, offsetMs, uncertaintyMs };
  return { text: words("declaration.p6Clock", values) };
}

function copyBlocks(facts: PackageFacts, words: PackageWords): Block[] {
  const at = utcWords(facts.order.askedAt);
  const pairs = facts.documents.map((document, index) =>
    isConfirmed(facts, document)
      ? words("declaration.p7Pair", {
          name: documentNames(facts, index).signed,
          recorded: document.sealedSha256,
          delivered: document.report.file.sha256!,
        })
      : `${documentNames(facts, index).signed}: ${notFilled(words, words("failedCheck"))}`,
  );
  return [
    paragraph(`7. ${stated(facts.custodyWording, "p7", { at })}`),
    steps(pairs.map((text) => ({ text }))),
  ];
}

function exhibits(facts: PackageFacts, words: PackageWords): Block {
  const signed = facts.documents.map((_, index) => documentNames(facts, index).signed).join(", ");
  const rows = [
    ["A", "10-declaration/system-description.pdf"],
    ["B", blank(words("declaration.blanks.tests"))],
    ["C", "07-presentation"],
    ["D", "04-consent"],
    ["E", signed],
    ["F", "02-audit/audit-trail.pdf, 02-audit/events.jsonl"],
    ["G", "06-validation/report.pdf"],
    ["H", "SHA256SUMS, manifest.json"],
  ];
  return table(
    [{ title: words("declaration.exhibit"), widthPt: 50 }, { title: words("declaration.exhibits") }],
    rows,
  );
}

/** The draft of the written notice. @see FRE 902(11): reasonable written notice before the trial or hearing */
export function letterPaper(facts: PackageFacts, words: PackageWords): Paper {
  const hole = (name: string) => blank(words(`letter.blanks.${name}`));
  const { order } = facts;
  const say = (key: string, values: Record<string, string> = {}) => words(`letter.${key}`, values);
  const isKnown = (text: string) => text !== "" && order.variant === "full";
  return framed(facts, words, {
    title: say("title"),
    blocks: [
      paragraph(say("basis")),
      paragraph(say("draft")),
      paragraph(say("to", { to: isKnown(order.preparedFor) ? order.preparedFor : hole("to") })),
      paragraph(say("re", { matter: isKnown(order.matter) ? order.matter : hole("matter") })),
      paragraph(say("p1", { party: hole("party") })),
      paragraph(say("p2", { id: order.id })),
      factsBlock(
        facts.documents.map((document, index) => [
          documentNames(facts, index).signed,
          isConfirmed(facts, document)
            ? { hash: document.sealedSha256 }
            : notFilled(words, words("failedCheck")),
        ]),
      ),
      factsBlock([["02-audit/audit-trail.pdf", { hash: facts.auditTrail.sha256 }]]),
      paragraph(say("p3", { deadline: hole("deadline") })),
      paragraph(hole("signature")),
    ],
  });
}
