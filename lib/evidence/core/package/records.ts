import { EVENT_TYPES } from "#lib/audit/core/events.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import type { TrailEntry } from "#lib/evidence/core/audit-trail-facts.ts";
import { eventTeller } from "#lib/evidence/core/event-words.ts";
import { trailWords } from "#lib/evidence/core/trail-words.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { isIdentityShown, WAYS_IN } from "../ways-in.ts";
import { logProofOf } from "./check-log.ts";
import { methodsIn } from "./checked-facts.ts";
import {
  AUDIT_TRAIL,
  CHAIN_PROOF,
  CHECKPOINT,
  CHECKPOINT_TIMESTAMP,
  EVENTS,
  KEYS,
  LOG_PROOF,
  personName,
} from "./names.ts";
import type { PackageFacts, PackageFile } from "./package-facts.ts";
import type { PackageWords } from "./package-words.ts";

export const jsonBytes = (value: unknown): Uint8Array => fromUtf8(`${JSON.stringify(value, null, 2)}\n`);

/** The events, how people were identified and what they agreed to, what they saw, and the rules in force. */
export function recordFiles(facts: PackageFacts, words: PackageWords): PackageFile[] {
  const file = (name: string, bytes: Uint8Array, about: string): PackageFile => ({
    ...{ name, bytes, about: words(`about.${about}`), isPersonal: false },
  });
  const { trail, notices, log } = facts;
  return [
    file(EVENTS, fromUtf8(facts.eventsJsonl), "eventsLines"),
    file("02-audit/events.json", jsonBytes(trail.entries.map(entryRecord)), "events"),
    file("02-audit/EVENTS.txt", fromUtf8(eventWordsText()), "eventWords"),
    file(CHAIN_PROOF, jsonBytes(chainProof(facts)), "chainProof"),
    ...(log
      ? [
          file(LOG_PROOF, jsonBytes(logProofOf(log, trail.entries.at(-1)!)), "logProof"),
          file(CHECKPOINT, fromUtf8(log.note), "checkpoint"),
          file(CHECKPOINT_TIMESTAMP, log.timestampToken, "checkpointStamp"),
        ]
      : []),
    ...trail.recipients.flatMap(({ id, role }) => [
      file(`03-identity/${personName(facts, id)}.json`, jsonBytes(identityRecord(facts, id)), "identity"),
      ...(role === "copy"
        ? []
        : [file(`04-consent/${personName(facts, id)}.json`, jsonBytes(consentRecord(facts, id)), "consent")]),
    ]),
    ...notices.map(({ version, locale, body }) =>
      file(`04-consent/notice-${version}-${locale}.txt`, fromUtf8(body), "notice"),
    ),
    file("07-presentation/pages.json", jsonBytes(pageRecords(facts)), "pages"),
    file("07-presentation/views.json", jsonBytes(viewRecords(facts)), "views"),
    file("08-custody/custody.json", jsonBytes(custodyRecords(facts)), "custody"),
    file(KEYS, jsonBytes(keyRecords(facts)), "keys"),
    file("09-policy/policy.json", jsonBytes(policyRecord(facts)), "policy"),
  ];
}

const entryRecord = ({ sequence, type, at, actor, data, hash }: TrailEntry) => ({
  ...{ sequence, type, at: at.toISOString(), actor, data, hash },
});

function chainProof({ trail, log }: PackageFacts) {
  const { entries, brokenAt } = trail;
  return {
    format: "whereof-chain/1",
    algorithm: "SHA-256(0x02 || previous hash || body); the first event follows 32 zero bytes",
    count: entries.length,
    head: entries.at(-1)?.hash ?? null,
    firstAt: entries[0]?.at.toISOString() ?? null,
    lastAt: entries.at(-1)?.at.toISOString() ?? null,
    brokenAt,
    /** The proof that the head stands in the installation's log. */
    log: log
      ? LOG_PROOF
      : "None: the installation’s log is not signed, because it no longer begins as it was signed before.",
  };
}

/** Entries of one person, or about them. */
const entriesOf = ({ trail }: PackageFacts, id: string): TrailEntry[] =>
  trail.entries.filter(
    ({ actor, data }) => (actor.kind === "recipient" && actor.id === id) || data.recipient === id,
  );

const brief = ({ sequence, at, data, actor }: TrailEntry) => ({
  ...{ entry: sequence, at: at.toISOString() },
  ...("ip" in actor ? { ip: actor.ip, userAgent: actor.userAgent } : {}),
  data,
});

function identityRecord(facts: PackageFacts, id: string) {
  const { name, email, role, order } = facts.trail.recipients.find((one) => one.id === id)!;
  const own = entriesOf(facts, id);
  const of = (...types: string[]) => own.filter(({ type }) => types.includes(type)).map(brief);
  const methods = methodsIn(own);
  return {
    person: { id, name, email, role, order },
    methods,
    meaning: {
      "email-link":
        "The person opened a link of 256 random bits that was sent to this address and to nobody else.",
      "sms-link":
        "The person opened a link of 256 random bits that was sent by text message to this number and to nobody else.",
      "hand-over":
        "They acted on a telephone too, which a code shown on the page they had open let in, once and for minutes.",
      "hosted-link":
        "They opened a link of 256 random bits that a member of the sender's organization made for them and gave them by a way of their own. It shows nothing of who opened it: that is shown by what stands beside it.",
      "in-person":
        "They acted on the device of a member of the sender's organization, who was with them and whose statement alone says so.",
      "email-code":
        "They then gave a code of six digits, made for this and sent to their address; it works once, for ten minutes.",
      "sms-code":
        "They then gave a code of six digits, made for this and sent by SMS to the number the sender named; it works once, for ten minutes.",
      "access-code": "They then gave a code which the sender had set and told them by another way than mail.",
      authenticator:
        "They then gave a code of an authenticator app (RFC 6238) that was set up at their first document, after a code sent to the same address.",
      passkey:
        "They then unlocked a passkey (WebAuthn) that was set up at their first document, after a code sent to the same address.",
      sso: "They then signed on at the organization's identity provider (OpenID Connect), which gave the same address.",
      "identity-document":
        "They then showed an identity document or an eID to a provider, whose statement (OpenID Connect for Identity Assurance) the system took; what the provider looked at and how stands under provider. The system did not see the document.",
    },
    identity: identityWords(methods),
    asked: sentCheck(facts, id),
    raised: of("authentication.raised"),
    invited: of("recipient.invited", "recipient.reminded"),
    delivered: of("mail.delivered"),
    refused: of("mail.refused"),
    linksFetched: of("link.fetched"),
    acts: own
      .filter(({ actor }) => actor.kind === "recipient" && actor.id === id)
      .map(({ type, ...entry }) => ({ type, ...brief({ type, ...entry }) })),
    codes: of(
      ...["access-code.set", "code.requested", "code.sent", "code.refused"],
      ...["check.passed", "check.failed", "check.locked", "check.withdrawn", "check.extended"],
      ...["authenticator.enrolled", "authenticator.reset", "passkey.enrolled", "passkey.removed"],
    ),
    provider: of("sso.begun", "sso.refused", "identity.proven"),
  };
}

function identityWords(methods: readonly string[]): string {
  if (methods.length === 0)
    return "The person has not acted, and nothing is recorded of how they were identified.";
  if (isIdentityShown(methods))
    return "Beside the way they came, the person showed what stands under methods.";
  const limits = {
    "email-link": "Whoever can open a mailbox can open a link that was sent to it.",
    "sms-link": "Whoever has a telephone can open a link that was sent to it.",
    "hand-over": "Whoever saw the code on the open page could take over with a telephone.",
    "hosted-link": "Whoever was given the link could open it.",
    "in-person": "That it was this person is what the member who was with them states.",
  };
  return [
    "The identity of the person was not verified by the system beyond the way they came, as it stands under methods.",
    ...WAYS_IN.filter((way) => methods.includes(way)).map((way) => limits[way]),
  ].join(" ");
}

/** What the sender asked this person to show: as the envelope was sent, or as they corrected it since. */
function sentCheck({ trail }: PackageFacts, id: string): unknown {
  const changes = trail.entries
    .filter(({ type, data }) => type === "recipient.corrected" && [data.recipient, data.to].includes(id))
    .flatMap(({ data }) => (Array.isArray(data.changes) ? data.changes : []))
    .filter((change) => (change as { what?: unknown } | null)?.what === "check");
  if (changes.length > 0) return (changes.at(-1) as { to?: unknown }).to;
  const sent = trail.entries.find(({ type }) => type === "envelope.sent");
  const people = Array.isArray(sent?.data.recipients) ? sent.data.recipients : [];
  const found = people.find((person) => (person as { id?: unknown } | null)?.id === id);
  return (found as { check?: unknown } | undefined)?.check ?? "none";
}

function consentRecord(facts: PackageFacts, id: string) {
  const own = entriesOf(facts, id);
  const of = (type: string) => own.filter((entry) => entry.type === type);
  const given = of("consent.given");
  const demonstrated = of("consent.demonstrated");
  return {
    person: id,
    given: given.map((entry) => {
      const notice = entry.data.notice as { version?: string; locale?: string; sha256?: string } | undefined;
      return { ...brief(entry), file: `04-consent/notice-${notice?.version}-${notice?.locale}.txt` };
    }),
    demonstrated: demonstrated.map(brief),
    demonstration:
      demonstrated.length > 0
        ? "The person opened the notice as a PDF, the kind of file that is signed, and gave back a word that stands on its last line and nowhere else (15 USC 7001(c)(1)(C)(ii))."
        : "The notice was shown on the page on which the person then chose to go on, in the browser named in the entry; the choice itself was made electronically.",
    withdrawn: of("consent.withdrawn").map(brief),
    paperCopies: [...of("paper-copy.requested"), ...of("paper-copy.sent")].map(brief),
    contactChanges: of("contact.changed").map(brief),
  };
}

const pageRecords = ({ pages }: PackageFacts) =>
  pages.map(({ drawnAt, documentId, ...page }) => ({
    document: documentId,
    ...page,
    drawnAt: drawnAt.toISOString(),
  }));

function viewRecords({ trail }: PackageFacts) {
  const views = trail.entries.filter(({ type }) => type === "document.viewed");
  const reviews = trail.entries.filter(({ type }) =>
    ["recipient.signed", "recipient.approved", "recipient.acknowledged", "recipient.passed-on"].includes(
      type,
    ),
  );
  return {
    about: {
      looks:
        "Of each page, what the person’s browser said: for how many seconds it was in view on a visible screen, from when to when, and the SHA-256 of the picture it had there. By its own clock under firstAt and lastAt, by ours under firstAtServer and lastAtServer. Times that cannot have been were left out.",
      isOurs: "Whether that picture is one the system drew of that page, which pages.json then lists.",
      pictures:
        "What binds an act to the pictures its person had seen until then: SHA-256 over the canonical JSON (RFC 8785) of the list of {document, page, revision, sha256} under their own views, those with isOurs, each once, in the order of their canonical JSON. Before sealing, every picture was read again and compared.",
    },
    pages: pagesLooked(views),
    views: views.map((entry) => ({
      ...brief(entry),
      person: entry.data.recipient ?? entry.actor.id ?? null,
      looks: looksIn(entry),
    })),
    reviews: reviews.map(({ sequence, at, data, actor }) => ({
      ...{ entry: sequence, at: at.toISOString(), person: data.recipient ?? actor.id ?? null },
      ...{ shown: data.shown ?? null, wording: data.wording ?? null, pictures: data.pictures ?? null },
    })),
  };
}

type Members = TrailEntry["data"];

/** Of each page with both clocks. */
function looksIn({ data }: TrailEntry) {
  const looks = Array.isArray(data.looks) ? (data.looks as unknown as readonly Members[]) : [];
  const offsetMs = typeof data.offsetMs === "number" ? data.offsetMs : 0;
  const ours = (value: Members[string]) =>
    typeof value === "string" ? new Date(Date.parse(value) + offsetMs).toISOString() : null;
  return looks.map((look) => ({
    ...look,
    firstAtServer: ours(look.firstAt),
    lastAtServer: ours(look.lastAt),
  }));
}

/** Per person, document, revision and page: first and last moment by our clock, and all seconds between. */
function pagesLooked(views: readonly TrailEntry[]) {
  const pages = new Map<string, { firstAt: string | null; lastAt: string | null; seconds: number }>();
  const keys = new Map<string, object>();
  for (const entry of views)
    for (const look of looksIn(entry)) {
      const { document, revision } = entry.data;
      const { page } = look as Members;
      const place = {
        ...{ person: entry.data.recipient ?? entry.actor.id ?? null, document: document ?? null },
        ...{ revision: revision ?? null, page: page ?? null },
      };
      const key = JSON.stringify(place);
      const known = pages.get(key) ?? { firstAt: null, lastAt: null, seconds: 0 };
      const { firstAtServer: first, lastAtServer: last } = look;
      keys.set(key, place);
      pages.set(key, {
        firstAt: known.firstAt === null || (first !== null && first < known.firstAt) ? first : known.firstAt,
        lastAt: known.lastAt === null || (last !== null && last > known.lastAt) ? last : known.lastAt,
        seconds: known.seconds + Number((look as Members).seconds ?? 0),
      });
    }
  return [...pages].map(([key, times]) => ({ ...keys.get(key), ...times }));
}

/** What was made, by whom it was opened and copied, and what keys did. */
export function custodyRecords(facts: PackageFacts) {
  const tell = eventTeller(facts.trail, trailWords());
  return facts.trail.entries.map((entry) => {
    const { actor, sentence } = tell(entry);
    const { sequence, at, type, hash } = entry;
    const action =
      type === "evidence.downloaded" ? "copy" : type.startsWith("package.") ? "collect" : "record";
    return { entry: sequence, at: at.toISOString(), action, by: actor.join(", "), what: sentence, hash };
  });
}

/** The organization's keys with which this envelope was signed and sealed. */
export const keyRecords = ({ trail, certificates, order }: PackageFacts) => ({
  format: "whereof-keys/1",
  recordedUntil: order.askedAt.toISOString(),
  keys: trail.sealKeys.map(({ key }, index) => ({
    certificateSha256: sealCertificate({ certificates }, index).sha256,
    ...(key ?? { provider: null, note: "No record says which key this certificate is of, or where it is." }),
  })),
});

/** The certificate of a seal key. @param index among the seal keys */
export const sealCertificate = ({ certificates }: Pick<PackageFacts, "certificates">, index: number) =>
  parseCertificate(certificates.filter(({ kind }) => kind === "seal")[index]!.der);

function policyRecord(facts: PackageFacts) {
  const { trail, expiresAt, timestampSource, printsMarginId } = facts;
  const { order, level } = trail.envelope;
  return {
    authentication: {
      signers: trail.recipients.map(({ id }) => ({ person: id, link: true, check: sentCheck(facts, id) })),
    },
    order,
    level,
    expiresAt: expiresAt?.toISOString() ?? null,
    timestamps: timestampSource,
    documentIdInMargin: printsMarginId,
    templates: templatesUsed(facts),
    retention: {
      asOf: "when this package was made: who may set the schedule can change it",
      ...trail.keeping.rule,
      ...(trail.keeping.rule.action !== "keep" && trail.keeping.rule.dueOn === null
        ? { note: "What starts the clock of this rule has not happened, or nobody has said when it will." }
        : {}),
    },
    holds: trail.keeping.holds.map(({ id, since, releasedAt }) => ({
      ...{ hold: id, since: since.toISOString(), releasedAt: releasedAt?.toISOString() ?? null },
    })),
  };
}

/** The published versions the envelope was started from, as its chain names them. */
const templatesUsed = ({ trail }: PackageFacts) =>
  trail.entries
    .filter(({ type }) => type === "template.used")
    .map(({ sequence, data: { template, version, sha256 } }) => ({
      ...{ template: template ?? null, version: version ?? null, sha256: sha256 ?? null, entry: sequence },
    }));

function eventWordsText(): string {
  return `Events of an envelope

events.jsonl holds one event on each line, as JSON with three members:

  body      the exact text that was hashed: JSON in canonical form (RFC 8785)
  hash      SHA-256, hexadecimal, over the byte 02, the hash of the line before it (32 bytes; 32 zero bytes for
            the first line) and the body in UTF-8
  openings  what stands behind the commitments in the body, unless it was erased or withheld

A body has these members:

  version       of this layout: 1
  id            of the event
  type          what happened, as below
  organization  whose record it is
  envelope      the envelope it is about
  sequence      its position in the chain, from 0
  at            when, in UTC (ISO 8601)
  previous      the hash before it
  actor         who acted: kind (member, recipient, system), id, method, and where from
  data          what the event records

A value about a person stands in the body as {"commitment": "…"}: SHA-256, hexadecimal, over a salt of 16 random
bytes and the value in UTF-8. An opening names the path of that place ("data.recipients.0.email"), the salt in
hexadecimal and the value.

Types of events:

${EVENT_TYPES.map((type) => `  ${type}\n`).join("")}
The audit trail, ${AUDIT_TRAIL}, tells every event of this envelope in a sentence.
`;
}
