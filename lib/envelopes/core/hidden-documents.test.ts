import { expect, test } from "vitest";
import type { DocumentId } from "#lib/ids.ts";
import { becomesOf, inPlaceOf } from "./documents/page-plan.ts";
import { hiddenAfter, hiddenFrom } from "./hidden-documents.ts";

const [lease, letter, made] = ["lease", "letter", "made"] as DocumentId[] as [
  DocumentId,
  DocumentId,
  DocumentId,
];

test("whoever may act instead of somebody is shown what that person is", () => {
  const ana = { id: "ana", alternativeTo: "", hiddenDocuments: ["letter"] };
  const ben = { id: "ben", alternativeTo: "ana", hiddenDocuments: [] };
  expect(hiddenFrom(ben, [ana, ben])).toEqual(["letter"]);
  expect(hiddenFrom(ana, [ana, ben])).toEqual(["letter"]);
  expect(hiddenFrom({ id: "cy", alternativeTo: "" }, [ana, ben])).toEqual([]);
});

test("what holds a page of a kept document is kept, and the document too as long as it stays", () => {
  const page = (documentId: DocumentId) => ({ documentId, page: 0, turn: 0 as const });
  const mixed = becomesOf(
    [{ keeps: letter }, { name: "x.pdf", pages: [page(lease), page(letter)] }],
    [letter, made],
  );
  expect(hiddenAfter(["letter"], mixed)).toEqual(["letter", "made"]);
  expect(hiddenAfter(["lease"], mixed)).toEqual(["made"]);
  expect(hiddenAfter(["letter"], inPlaceOf("letter", "made"))).toEqual(["made"]);
  expect(hiddenAfter(["letter"], () => [])).toEqual([]);
});
