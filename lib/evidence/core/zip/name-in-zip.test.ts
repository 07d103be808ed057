import { expect, test } from "vitest";
import { isNamedOnce, nameInZip } from "./name-in-zip.ts";
import { isSafeName } from "./zip-records.ts";

test("a name is one that every file system takes, whole in its ending and within its room", () => {
  for (const text of [
    "Lease 12B",
    "../../etc/passwd",
    "  .hidden ",
    "a/b\\c:d*?",
    "",
    "…",
    "Vertrag. ",
    "\ud800x",
  ]) {
    const name = nameInZip(text, ".pdf", 40);
    expect(isSafeName(name), JSON.stringify(name)).toBe(true);
    expect(name.endsWith(".pdf")).toBe(true);
  }
  expect(nameInZip("../../etc/passwd", ".pdf", 40)).toBe("etc passwd.pdf");
  const long = nameInZip("契約書".repeat(40), ".pdf", 40);
  expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(40);
  expect(long).toMatch(/^契約書.*\.pdf$/u);
});

test("names that differ in capitals alone are the same", () => {
  const isFree = isNamedOnce();
  expect(["a.pdf", "A.pdf", "b.pdf"].map(isFree)).toEqual([true, false, true]);
});
