import { expect, test } from "vitest";
import { fromLatin1 } from "#lib/bytes.ts";
import { openStates } from "./content.ts";

test.each([
  ["", 0],
  ["q q Q", 1],
  ["q\nq\rq", 3],
  ["Q Q q", 1],
  ["q (q \\( q (q) q) Tj Q", 0],
  ["q % q q\nq", 2],
  ["/q gs <</q q>> BDC", 1],
  ["[(a) 1 (q)] TJ q[]0 d", 1],
  ["<71 71> Tj q", 1],
  ["BI /W 1 ID q q q EIq EI q", 1],
  ["BI ID", 0],
  ["q (never closed q q", 1],
  ["qq Qq q1", 0],
])("%j leaves %i open", (content, open) => {
  expect(openStates(fromLatin1(content))).toBe(open);
});

test("content of the worst kind is read at once", () => {
  for (const kind of ["[", "(", "<<", "q ", "ID EIx ", "%\n", "/"])
    expect(openStates(fromLatin1(kind.repeat(1 << 20)))).toBe(kind === "q " ? 1 << 20 : 0);
});
