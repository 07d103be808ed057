import { expect, test } from "vitest";
import { asShownTo } from "./shown-documents.ts";

const papers = {
  envelope: {
    rules: [
      {
        ...{ id: "r1", effect: "show" as const, combine: "all" as const, value: "" },
        ...{ targets: ["f1"], tests: [{ fieldId: "f2", operator: "filled" as const, value: "" }] },
      },
    ],
  },
  documents: [{ id: "lease" }, { id: "letter" }],
  revisions: [{ documentId: "lease" }, { documentId: "letter" }],
  fields: [
    { id: "f1", documentId: "letter" },
    { id: "f2", documentId: "letter" },
    { id: "f3", documentId: "lease" },
  ],
  values: new Map([
    ["f2", "90,000"],
    ["f3", "yes"],
  ]),
};

test("whoever is shown everything is given it as it is", () => {
  expect(asShownTo(papers, { hiddenDocuments: [] })).toBe(papers);
});

test("of a document that is kept from somebody nothing is left: no page, field, answer or rule", () => {
  const shown = asShownTo(papers, { hiddenDocuments: ["letter"] });
  expect(shown).toEqual({
    envelope: { rules: [] },
    documents: [{ id: "lease" }],
    revisions: [{ documentId: "lease" }],
    fields: [{ id: "f3", documentId: "lease" }],
    values: new Map([["f3", "yes"]]),
  });
  expect(JSON.stringify([...shown.values])).not.toContain("90,000");
});
