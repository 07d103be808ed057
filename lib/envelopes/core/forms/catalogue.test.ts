import { describe, expect, test } from "vitest";
import { fromUtf8 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { catalogueColumns, dayOf, formWords, readEntry } from "./catalogue.ts";
import { jurisdictionName, jurisdictionOf, US_STATES } from "./jurisdictions.ts";
import { readCatalogue } from "./read-catalogue.ts";
import { SHIPPED_FORMS } from "./shipped-forms.ts";

const HEADER = ["Title", "Form number", "Agency", "State", "Topic", "Type", "URL", "Edition date", "SHA-256"];
const ROW = [
  "Bill of Sale",
  "REG 135",
  "DMV",
  "CA",
  "Vehicles",
  "Transfer",
  "https://dmv.example/reg135",
  "2/2017",
  "",
];
const read = (cells: readonly string[], header: readonly string[] = HEADER) =>
  readEntry(catalogueColumns(header).columns, cells);
const changed = (at: number, value: string) => read(ROW.with(at, value));

describe("a row of a catalogue", () => {
  test("is a form, by columns of many names", () => {
    expect(read(ROW)).toMatchObject({
      entry: {
        ...{ key: "us-ca-dmv-reg-135", title: "Bill of Sale", jurisdiction: "US-CA", subject: "Vehicles" },
        ...{ kind: "Transfer", editionOn: "2017-02-01", expectedSha256: null, checkedOn: null },
      },
    });
    expect(catalogueColumns(["Name", "Country"]).missing).toEqual(["source", "edition date"]);
  });

  test.each([
    [0, "", "title-missing"],
    [3, "", "jurisdiction-missing"],
    [3, "Atlantis", "jurisdiction-unknown"],
    [6, "", "source-missing"],
    [6, "javascript:alert(1)", "source-wrong"],
    [6, "https://me:secret@dmv.example", "source-wrong"],
    [7, "", "edition-date-missing"],
    [7, "2023-02-30", "edition-date-wrong"],
    [8, "abc", "sha256-wrong"],
    [0, "x".repeat(301), "text-too-long"],
  ] as const)("says what is wrong: column %i, %j", (at, value, problem) => {
    expect(changed(at, value)).toEqual({ problems: [problem] });
  });

  test("names everything that is wrong at once", () => {
    expect(read(["", "", "", "?", "", "", "", "", ""])).toEqual({
      problems: ["title-missing", "jurisdiction-unknown", "source-missing", "edition-date-missing"],
    });
  });
});

test("days are read as publishers write them", () => {
  expect(["2024-03-01", "2024-3", "2024", "3/2024", "12/31/2024"].map(dayOf)).toEqual([
    ...["2024-03-01", "2024-03-01", "2024-01-01", "2024-03-01", "2024-12-31"],
  ]);
  expect(["31/12/2024", "March 2024", "2024-13-01", "0000-01-01", ""].map(dayOf)).toEqual(
    Array(5).fill(null),
  );
});

test("each state is known by code, postal code and name", () => {
  expect(US_STATES).toHaveLength(56);
  for (const { code, name } of US_STATES) {
    expect([code, code.slice(3), name, name.toUpperCase()].map(jurisdictionOf)).toEqual(Array(4).fill(code));
    expect(jurisdictionName(code, "en", "Federal")).toBe(name);
  }
  expect(
    ["US", "federal", "U.S.", "Germany", "Canada", "DE-BY", "US-ZZ", "somewhere"].map(jurisdictionOf),
  ).toEqual([...["US", "US", "US", "DE", "CA", "DE-BY", null, null]]);
});

test("a form is found by its number with and without signs, its state and its publisher", () => {
  const { entry } = read(ROW) as { entry: Parameters<typeof formWords>[0] };
  const words = formWords(entry);
  for (const word of ["reg", "135", "reg135", "california", "ca", "dmv", "vehicles", "sale"])
    expect(words).toContain(word);
});

test("a catalogue is JSON as well, and what is not says so", () => {
  const forms = [
    { title: "A", keywords: ["one", "two"] },
    { title: "B", extra: { deep: 1 } },
  ];
  for (const text of [JSON.stringify(forms), JSON.stringify({ forms })]) {
    const { header, rows, format } = readCatalogue(fromUtf8(text));
    expect({ header, format }).toEqual({ header: ["title", "keywords", "extra"], format: "json utf-8" });
    expect(rows.map(({ cells }) => cells)).toEqual([
      ["A", "one, two", ""],
      ["B", "", ""],
    ]);
  }
  for (const text of ['[{"title":', '{"rows": []}', "[1]"]) {
    const error = (() => {
      try {
        readCatalogue(fromUtf8(text));
      } catch (error) {
        return error;
      }
    })();
    expect(isRefusal(error, "envelopes/catalogue-not-json")).toBe(true);
  }
});

test("what comes with the product is federal, has a source and an edition, and claims no file and no check", () => {
  expect(SHIPPED_FORMS.length).toBeGreaterThan(5);
  expect(new Set(SHIPPED_FORMS.map(({ key }) => key)).size).toBe(SHIPPED_FORMS.length);
  for (const form of SHIPPED_FORMS) {
    expect(new URL(form.source).hostname).toMatch(/\.gov$/);
    expect(dayOf(form.editionOn)).toBe(form.editionOn);
    expect(form).toMatchObject({ jurisdiction: "US", checkedOn: null, expectedSha256: null });
  }
});
