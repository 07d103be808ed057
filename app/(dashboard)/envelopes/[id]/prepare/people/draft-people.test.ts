import { expect, test } from "vitest";
import type { DraftContent, DraftRecipient } from "#lib/envelopes/core/draft.ts";
import { movedTo, sharedAddresses, withoutPerson, withRole } from "./draft-people.ts";

const person = (id: string, email = `${id}@example.com`): DraftRecipient => ({
  id,
  ...{ role: "signer", name: id, email, check: "none", phone: "", language: "", meaning: "" },
  ...{ turn: 1, alternativeTo: "", namedBy: "", onlyIf: null },
});
const draft = (...recipients: DraftRecipient[]): DraftContent => ({
  ...{
    title: "",
    message: "",
    order: "sequential",
    consentMode: "business",
    asksForEveryPage: false,
    markLimit: "any",
    expiryDays: 90,
    reminderHours: 48,
    recipients,
  },
  fields: recipients.map(({ id }) => ({
    ...{ id: `field of ${id}`, documentId: "d", recipientId: id, type: "signature" as const, page: 0 },
    ...{ x: 0, y: 0, width: 0.1, height: 0.1, label: "", isRequired: true, settings: {} },
  })),
  rules: [],
});
const ids = ({ recipients }: DraftContent) => recipients.map(({ id }) => id).join("");

test("a person moves to another place and the others keep their order", () => {
  const content = draft(person("a"), person("b"), person("c"));
  expect(ids(movedTo(content, "a", 2))).toBe("bca");
  expect(ids(movedTo(content, "c", 0))).toBe("cab");
  expect(ids(movedTo(content, "b", 99))).toBe("acb");
  expect(movedTo(content, "b", 1)).toBe(content);
});

test("who is taken out takes their fields along", () => {
  const content = withoutPerson(draft(person("a"), person("b")), "a");
  expect(ids(content)).toBe("b");
  expect(content.fields.map(({ recipientId }) => recipientId)).toEqual(["b"]);
});

test("who signs no longer has no fields, and who still does keeps them", () => {
  const content = draft(person("a"), person("b"));
  expect(withRole(content, "a", "copy").fields).toHaveLength(1);
  expect(withRole(content, "a", "signer").fields).toHaveLength(2);
});

test("an address is shared however it is written", () => {
  const shared = sharedAddresses([
    person("a", "Ana@Example.com "),
    person("b", "ana@example.com"),
    person("c", ""),
  ]);
  expect([...shared]).toEqual(["ana@example.com"]);
});
