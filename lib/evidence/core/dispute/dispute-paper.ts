import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import type { TrailEntry } from "../audit-trail-facts.ts";
import { CHECKS } from "../check-commands.ts";
import { utcWords } from "../instant-words.ts";
import { actOf, heldEntries, isAsSealed } from "../package/checked-facts.ts";
import type { PackageDocument, PackageFacts } from "../package/package-facts.ts";
import { type Block, facts as factsBlock, heading, type Paper, paragraph, steps } from "../paper/paper.ts";
import type { SignatureView } from "../validation/validation-report.ts";
import { consentBlocks, identityBlocks, shownBlocks, stepBlocks } from "./dispute-records.ts";
import { type DisputeWords, disputeWords, limitWords } from "./dispute-words.ts";

export interface DisputeFacts extends PackageFacts {
  /** Whose signature is contested. */
  readonly recipientId: string;
  /** Where the act of signing stands in the log; null when no checkpoint covers it. */
  readonly proof: { readonly leafIndex: number; readonly size: number; readonly stampedAt: Date } | null;
}

/** What every part of the file tells from. */
export interface Contested {
  readonly facts: DisputeFacts;
  readonly words: DisputeWords;
  readonly recipient: DisputeFacts["trail"]["recipients"][number];
  readonly name: string;
  readonly email: string;
  /** The act of signing, as far as the chain holds. */
  readonly act: TrailEntry | undefined;
}

/**
 * How one signer's name came into an envelope: steps with their proofs, what was on screen, what was agreed to, how
 * the person was identified, what validation says, and what the record cannot show.
 *
 * @throws TypeError when the envelope has no such recipient
 */
export function disputePaper(facts: DisputeFacts): Paper {
  const words = disputeWords();
  const recipient = facts.trail.recipients.find(({ id }) => id === facts.recipientId);
  if (!recipient) throw new TypeError(`no recipient ${facts.recipientId}`);
  const { organizationName, envelope, generator } = facts.trail;
  const contested: Contested = {
    ...{ facts, words, recipient },
    name: recipient.name ?? words("erased"),
    email: recipient.email ?? words("erased"),
    act: actOf(facts, recipient.id, "recipient.signed"),
  };
  const { order } = facts;
  return {
    title: words("title", { name: contested.name, envelope: envelope.title ?? envelope.shortId }),
    header: words("header", {
      organization: organizationName,
      shortId: envelope.shortId,
      id: idOf(order.id),
    }),
    footer: words("footer", { at: utcWords(order.askedAt), generator }),
    blocks: [
      paragraph(words("lead")),
      ...orderBlocks(contested),
      ...shortBlocks(contested),
      ...contestedBlocks(contested),
      ...stepBlocks(contested),
      ...identityBlocks(contested),
      ...consentBlocks(contested),
      ...shownBlocks(contested),
      ...certificateBlocks(contested),
      ...validationBlocks(contested),
      heading(words("limits.heading")),
      steps(limitWords(words).map((text) => ({ text }))),
      ...checkBlocks(contested),
    ],
  };
}

/** The order is that of a package; its id is a dispute file's here. */
const idOf = (id: string) => id.replace(/^pkg_/, "dsp_");

function orderBlocks({ facts: { order }, words }: Contested): Block[] {
  const { askedAt, askedBy, matter, reason } = order;
  const by = askedBy ?? { name: words("notRecorded"), email: words("notRecorded") };
  return [
    heading(words("order.heading"), 3),
    factsBlock([
      [words("order.asked"), words("order.askedBy", { at: utcWords(askedAt), ...by })],
      ...(matter === "" ? [] : [[words("order.matter"), matter] as const]),
      ...(reason === "" ? [] : [[words("order.reason"), reason] as const]),
    ]),
  ];
}

function shortBlocks(contested: Contested): Block[] {
  const { facts, words, name, email, act } = contested;
  const { brokenAt, entries } = facts.trail;
  const wording = String(act?.data.wording ?? words("erased"));
  return [
    heading(words("short.heading")),
    paragraph(
      act
        ? words("short.signed", { at: utcWords(act.at), entry: act.sequence, name, email, wording })
        : words("short.unsigned", { name }),
    ),
    ...facts.documents.map((document) => paragraph(shortOf(contested, document))),
    paragraph(
      brokenAt === null
        ? words("short.chain", { count: entries.length })
        : words("short.broken", { entry: brokenAt }),
    ),
    paragraph(words("short.limit")),
  ];
}

function shortOf({ words, facts, name, recipient }: Contested, { name: document, report }: PackageDocument) {
  const at = utcWords(facts.order.askedAt);
  const signature = signatureOf(report.signatures, recipient.certificate?.sha256);
  if (!signature) return words("short.missing", { document, name });
  if (signature.verdict !== "passed" || report.verdict === "failed")
    return words("short.other", { document, at, summary: report.summary });
  const { provenAt } = signature.time;
  return provenAt
    ? words("short.passed", { document, at, stamped: utcWords(new Date(provenAt)) })
    : words("short.unstamped", { document, at });
}

/** The signature that this certificate made; two people of one name have two. */
const signatureOf = (signatures: readonly SignatureView[], sha256: string | undefined) =>
  signatures.find(({ signer }) => sha256 !== undefined && signer?.sha256 === sha256);

function contestedBlocks({ facts, words, name, email, recipient }: Contested): Block[] {
  const { envelope, fields } = facts.trail;
  return [
    heading(words("contested.heading")),
    factsBlock([
      [words("contested.person"), name],
      [words("contested.email"), email],
      [words("contested.envelope"), `${envelope.title ?? words("erased")} (${envelope.shortId})`],
    ]),
    ...facts.documents.flatMap((document, index): Block[] => {
      const own = fields.filter(
        ({ documentId, recipientId }) => documentId === document.id && recipientId === recipient.id,
      );
      const places = own.map(({ type, page, label }) =>
        words("contested.place", { type, page: page + 1, label, labelIs: label === "" ? "none" : "given" }),
      );
      return [
        factsBlock([
          [words("contested.document", { number: index + 1 }), document.name],
          [words("contested.sealed"), { hash: document.sealedSha256 }],
          [words("contested.uploaded"), { hash: document.originalSha256 }],
          [words("contested.places"), ...(places.length > 0 ? places : [words("contested.none")])],
        ]),
      ];
    }),
  ];
}

function certificateBlocks({ facts, words, recipient }: Contested): Block[] {
  const own = facts.certificates.find(({ recipientId }) => recipientId === recipient.id);
  if (!own) return [heading(words("certificate.heading")), paragraph(words("certificate.none"))];
  const { subject, issuer, serialHex, sha256, notBefore, notAfter } = parseCertificate(own.der);
  return [
    heading(words("certificate.heading")),
    paragraph(words("certificate.lead")),
    factsBlock([
      [words("certificate.subject"), subject.text],
      [words("certificate.issuer"), issuer.text],
      [words("certificate.serial"), { hash: serialHex }],
      [words("certificate.sha256"), { hash: sha256 }],
      [
        words("certificate.validity"),
        words("certificate.from", { from: utcWords(notBefore), to: utcWords(notAfter) }),
      ],
    ]),
  ];
}

function validationBlocks(contested: Contested): Block[] {
  const { facts, words } = contested;
  const { proof } = facts;
  const root = parseCertificate(facts.rootDer).subject.text;
  const log = proof
    ? words("validation.inLog", {
        ...{ leaf: proof.leafIndex, size: proof.size, at: utcWords(proof.stampedAt) },
      })
    : words("validation.notInLog");
  return [
    heading(words("validation.heading")),
    paragraph(words("validation.lead", { at: utcWords(facts.order.askedAt), root })),
    ...facts.documents.flatMap((document) => [
      heading(document.name, 3),
      factsBlock(findings(contested, document)),
    ]),
    factsBlock([[words("validation.log"), log]]),
  ];
}

function findings({ facts, words, recipient, name }: Contested, document: PackageDocument) {
  const { report } = document;
  const whole = [
    words("validation.document"),
    report.summary,
    words(isAsSealed(facts, document) ? "validation.asSealed" : "validation.notAsSealed"),
  ] as const;
  const signature = signatureOf(report.signatures, recipient.certificate?.sha256);
  if (!signature)
    return [
      [words("validation.result"), words("short.missing", { document: document.name, name })],
      whole,
    ] as const;
  const { verdict, indication, level, time, coverage, revocation, signer } = signature;
  const { provenAt, authority } = time;
  const status = revocation.find(({ subject }) => subject === signer?.name);
  const issuedAt = status?.issuedAt ? utcWords(new Date(status.issuedAt)) : "none";
  const [, , from = 0, length = 0] = coverage.byteRange ?? [];
  return [
    [
      words("validation.result"),
      words("validation.verdict", { verdict, indication, level: level ?? "none" }),
    ],
    [
      words("validation.time"),
      provenAt
        ? words("validation.timeBy", {
            at: utcWords(new Date(provenAt)),
            authority: authority ?? words("notRecorded"),
          })
        : words("validation.noTime"),
    ],
    [words("validation.covers"), words("validation.coverage", { bytes: from + length })],
    [words("validation.changes"), words("validation.changesAre", { changes: coverage.changesAfter })],
    [
      words("validation.status"),
      words("validation.statusIs", {
        ...{ status: status?.status ?? "unknown", source: status?.source ?? "none", at: issuedAt },
      }),
    ],
    ...(signature.findings.length > 0
      ? [[words("validation.faults"), ...signature.findings.map(({ message }) => message)] as const]
      : []),
    whole,
  ] as const;
}

const OWN_CHECKS = ["hash", "signatures", "cms", "certificate", "chain"] as const;

function checkBlocks({ facts, words }: Contested): Block[] {
  const head = heldEntries(facts).at(-1)?.hash ?? "";
  const commandsOf = (key: string) => CHECKS.find((check) => check.key === key)?.commands ?? [];
  const inThisFile = (commands: readonly string[]) =>
    commands.map((command) => command.replaceAll("audit-trail.pdf", "dispute-file.pdf"));
  return [
    heading(words("check.heading")),
    steps([
      ...OWN_CHECKS.map((key) => ({
        text: words(`check.${key}`, { head }),
        commands: inThisFile(commandsOf(key)),
      })),
      { text: words("check.self"), commands: inThisFile(commandsOf("trail")) },
    ]),
  ];
}
