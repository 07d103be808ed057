import { expect, test } from "vitest";
import type { DraftContent } from "../draft.ts";
import { addressProblem, composeRow } from "./compose-row.ts";
import { matchColumns, targetsOf } from "./mapping.ts";

const ANA = "0199f300-0000-7000-8000-000000000001";
const BEN = "0199f300-0000-7000-8000-000000000002";
const field = (
  id: string,
  type: "text" | "amount" | "day" | "checkbox" | "ssn",
  label: string,
  settings = {},
) => ({
  ...{ id, documentId: ANA, recipientId: ANA, type, page: 0, x: 0.1, y: 0.1, width: 0.3, height: 0.03 },
  ...{ label, isRequired: false, settings },
});
const plain = { turn: 1, alternativeTo: "", namedBy: "", meaning: "", onlyIf: null } as const;
const content: DraftContent = {
  ...{
    title: "Lease",
    message: "",
    order: "sequential",
    consentMode: "business",
    asksForEveryPage: false,
    markLimit: "any",
    expiryDays: 90,
    reminderHours: 48,
    rules: [],
  },
  recipients: [
    { id: ANA, role: "signer", name: "", email: "", check: "none", phone: "", language: "", ...plain },
    {
      id: BEN,
      role: "copy",
      name: "Ben Okafor",
      email: "ben@example.com",
      check: "none",
      phone: "",
      language: "",
      ...plain,
    },
  ],
  fields: [
    field("f1", "text", "Company"),
    field("f2", "amount", "Monthly rent", { currency: "EUR", isReadOnly: true }),
    field("f3", "day", "Start"),
    field("f4", "checkbox", "Parking"),
    field("f5", "ssn", "SSN", { isSensitive: true }),
  ],
};
const source = { id: ANA, content };
const HEADER = [
  "Full Name",
  "E-mail",
  "company",
  "Monthly-Rent",
  "START",
  "Parking",
  "Language",
  "Time zone",
  "Notes",
];
const mapping = matchColumns(HEADER, source, {});
const row = (...cells: string[]) => composeRow(source, mapping, cells);
const codes = (...cells: string[]) => row(...cells).problems.map(({ code, column }) => [code, column]);

test("columns find their places by their names, in whatever case and spelling", () => {
  const keys = [
    `name:${ANA}`,
    `email:${ANA}`,
    "field:f1",
    "field:f2",
    "field:f3",
    "field:f4",
    `language:${ANA}`,
    "time-zone",
    null,
  ];
  expect(mapping).toEqual(keys);
});

test("what was chosen last time goes before what a name suggests, and no place is taken twice", () => {
  expect(matchColumns(["Name", "Company", "Firm"], source, { firm: "field:f1", name: "gone" })).toEqual([
    `name:${ANA}`,
    null,
    "field:f1",
  ]);
  expect(matchColumns(["Email", "E-mail"], source, {})).toEqual([`email:${ANA}`, null]);
});

test("of two fields with one label none is filled by that name until the sender says which", () => {
  const fields = [...content.fields, field("f6", "text", "company ")];
  const doubled = { ...source, content: { ...content, fields } };
  expect(matchColumns(["Company", "Start"], doubled, {})).toEqual([null, "field:f3"]);
  expect(matchColumns(["Company"], doubled, { company: "field:f6" })).toEqual(["field:f6"]);
});

test("columns of a second person carry their number, their name or nothing", () => {
  expect(matchColumns(["Name 2", "Ben Okafor email"], source, {})).toEqual([`name:${BEN}`, `email:${BEN}`]);
});

test("a field whose answer is kept apart takes nothing from a table", () => {
  expect(targetsOf(source).map(({ key }) => key)).not.toContain("field:f5");
  expect(matchColumns(["SSN"], source, {})).toEqual([null]);
});

test("a good row fills in people and fields, as they are kept", () => {
  const composed = row(
    "Ana Ruiz",
    "ANA+lease@Example.com",
    "Ruiz & Co",
    "EUR 1250.5",
    "2026-12-01",
    "yes",
    "pt_br",
    "Europe/Berlin",
  );
  expect(composed.problems).toEqual([]);
  expect(composed.recipients[0]).toMatchObject({
    name: "Ana Ruiz",
    email: "ana+lease@example.com",
    language: "pt-BR",
  });
  expect(composed.recipients[1]).toMatchObject({ email: "ben@example.com" });
  expect(composed.fields.map(({ settings }) => settings.value)).toEqual([
    "Ruiz & Co",
    "1250.50",
    "2026-12-01",
    "yes",
    undefined,
  ]);
  expect(composed.fields[1]!.settings.isReadOnly).toBe(true);
  expect(composed.timeZone).toBe("Europe/Berlin");
});

test("what is wrong is named with its column, all of it at once", () => {
  expect(codes("", "", "", "much", "1.12.2026", "perhaps", "Klingon", "Mars/Base")).toEqual([
    ["name-missing", 0],
    ["email-missing", 1],
    ["language-unknown", 6],
    ["value-wrong", 3],
    ["value-wrong", 4],
    ["value-wrong", 5],
    ["time-zone-unknown", 7],
  ]);
  expect(codes("x".repeat(65), "a@example.com")).toEqual([["name-too-long", 0]]);
  expect(codes("Ana", "ben@example.com")).toEqual([["same-person-twice", null]]);
  expect(
    codes("Ana", "a@example.com", ...Array.from({ length: 8 }, () => "x")).map(([code]) => code),
  ).toContain("too-many-cells");
});

test("an address is one address: two of them, a header behind one, and names around one are told apart", () => {
  expect(addressProblem("ana@example.com; ben@example.com")).toBe("email-two");
  expect(addressProblem("ana@example.com,ben@example.com")).toBe("email-two");
  expect(addressProblem("ana@example.com\r\nBcc: all@example.com")).toBe("email-line-break");
  expect(addressProblem("ana@example.com\u2028Bcc: x@example.com")).toBe("email-line-break");
  expect(addressProblem("Ana <ana@example.com>")).toBe("email-wrong");
  expect(addressProblem("ana at example.com")).toBe("email-wrong");
  expect(addressProblem(" ")).toBe("email-missing");
  for (const good of [
    "ana+tag@example.com",
    "ana@bücher.example",
    "änne@例え.jp",
    "o'neil@sub.example.co.uk",
  ])
    expect(addressProblem(good)).toBeNull();
});

test("the same row has the same key, and any other another", () => {
  const key = (...cells: string[]) => Buffer.from(row(...cells).key).toString("hex");
  const one = key("Ana Ruiz", "ana@example.com", "Ruiz");
  expect(
    key("Ana  Ruiz ".replace("  ", " "), "ANA@example.com", "Ruiz", "", "", "", "", "", "another note"),
  ).toBe(one);
  expect(key("Ana Ruiz", "ana@example.com", "Ruiz & Co")).not.toBe(one);
});
