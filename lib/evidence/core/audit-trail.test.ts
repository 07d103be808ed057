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
    Signed: "2 Oct 2026, 14:14:02 UTC (08:14:02, UTC−6), entry 13, by choosing “I agree and sign”",
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
