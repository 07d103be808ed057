import { expect, test } from "vitest";
import type { DraftContent, DraftField, DraftRecipient } from "./draft.ts";
import { DraftContent as Draft } from "./draft.ts";
import { mergeDrafts } from "./merge-drafts.ts";

const uuid = (digit: number) => `00000000-0000-7000-8000-00000000000${digit}`;
const [ANA, BEN, CY, DOC, SIGNS, TEXT, MORE, RULE] = [1, 2, 3, 4, 5, 6, 7, 8].map(uuid) as string[];
const person = (id: string, name: string): Partial<DraftRecipient> => ({
  ...{ id, role: "signer", name, email: `${name}@example.com` },
});
const field = (id: string, recipientId: string, label = ""): Partial<DraftField> => ({
  ...{ id, recipientId, documentId: DOC!, type: "text", page: 0, label, isRequired: false },
  ...{ x: 0.1, y: 0.1, width: 0.2, height: 0.05 },
});
const base: DraftContent = Draft.parse({
  ...{ title: "Lease", message: "", order: "sequential" },
  ...{ signatureKind: "here", signatureProviderId: "" },
  recipients: [person(ANA!, "ana"), person(BEN!, "ben")],
  fields: [field(SIGNS!, ANA!), field(TEXT!, BEN!, "Company")],
});
const draft = (change: Partial<Record<keyof DraftContent, unknown>>) => Draft.parse({ ...base, ...change });

test("what each of two changed alone is put together, in the order of both", () => {
  const mine = draft({
    message: "Please sign",
    recipients: [...base.recipients, person(CY!, "cy")],
    fields: base.fields.map((one) => (one.id === SIGNS ? { ...one, x: 0.4 } : one)),
  });
  const theirs = draft({
    title: "Lease 12B",
    recipients: base.recipients.toReversed(),
    fields: [
      ...base.fields.map((one) => (one.id === SIGNS ? { ...one, label: "Sign" } : one)),
      field(MORE!, BEN!),
    ],
  });
  const { content, clashes } = mergeDrafts(base, mine, theirs);
  expect(clashes).toEqual([]);
  expect(content).toMatchObject({ title: "Lease 12B", message: "Please sign" });
  expect(content.recipients.map(({ id }) => id)).toEqual([BEN, CY, ANA]);
  expect(content.fields.find(({ id }) => id === SIGNS)).toMatchObject({ x: 0.4, label: "Sign" });
  expect(content.fields.map(({ id }) => id).toSorted()).toEqual([SIGNS, TEXT, MORE].toSorted());
});

test("what both changed differently is as this window has it, and said; a place is one thing", () => {
  const at = (x: number, y: number, settings: object) =>
    draft({ fields: base.fields.map((one) => (one.id === TEXT ? { ...one, x, y, settings } : one)) });
  const { content, clashes } = mergeDrafts(
    base,
    { ...at(0.5, 0.1, { help: "Mine" }), title: "Mine" },
    { ...at(0.1, 0.5, { group: "Theirs" }), title: "Theirs" },
  );
  expect(content.title).toBe("Mine");
  expect(content.fields.find(({ id }) => id === TEXT)).toMatchObject({
    ...{ x: 0.5, y: 0.1 },
    settings: { help: "Mine", group: "Theirs" },
  });
  expect(clashes).toEqual([
    { about: "words", id: null, what: "title" },
    { about: "field", id: TEXT, what: "place" },
  ]);
});

test("what one took away goes, unless the other worked on it", () => {
  const without = draft({ fields: base.fields.filter(({ id }) => id !== TEXT) });
  expect(mergeDrafts(base, without, base).content.fields.map(({ id }) => id)).toEqual([SIGNS]);
  expect(mergeDrafts(base, base, without).content.fields.map(({ id }) => id)).toEqual([SIGNS]);
  const changed = draft({
    fields: base.fields.map((one) => (one.id === TEXT ? { ...one, label: "Firm" } : one)),
  });
  for (const [mine, theirs] of [
    [without, changed],
    [changed, without],
  ] as const) {
    const { content, clashes } = mergeDrafts(base, mine, theirs);
    expect(content.fields.find(({ id }) => id === TEXT)?.label).toBe("Firm");
    expect(clashes).toEqual([{ about: "field", id: TEXT, what: "removed" }]);
  }
  const twice = mergeDrafts(base, without, without);
  expect(twice).toMatchObject({ clashes: [], content: { fields: [{ id: SIGNS }] } });
});

test("whoever was removed stays where the other gave them a field; what names nobody and nothing goes", () => {
  const rule = {
    id: RULE,
    combine: "all",
    tests: [{ fieldId: TEXT, operator: "filled" }],
    effect: "hide",
    targets: [SIGNS],
  };
  const mine = draft({
    recipients: [base.recipients[0]],
    fields: base.fields.filter(({ id }) => id !== TEXT),
  });
  const theirs = draft({ fields: [...base.fields, field(MORE!, BEN!)], rules: [rule] });
  const { content, clashes } = mergeDrafts(base, mine, theirs);
  expect(content.recipients.map(({ id }) => id)).toEqual([ANA, BEN]);
  expect(content.fields.map(({ id }) => id).toSorted()).toEqual([SIGNS, MORE].toSorted());
  expect(content.rules).toEqual([]);
  expect(clashes).toEqual([{ about: "recipient", id: BEN, what: "removed" }]);
});

test("nothing changed is nothing changed, whoever asks", () => {
  expect(mergeDrafts(base, base, base)).toEqual({ content: base, clashes: [] });
});
