import { expect, test } from "vitest";
import { folded, searchQuery, searchWords } from "./search-words.ts";

test("case, accents, width and ligatures make no difference", () => {
  expect(folded("ÄRGER Straße Łódź ﬁne Ｆｕｌｌ İzmir Œuvre")).toBe(
    "arger strasse lodz fine full izmir oeuvre",
  );
});

test("an address is found by its parts", () => {
  expect(searchWords("Ana.Ruiz+lease@Example.com")).toEqual(["ana", "ruiz", "lease", "example", "com"]);
});

test("scripts without spaces are found by two characters beside each other", () => {
  expect(searchWords("賃貸契約書 A棟")).toEqual(["賃貸", "貸契", "契約", "約書", "a", "棟"]);
});

test("the last word may be the beginning of one, and nothing that is typed is syntax", () => {
  expect(searchQuery("lease ru")).toBe("lease & ru:*");
  expect(searchQuery("!(a|b) & c:* \\\\ '")).toBe("a & b & c:*");
  expect(searchQuery(" -- ' ")).toBeNull();
});
