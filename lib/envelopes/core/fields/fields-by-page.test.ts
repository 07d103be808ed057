import { expect, test } from "vitest";
import { fieldsByPage } from "./fields-by-page.ts";

const people = [{ id: "ana" }, { id: "ben" }];
const field = (recipientId: string, page: number, documentId = "nda") => ({ recipientId, page, documentId });

test("each page says whose fields it has, in the order of the people", () => {
  const shares = fieldsByPage([field("ben", 0), field("ana", 0), field("ben", 0), field("ana", 2)], people);
  expect(shares.get("nda 0")).toEqual([
    { recipientId: "ana", count: 1 },
    { recipientId: "ben", count: 2 },
  ]);
  expect(shares.get("nda 1")).toBeUndefined();
  expect(shares.get("nda 2")).toEqual([{ recipientId: "ana", count: 1 }]);
});

test("fields of somebody who is gone are nobody's, and come last", () => {
  const shares = fieldsByPage([field("gone", 0), field("other", 0), field("ben", 0)], people);
  expect(shares.get("nda 0")).toEqual([
    { recipientId: "ben", count: 1 },
    { recipientId: "", count: 2 },
  ]);
});
