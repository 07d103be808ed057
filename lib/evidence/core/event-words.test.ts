import { expect, test } from "vitest";
import { personal } from "#lib/audit/core/commitment.ts";
import { EVENT_TYPES } from "#lib/audit/core/events.ts";
import type { TrailEntry } from "./audit-trail-facts.ts";
import { eventTeller, shortNames } from "./event-words.ts";
import {
  chainOf,
  DOCUMENT_ID,
  PEOPLE,
  recipientActor,
  SENDER,
  SYSTEM,
  type TestEvent,
  trailFacts,
} from "./testing.ts";
import { trailWords } from "./trail-words.ts";

const facts = trailFacts(chainOf([]));
const tell = eventTeller(facts, trailWords());
const ana = recipientActor(PEOPLE[0]!);
const entryOf = (event: TestEvent, keeps = true): TrailEntry =>
  chainOf([event], { keeps: () => keeps }).entries[0]!;
const sentence = (type: string, data: TestEvent["data"], keeps = true) =>
  tell(entryOf({ type, actor: ana, data }, keeps)).sentence;

test.each(EVENT_TYPES)("%s has a sentence, even when it recorded nothing", (type) => {
  const told = sentence(type, {});
  expect(told).toMatch(/^[A-Z].*\.$/);
  expect(told).not.toContain("events.");
  expect(told).not.toMatch(/[{}]|undefined|null|\bnone\b/);
});

test("a type nobody has heard of is named", () => {
  expect(sentence("hold.placed", { by: "x" })).toBe(
    "An event of the type hold.placed; its data is in the attached file.",
  );
});

const timestamp = { at: "2026-10-02T14:31:07.000Z", sha256: "00" };
const shown = [{ documentId: DOCUMENT_ID, revision: 2, sha256: "00" }];

test.each<[string, TestEvent["data"], string]>([
  ["envelope.edited", { recipients: 1, fields: 3 }, "Saved the draft with 1 recipient and 3 fields."],
  [
    "envelope.sent",
    { documents: [{}], recipients: [{}, {}], expiresAt: "2026-11-01T14:05:09.120Z" },
    "Sent the envelope with 1 document to 2 recipients, to expire on 1 Nov 2026, 14:05:09 UTC.",
  ],
  ["document.added", { document: DOCUMENT_ID, pages: 2 }, "Added the document with 2 pages."],
  ["document.removed", { document: "other" }, "Removed a document (other)."],
  [
    "document.certified",
    { document: DOCUMENT_ID, revision: 2, timestamp },
    "Certified the document with the organization’s seal, as revision 2; time-stamp of 2 Oct 2026, 14:31:07 UTC.",
  ],
  [
    "document.certified",
    { document: DOCUMENT_ID, revision: 2, timestamp: null },
    "Certified the document with the organization’s seal, as revision 2.",
  ],
  [
    "document.viewed",
    { document: DOCUMENT_ID, revision: 2, pages: "3" },
    "Had page 3 of the document on screen, revision 2.",
  ],
  [
    "document.viewed",
    { document: DOCUMENT_ID, revision: 2, pages: "1-3, 7" },
    "Had pages 1–3, 7 of the document on screen, revision 2.",
  ],
  [
    "document.viewed",
    {
      ...{ document: DOCUMENT_ID, revision: 2, pages: "1-2", offsetMs: -60_000 },
      looks: [
        {
          ...{ page: 1, image: "ab", isOurs: true, seconds: 12 },
          ...{ firstAt: "2026-10-02T14:06:03.000Z", lastAt: "2026-10-02T14:06:15.000Z" },
        },
        { page: 2, image: "cd", isOurs: false, isImpossible: true },
      ],
    },
    "Had pages 1–2 of the document on screen, revision 2; in view, by the browser’s word and our clock: page 1 for 12 s (14:05:03–14:05:15 UTC); page 2 for a time that cannot have been; of 1 page, a picture that we did not draw.",
  ],
  [
    "page-pictures.differed",
    { count: 1, first: [{ document: DOCUMENT_ID, revision: 2, page: 3, sha256: "ab", found: null }] },
    "Not sealed: 1 picture of a page that was on screen is no longer what was recorded of it: page 3 of the document, revision 2.",
  ],
  ["recipient.invited", { recipient: "r1" }, "Invited Ana Ruiz, whose turn it was."],
  [
    "mail.delivered",
    { recipient: "r1", kind: "invitation", via: "smtp" },
    "A message (invitation) to Ana Ruiz was accepted by the mail server.",
  ],
  [
    "mail.delivered",
    { recipient: null, kind: "completed", via: "outbox" },
    "A message (completed) to the sender was put into the outbox.",
  ],
  [
    "mail.refused",
    { recipient: "r9", kind: "reminder", reason: "550 no such user" },
    "A message (reminder) to a person (r9) was refused: “550 no such user”.",
  ],
  [
    "consent.given",
    { notice: { version: "business-1", locale: "en" }, wording: "Agree and continue" },
    "Agreed to act electronically by choosing “Agree and continue” under notice business-1 (en).",
  ],
  [
    "field.filled",
    { field: "f2", value: personal("24 months") },
    "Entered “24 months” in a text field (“Term”) on page 1 of the document.",
  ],
  [
    "field.filled",
    { field: "f1", value: personal("adopted") },
    "Put the adopted mark in a signature field on page 2 of the document.",
  ],
  ["field.filled", { field: "f9", value: personal("yes") }, "Ticked a field."],
  ["field.filled", { field: "f9", value: null }, "Emptied a field, or what was entered has been erased."],
  ["mark.adopted", { kind: "initials", method: "drawn" }, "Adopted initials, drawn."],
  [
    "recipient.signed",
    { wording: "I agree and sign", shown, fields: [{}, {}] },
    "Signed by choosing “I agree and sign”, with revision 2 of the document on screen and 2 fields of their own.",
  ],
  ["recipient.declined", { reason: personal("too long") }, "Declined: “too long”."],
  ["recipient.declined", { reason: personal("") }, "Declined."],
  [
    "signature.made",
    { recipient: "r1", document: DOCUMENT_ID, revision: 3, over: { revision: 2 }, timestamp },
    "The signature of Ana Ruiz was made in the document over revision 2, which gave revision 3; time-stamp of 2 Oct 2026, 14:31:07 UTC.",
  ],
  ["envelope.sealed", { level: "B-LTA", documents: [{}, {}] }, "Sealed all 2 documents at level B-LTA."],
  [
    "envelope.delayed",
    { for: "timestamps/unavailable" },
    "Work on the envelope waits for timestamps/unavailable.",
  ],
  [
    "consent.given",
    { notice: { version: "consumer-2", locale: "en" }, wording: "Agree and continue", anew: { at: "x" } },
    "Agreed again, after a material change, to act electronically by choosing “Agree and continue” under notice consumer-2 (en).",
  ],
  [
    "consent-notice.published",
    { material: true, told: true },
    "Published a version of a notice that changes materially what people agreed to: who has not finished is asked anew.",
  ],
  ["consent-notice.published", {}, "Published a version of a notice."],
  ["evidence.downloaded", { file: "signed.pdf" }, "Downloaded signed.pdf."],
  [
    "package.requested",
    { variant: "full", reason: personal("motion of 3 May") },
    "An evidence package was asked for: “motion of 3 May”.",
  ],
  ["package.built", { variant: "redacted" }, "A redacted evidence package was built."],
])("%s %#", (type, data, words) => {
  expect(sentence(type, data)).toBe(words);
});

test("what was changed is told with what it was, and with nothing where there was nothing", () => {
  const changes = [
    { what: "message", from: "", to: "Sign by Friday" },
    { what: "reminder", from: "48", to: "" },
    { what: "order", from: "1", to: "2" },
  ];
  for (const type of ["envelope.corrected", "recipient.corrected"])
    expect(sentence(type, { recipient: PEOPLE[0]!.id, changes, people: 0, told: [] })).toContain(
      "(message: nothing → Sign by Friday; hours between reminders: 48 → nothing; turn: 1 → 2)",
    );
});

test("what was erased is said to be", () => {
  expect(sentence("recipient.declined", { reason: personal("too long") }, false)).toBe(
    "Declined; the reason has been erased.",
  );
  const { actor, ip } = tell(entryOf({ type: "envelope.created", actor: SENDER, data: {} }, false));
  expect([...actor, ip]).toEqual(["[erased]", "Sender", "[erased]"]);
});

test("who acted, how, and from where", () => {
  expect(tell(entryOf({ type: "consent.given", actor: ana, data: {} }))).toMatchObject({
    actor: ["Ana Ruiz", "Signer"],
    method: "E-mail link",
    ip: "198.51.100.7",
  });
  expect(tell(entryOf({ type: "envelope.sent", actor: SENDER, data: {} }))).toMatchObject({
    actor: ["Sofia Duarte", "Sender"],
    method: "Account",
  });
  expect(tell(entryOf({ type: "envelope.sealed", actor: SYSTEM, data: {} }))).toMatchObject({
    actor: ["System"],
    method: "–",
    ip: "–",
  });
  const odd = { kind: "recipient", id: "r9", method: "retina scan" };
  expect(tell(entryOf({ type: "consent.given", actor: odd, data: {} }))).toMatchObject({
    actor: ["a person (r9)"],
    method: "retina scan",
  });
});

test("what a person entered can neither upset a sentence nor hide in it", () => {
  const reason = personal("{reason, plural}\u202e\nبسبب البند 4");
  expect(sentence("recipient.declined", { reason })).toBe(
    "Declined: “\u2068{reason, plural}[U+202E] ¶ بسبب البند 4\u2069”.",
  );
});

test("documents have names once there is more than one", () => {
  const [first] = facts.documents;
  const two = { ...facts, documents: [first!, { ...first!, id: "d2", name: "Annex.pdf" }] };
  const viewed = entryOf({
    type: "document.viewed",
    actor: ana,
    data: { document: "d2", revision: 2, pages: "1" },
  });
  expect(eventTeller(two, trailWords())(viewed).sentence).toBe(
    "Had page 1 of “Annex.pdf” on screen, revision 2.",
  );
});

test("a long name is shortened in rows, unless two people could be taken for each other", () => {
  const long = (end: string) => `${"Abc ".repeat(30)}${end}`;
  const short = shortNames([long("one"), "Ana Ruiz", null]);
  expect(short("Ana Ruiz")).toBe("Ana Ruiz");
  expect(short(null)).toBeNull();
  expect(short(long("one"))).toMatch(/^(Abc ){19}Abc…$/);
  expect(shortNames([long("one"), long("two")])(long("one"))).toBe(long("one"));
  // Never in the middle of what is read as one sign.
  expect(shortNames([])("👩‍👩‍👧‍👦".repeat(81))).toBe(`${"👩‍👩‍👧‍👦".repeat(79)}…`);
});
