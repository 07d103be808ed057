import { expect, test } from "vitest";
import { personal } from "#lib/audit/core/commitment.ts";
import { auditTrail } from "./audit-trail.ts";
import type { AuditTrailFacts } from "./audit-trail-facts.ts";
import {
  chainOf,
  envelopeEvents,
  PEOPLE,
  recipientActor,
  SENDER,
  SYSTEM,
  type TestEvent,
  trailFacts,
} from "./testing.ts";

const events = envelopeEvents(PEOPLE);
const facts = trailFacts(chainOf(events));
const trail = auditTrail(facts);

function trailOf(
  state: AuditTrailFacts["envelope"]["state"],
  added: readonly TestEvent[],
  until = "recipient.invited",
) {
  const before = events.slice(
    0,
    events.findIndex(({ type }) => type === until),
  );
  const known = trailFacts(chainOf([...before, ...added]));
  return auditTrail({ ...known, envelope: { ...known.envelope, state } });
}

const labelled = (
  facts: readonly { readonly label: string; readonly values: readonly { readonly text: string }[] }[],
) =>
  Object.fromEntries(facts.map(({ label, values }) => [label, values.map(({ text }) => text).join(" | ")]));

test("who signs as a witness or a notary is not counted as a signer alone", () => {
  const first = facts.recipients.findIndex(({ role }) => role === "signer");
  const recipients = facts.recipients.map((person, at) =>
    at === first ? { ...person, role: "notary" as const } : person,
  );
  expect(auditTrail({ ...facts, recipients }).result[0]).toMatch(
    /^6 people signed, 1 of them as witness or notary, 1 approver approved, and /,
  );
});

test("tells in a sentence how things stand, and in another that the chain holds", () => {
  expect(trail.state).toBe("Sealed");
  expect(trail.result).toEqual([
    "6 signers signed, 1 approver approved, and Duarte & Filhos, Lda sealed the document on 2 Oct 2026, 14:54:21 UTC.",
    "All 73 entries of the chain hold: each hash follows from the entry and the hash before it.",
  ]);
});

test.each<[AuditTrailFacts["envelope"]["state"], TestEvent[], string]>([
  ["sent", [], "Under way: 0 of 6 signers have signed."],
  ["sealing", [], "All have acted: nobody had to sign. The documents are not sealed yet."],
  [
    "declined",
    [
      {
        type: "recipient.declined",
        actor: recipientActor(PEOPLE[0]!),
        data: { recipient: "r1", reason: personal("No") },
      },
    ],
    "Ana Ruiz declined on 2 Oct 2026, 14:08:34 UTC. The documents were not sealed.",
  ],
  [
    "voided",
    [{ type: "envelope.voided", actor: SENDER, data: { reason: personal("Wrong file") } }],
    "Sofia Duarte voided the envelope on 2 Oct 2026, 14:08:34 UTC. The documents were not sealed.",
  ],
  [
    "expired",
    [{ type: "envelope.expired", actor: SYSTEM, data: {} }],
    "The envelope expired on 2 Oct 2026, 14:08:34 UTC, before all had signed. The documents were not sealed.",
  ],
])("%s", (state, added, sentence) => {
  expect(trailOf(state, added).result[0]).toBe(sentence);
});

test("a broken chain is said first and marked where it breaks", () => {
  const broken = auditTrail({ ...facts, brokenAt: 17 });
  expect(broken.result[1]).toContain("does not hold: the hash of entry 17");
  expect(broken.actions.filter(({ holds }) => !holds).map(({ sequence }) => sequence)).toEqual([17]);
});

test("what is said of a person stands in the chain, with the number of the entry", () => {
  expect(labelled(trail.people[0]!.facts)).toMatchObject({
    Role: "Signer, 1st in turn",
    "E-mail": "ana.ruiz@example.com",
    Identified:
      "By opening a link made for this person and sent to ana.ruiz@example.com | Who the person is was not verified beyond this: whoever can open the mailbox can open the link.",
    Invited: "2 Oct 2026, 14:08:34 UTC (08:08:34, UTC−6), entry 5",
    Consent: expect.stringMatching(
      /entry 8, by choosing “Agree and continue” under notice business-1 \(en\)/,
    ),
    Signed: "2 Oct 2026, 14:14:02 UTC (16:14:02, UTC+2), entry 13, by choosing “I agree and sign”",
    "IP address": "198.51.100.7, entries 7–13",
    Device: "Safari 18.5 on iPhone, iOS 18.5, entries 7–13",
    Certificate: expect.stringContaining("CN=Ana Ruiz"),
  });
});

test("of somebody who has not acted nothing is said but who they are", () => {
  const [card] = trailOf("sent", []).people;
  expect(card!.facts.map(({ label }) => label).slice(0, 3)).toEqual(["Role", "E-mail", "Certificate"]);
});

test("every entry is a row, in order, with both clocks and the beginning of its hash", () => {
  expect(trail.actions).toHaveLength(facts.entries.length);
  expect(trail.actions[3]).toMatchObject({
    sequence: 3,
    utc: "2 Oct 2026, 14:07:12 UTC",
    local: "08:07:12 (UTC−6)",
    chainId: facts.entries[3]!.hash.slice(0, 8),
    holds: true,
  });
  expect(auditTrail({ ...facts, timeZone: "UTC" }).actions[3]!.local).toBeNull();
});

test("there are no turns where all act at the same time", () => {
  const parallel = auditTrail({ ...facts, envelope: { ...facts.envelope, order: "parallel" } });
  expect(labelled(parallel.people[0]!.facts).Role).toBe("Signer");
});

test("a signature with what it covers, its time-stamp, and its status at signing", () => {
  const [{ document, rows }] = trail.signatures as [(typeof trail.signatures)[number]];
  expect(document).toBe("Mutual non-disclosure agreement.pdf");
  expect(rows).toHaveLength(9);
  expect(rows[1]!.field.map(({ text }) => text)).toEqual(["Signature", "Ana Ruiz", "Field Signer1"]);
  expect(rows[1]!.finding.map(({ text }) => text)).toEqual([
    "First 221,640 bytes; revision 3",
    "Digest and signature are right",
    "Not revoked (OCSP response of 2 Oct 2026, 14:58:00 UTC)",
  ]);
  expect(rows.at(-1)!.finding[0]!.text).toBe("Whole file, 312,909 bytes; revision 12");
});

test("what was taken away at the upload is listed", () => {
  expect(trail.documents[0]!.changes).toBe(
    "When it was taken in: 2 scripts removed, cross-references repaired.",
  );
  const [document] = facts.documents;
  const plain = auditTrail({ ...facts, documents: [{ ...document!, changes: {}, sealedSha256: null }] });
  expect(plain.documents[0]!.changes).toBe("When it was taken in: nothing taken away or settled.");
});

test("a person's rows show the clock their device named, others UTC alone where no zone is known", () => {
  const { actions } = auditTrail({ ...facts, timeZone: "UTC" });
  const own = facts.entries.findIndex(({ type }) => type === "recipient.signed");
  expect(actions[own]!.local).toMatch(/^\d\d:\d\d:\d\d \(UTC\+2\)$/);
  expect(actions[0]!.local).toBeNull();
  const odd = facts.entries.map((entry) => ({ ...entry, data: { ...entry.data, timeZone: "Nowhere/Else" } }));
  expect(auditTrail({ ...facts, entries: odd, timeZone: "UTC" }).actions[own]!.local).toBeNull();
});

test("how the documents moved is told in eight sentences from entries, and what no entry tells is said so", () => {
  expect(trail.process).toHaveLength(8);
  const told = trail.process.join("\n");
  expect(told).toContain("A document was taken in on 2 Oct 2026, 14:05:50 UTC");
  expect(told).toContain("Ana Ruiz finished signing by choosing “I agree and sign” on");
  expect(told).toContain("That anybody showed anything beside having their link is not recorded.");
  expect(told).toContain("The organization sealed the documents on");

  const ana = facts.recipients[0]!.id;
  const at = new Date("2026-10-02T14:10:00Z");
  const code = { actor: { kind: "system" }, hash: "00" };
  const checked = [
    { ...code, sequence: 900, type: "code.sent", at, data: { recipient: ana, method: "sms-code" } },
    {
      ...{ ...code, sequence: 901, type: "check.passed", at: new Date(at.getTime() + 41_000) },
      data: { recipient: ana, method: "sms-code" },
    },
  ];
  const more = auditTrail({ ...facts, entries: [...facts.entries, ...checked] });
  expect(more.process[4]).toContain("a code sent by SMS, on");
  expect(more.process[4]).toContain("41 seconds after it was sent");

  const nothing = auditTrail({ ...facts, entries: [] }).process.join("\n");
  expect(nothing).not.toMatch(/undefined|sealed the documents on/);
  expect(nothing).toContain("That the organization sealed the documents is not recorded.");
  const broken = auditTrail({ ...facts, brokenAt: 2 }).process.join("\n");
  expect(broken).toContain("Nothing is told here of entry 2");
  expect(broken).toContain("That the envelope was sent is not recorded.");
});

test("rule, end, holds and downloads are told as recorded, and an end that is not known is not named", () => {
  const told = (keeping: Partial<typeof facts.keeping>) =>
    labelled(auditTrail({ ...facts, keeping: { ...facts.keeping, ...keeping } }).keeping);
  expect(told({})).toMatchObject({
    Rule: "Leases: 10 years from the day on which the envelope ends",
    "Why this rule": "Chosen for this envelope.",
    Basis: "Código Civil art. 309",
    "Kept until": expect.stringMatching(/^Not yet known/),
    "Legal holds": "None is recorded.",
    Downloads: "None is recorded up to this trail.",
  });
  const since = new Date("2026-10-02T15:00:00Z");
  const rule = { ...facts.keeping.rule, isStandard: true, dueOn: "2036-10-03" };
  const held = told({ rule, holds: [{ id: "h1", since, releasedAt: null }] });
  expect(held.Rule).toMatch(/^the standard term: 10 years/);
  expect(held["Kept until"]).toBe("From 2036-10-03 (UTC) on this rule keeps it no more.");
  expect(held["Legal holds"]).toBe("One in force since 2 Oct 2026, 15:00:00 UTC.");
});

test("custody of the organization's key is named, and what is not on record is said not to be", () => {
  const at = new Date("2026-10-01T10:00:00Z");
  const told = (key: (typeof facts.sealKeys)[number]["key"]) =>
    labelled(auditTrail({ ...facts, sealKeys: [{ certificateId: "c1", key }] }).keeping)[
      "Organization’s key"
    ];
  expect(told(null)).toContain("is not on record");
  const key = { provider: "software", origin: "made", since: at, backups: null, exports: [] } as const;
  expect(told(key)).toContain("No request to the product to export it is recorded.");
  const request = {
    ...{ id: "x1", reason: "migration" as const, destination: "HSM", contract: "MSA", requestedAt: at },
    ...{ approvedAt: at, refusedAt: null, builtAt: at, takenAt: null, receivedAt: null, destroyedAt: null },
    ...{ sha256: "ab", custody: [], custodyBrokenAt: null },
  } as const;
  const handed = told({ ...key, origin: "imported", exports: [request] });
  expect(handed).toContain("Whether others have copies of it is not known.");
  expect(handed).toContain("x1, of 1 Oct 2026, 10:00:00 UTC. A file with the key was made on");
  expect(told({ ...key, exports: [{ ...request, builtAt: null }] })).toContain(
    "No file with the key was made.",
  );
});
