import { expect, test } from "vitest";
import { folded, searchQuery, searchWords } from "./search-words.ts";

const ORG = "0199f300-0000-7000-8000-000000000001";

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
  expect(searchQuery(ORG, "lease ru")).toBe(
    "o0199f30000007000800000000000000001 & lease & ru:*".replace(
      "o0199f30000007000800000000000000001",
      `o${ORG.replaceAll("-", "")}`,
    ),
  );
  expect(searchQuery(ORG, "!(a|b) & c:* \\ '")).toMatch(/^o[0-9a-f]{32} & a & b & c:\*$/);
  expect(searchQuery(ORG, " -- ' ")).toBeNull();
});
