import { expect, test } from "vitest";
import { DraftContent } from "#lib/envelopes/core/draft.ts";
import { asKept } from "./draft-as-kept.ts";

const PERSON = { id: "019a0000-0000-7000-8000-000000000001", role: "signer", name: "Ana Ruiz" } as const;
const DRAFT = DraftContent.parse({
  ...{ title: "Lease", message: "", order: "sequential", fields: [] },
  recipients: [{ ...PERSON, email: "ana@example.com" }],
});
const draftWith = (part: Partial<DraftContent["recipients"][number]>): DraftContent => ({
  ...DRAFT,
  recipients: [{ ...DRAFT.recipients[0]!, ...part }],
});

test("what is written otherwise and says the same is the same", () => {
  const spaced = draftWith({
    name: " Ana Ruiz ",
    email: "Ana@Example.com",
    isGivenLink: false,
    hostId: null,
    onBehalfOf: " ",
    answerDays: null,
    answerUntil: null,
    hiddenDocuments: [],
  });
  expect(asKept({ ...spaced, title: " Lease" })).toBe(asKept(DRAFT));
});

test("whoever steps in for somebody is shown what that person is, whatever is said of them", () => {
  const instead = { alternativeTo: "019a0000-0000-7000-8000-000000000002" };
  const hiddenDocuments = ["019a0000-0000-7000-8000-000000000003"];
  expect(asKept(draftWith({ ...instead, hiddenDocuments }))).toBe(asKept(draftWith(instead)));
});

test("for whom somebody acts is compared as it is kept", () => {
  expect(asKept(draftWith({ onBehalfOf: "Mill Ltd " }))).toBe(asKept(draftWith({ onBehalfOf: "Mill Ltd" })));
});

test.each<[string, DraftContent]>([
  ["every page", { ...DRAFT, asksForEveryPage: true }],
  ["way to make a signature", { ...DRAFT, markLimit: "type" }],
  ["time", { ...DRAFT, expiryDays: 14 }],
  ["reminders", { ...DRAFT, reminderHours: null }],
  ["consent", { ...DRAFT, consentMode: "consumer" }],
  ["whom a witness saw", draftWith({ witnessOf: "019a0000-0000-7000-8000-000000000002" })],
  ["a given link", draftWith({ isGivenLink: true })],
  ["one acted for", draftWith({ onBehalfOf: "Mill Ltd" })],
  ["time of one's own", draftWith({ answerDays: 3 })],
  ["day of one's own", draftWith({ answerUntil: "2026-12-01T00:00:00.000Z" })],
  ["document kept from somebody", draftWith({ hiddenDocuments: ["019a0000-0000-7000-8000-000000000003"] })],
  ["order of turns", { ...draftWith({ turn: 2 }), order: "mixed" }],
])("another %s makes it another draft", (_, other) => {
  expect(asKept(other)).not.toBe(asKept(DRAFT));
});
