import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { CHAIN_START, linkHash } from "#lib/audit/core/chain.ts";
import { commit, type EventData, type Opening, personal, reveal } from "#lib/audit/core/commitment.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import type { RecipientRole } from "#lib/envelopes/core/roles.ts";
import type { AuditTrailFacts, CertificateFacts, TrailEntry } from "./audit-trail-facts.ts";

export interface TestEvent {
  readonly type: string;
  readonly actor: { readonly [key: string]: EventData | undefined };
  readonly data: { readonly [key: string]: EventData | undefined };
}

export interface TestChain {
  readonly entries: readonly TrailEntry[];
  readonly eventsJsonl: Uint8Array;
}

/** A chain as `readChain` and `exportChain` give it; what `keeps` turns down has been erased. */
export function chainOf(
  events: readonly TestEvent[],
  options: { start?: Date; stepMs?: number; keeps?: (opening: Opening) => boolean } = {},
): TestChain {
  const { start = new Date("2026-10-02T14:05:09.120Z"), stepMs = 41_000, keeps = () => true } = options;
  const entries: TrailEntry[] = [];
  let [previous, lines, salts]: [Uint8Array, string, number] = [CHAIN_START, "", 0];
  for (const [sequence, { type, actor, data }] of events.entries()) {
    const at = new Date(start.getTime() + sequence * stepMs);
    const newSalt = () => sha256(fromUtf8(`salt ${salts++}`)).subarray(0, 16);
    const { json, openings } = commit({ actor, data }, newSalt);
    const body = canonicalJson({
      ...(json as { [key: string]: Json }),
      type,
      sequence,
      at: at.toISOString(),
    });
    previous = linkHash(previous, body);
    const hash = toHex(previous);
    const kept = openings.filter(keeps);
    const written = kept.map(({ path, salt, value }) => ({ path, salt: toHex(salt), value }));
    lines += `${JSON.stringify({ hash, body, openings: written })}\n`;
    const revealed = reveal(JSON.parse(body) as Json, kept) as unknown as Pick<TrailEntry, "actor" | "data">;
    entries.push({ sequence, type, at, hash, actor: revealed.actor, data: revealed.data });
  }
  return { entries, eventsJsonl: fromUtf8(lines) };
}

export const sha = (text: string): string => toHex(sha256(fromUtf8(text)));

export const certificateFacts = (subject: string): CertificateFacts => ({
  subject,
  issuer: "CN=Example Issuing CA 1, O=Example Signing",
  serial: sha(`serial of ${subject}`).slice(0, 32),
  sha256: sha(`certificate of ${subject}`),
  notBefore: new Date("2026-10-02T14:00:00Z"),
  notAfter: new Date("2026-10-03T14:00:00Z"),
});

const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

export const SENDER = {
  kind: "member",
  id: "0199f3a0-0000-7000-8000-0000000000aa",
  role: "sender",
  name: personal("Sofia Duarte"),
  email: personal("sofia.duarte@example.com"),
  ip: personal("203.0.113.195"),
  userAgent: personal(CHROME),
};
export const SYSTEM = { kind: "system", job: "envelope.sent prepare" };

export interface TestPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: RecipientRole;
}

export const recipientActor = ({ id }: TestPerson, index = 0) => ({
  kind: "recipient",
  id,
  method: "email-link",
  ip: personal(
    index % 2 === 0 ? `198.51.100.${7 + index}` : `2001:db8:85a3:8d3:1319:8a2e:370:${7300 + index}`,
  ),
  userAgent: personal(index % 2 === 0 ? IPHONE : CHROME),
});

export const PEOPLE: readonly TestPerson[] = [
  { id: "r1", name: "Ana Ruiz", email: "ana.ruiz@example.com", role: "signer" },
  { id: "r2", name: "محمد الفاتح", email: "m.alfateh@example.org", role: "signer" },
  { id: "r3", name: "דנה לוי", email: "dana@example.co.il", role: "approver" },
  { id: "r4", name: "王小明", email: "xiaoming.wang@example.cn", role: "signer" },
  { id: "r5", name: "さくら 山田", email: "sakura.yamada@example.jp", role: "signer" },
  { id: "r6", name: "김민준", email: "minjun.kim@example.kr", role: "signer" },
  { id: "r7", name: "प्रिया शर्मा", email: "priya.sharma@example.in", role: "signer" },
  { id: "r8", name: "Θεοδώρα Παπαδοπούλου", email: "theodora@example.gr", role: "copy" },
];

export const DOCUMENT_ID = "0199f3a0-0000-7000-8000-0000000000d1";
const WORDING = "I agree and sign";

/** What one person leaves behind: invitation to signature. */
export function actsOf(person: TestPerson, index: number): TestEvent[] {
  const { id, name, email, role } = person;
  const own = recipientActor(person, index);
  const data = { recipient: id };
  if (role === "copy") return [];
  const shown = [{ documentId: DOCUMENT_ID, revision: index + 2, sha256: sha(`revision ${index + 2}`) }];
  const before: TestEvent[] = [
    { type: "recipient.invited", actor: SYSTEM, data },
    {
      type: "mail.delivered",
      actor: SYSTEM,
      data: { ...data, kind: "invitation", via: "smtp", message: `m${index}` },
    },
    { type: "link.fetched", actor: own, data },
    {
      type: "consent.given",
      actor: own,
      data: {
        ...data,
        notice: { version: "business-1", locale: "en", sha256: sha("notice") },
        wording: "Agree and continue",
      },
    },
    {
      type: "document.viewed",
      actor: own,
      data: { ...data, document: DOCUMENT_ID, revision: index + 2, sha256: sha("revision 2"), pages: "1-2" },
    },
  ];
  if (role === "approver")
    return [
      ...before,
      { type: "recipient.approved", actor: own, data: { ...data, wording: "Approve", shown } },
    ];
  return [
    ...before,
    {
      type: "mark.adopted",
      actor: own,
      data: { ...data, kind: "signature", method: "typed", sha256: sha("mark") },
    },
    { type: "field.filled", actor: own, data: { ...data, field: "f1", value: personal("adopted") } },
    { type: "field.filled", actor: own, data: { ...data, field: "f2", value: personal("24 months") } },
    {
      type: "recipient.signed",
      actor: own,
      data: {
        ...data,
        ...{
          name: personal(name),
          email: personal(email),
          wording: WORDING,
          timeZone: "Europe/Madrid",
          shown,
        },
        fields: [{ id: "f1", type: "signature", document: DOCUMENT_ID, page: 1, value: personal("adopted") }],
        marks: [{ kind: "signature", method: "typed", sha256: sha("mark") }],
      },
    },
    {
      type: "signature.made",
      actor: SYSTEM,
      data: {
        ...data,
        ...{ document: DOCUMENT_ID, revision: index + 3, over: { revision: index + 2, sha256: sha("over") } },
        ...{ sha256: sha("made"), certificateSha256: sha("certificate"), isLast: true },
        timestamp: { at: "2026-10-02T14:31:07.000Z", sha256: sha("token") },
      },
    },
  ];
}

export function envelopeEvents(people: readonly TestPerson[]): TestEvent[] {
  const documentName = "Mutual non-disclosure agreement.pdf";
  return [
    { type: "envelope.created", actor: SENDER, data: { title: personal("") } },
    {
      type: "document.added",
      actor: SENDER,
      data: {
        ...{
          document: DOCUMENT_ID,
          name: personal(documentName),
          sha256: sha("original"),
          sizeBytes: 182_334,
          pages: 2,
        },
        changes: { "scripts-removed": 2, repaired: 1 },
      },
    },
    {
      type: "envelope.edited",
      actor: SENDER,
      data: { draftSha256: sha("draft"), recipients: people.length, fields: 12 },
    },
    {
      type: "envelope.sent",
      actor: SENDER,
      data: {
        ...{
          shortId: "WH-7K2M-9QXD",
          title: personal("Mutual non-disclosure agreement"),
          order: "sequential",
        },
        ...{ level: "B-LTA", expiresAt: "2026-11-01T14:05:09.120Z", fieldsSha256: sha("fields") },
        documents: [{ id: DOCUMENT_ID, sha256: sha("original") }],
        recipients: people.map(({ id, role, name, email }) => ({
          id,
          role,
          name: personal(name),
          email: personal(email),
        })),
      },
    },
    {
      type: "document.certified",
      actor: SYSTEM,
      data: {
        ...{ document: DOCUMENT_ID, revision: 2, sha256: sha("certified"), certificateSha256: sha("seal") },
        timestamp: { at: "2026-10-02T14:07:11.000Z", sha256: sha("token") },
      },
    },
    ...people.flatMap(actsOf),
    { type: "envelope.all-signed", actor: SYSTEM, data: {} },
    {
      type: "envelope.sealed",
      actor: SYSTEM,
      data: {
        level: "B-LTA",
        documents: [{ id: DOCUMENT_ID, revision: 12, sha256: sha("sealed"), sizeBytes: 312_909 }],
      },
    },
  ];
}

/** An envelope that all have signed, just sealed. */
export function trailFacts(
  chain: TestChain,
  people: readonly TestPerson[] = PEOPLE,
  changes: Partial<AuditTrailFacts> = {},
): AuditTrailFacts {
  const signers = people.filter(({ role }) => role === "signer");
  const seal = certificateFacts("CN=Duarte & Filhos, Lda seal, O=Duarte & Filhos, Lda, C=PT");
  const signature = {
    documentId: DOCUMENT_ID,
    isIntact: true,
    timestampAt: new Date("2026-10-02T14:31:07Z"),
  };
  const status = { result: "good", source: "ocsp", at: new Date("2026-10-02T14:58:00Z") } as const;
  return {
    envelope: {
      title: "Mutual non-disclosure agreement",
      shortId: "WH-7K2M-9QXD",
      id: "env_0199f3a07c1b7d2e9f4a5b6c7d8e9f0a",
      ...{ state: "sealing", level: "B-LTA", order: "sequential" },
    },
    organizationName: "Duarte & Filhos, Lda",
    sender: { name: "Sofia Duarte", email: "sofia.duarte@example.com" },
    documents: [
      {
        ...{ id: DOCUMENT_ID, name: "Mutual non-disclosure agreement.pdf", pages: 2, sizeBytes: 182_334 },
        ...{ originalSha256: sha("original"), sealedSha256: sha("sealed") },
        changes: { "scripts-removed": 2, repaired: 1 },
      },
    ],
    recipients: people.map((person, index) => ({
      ...person,
      order: index + 1,
      certificate: person.role === "signer" ? certificateFacts(`CN=${person.name}`) : null,
    })),
    fields: [
      { id: "f1", documentId: DOCUMENT_ID, type: "signature", page: 1, label: "" },
      { id: "f2", documentId: DOCUMENT_ID, type: "text", page: 0, label: "Term" },
    ],
    signatures: [
      {
        ...signature,
        ...{
          field: "Certification",
          kind: "certification",
          by: "Duarte & Filhos, Lda",
          certificateSha256: seal.sha256,
        },
        ...{ covers: { revision: 2, bytes: 204_118, isWholeFile: false }, status },
      },
      ...signers.map(({ name }, index) => ({
        ...signature,
        ...{
          field: `Signer${index + 1}`,
          kind: "signature" as const,
          by: name,
          certificateSha256: sha(name),
        },
        ...{ covers: { revision: index + 3, bytes: 221_640 + index * 17_000, isWholeFile: false }, status },
      })),
      {
        ...signature,
        ...{ field: "Seal", kind: "seal", by: "Duarte & Filhos, Lda", certificateSha256: seal.sha256 },
        ...{ covers: { revision: 11, bytes: 291_004, isWholeFile: false }, status },
      },
      {
        ...signature,
        ...{
          field: "Timestamp1",
          kind: "timestamp",
          by: "Example Time-stamp Authority",
          certificateSha256: sha("tsa"),
        },
        ...{ covers: { revision: 12, bytes: 312_909, isWholeFile: true }, status: null },
      },
    ],
    sealCertificate: seal,
    authorities: [
      certificateFacts("CN=Example Issuing CA 1, O=Example Signing"),
      certificateFacts("CN=Example Root CA"),
    ],
    keeping: {
      rule: {
        ...{
          name: "Leases",
          isStandard: false,
          isChosen: true,
          decidedBy: "chosen",
          years: 10,
          action: "destroy",
          countsFrom: "end",
          dueOn: null,
        },
        basis: "Código Civil art. 309",
      },
      holds: [],
    },
    sealKeys: [],
    entries: chain.entries,
    brokenAt: null,
    timeZone: "America/Mexico_City",
    createdAt: new Date("2026-10-02T15:00:00Z"),
    generator: "Whereof 0.1.0",
    verifyAddress: "https://sign.example.com/verify/WH-7K2M-9QXD",
    ...changes,
  };
}
