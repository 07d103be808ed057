import { expect, test } from "vitest";
import { decideMailedFiles } from "./mailed-files.ts";

const most = 10 * 1024 * 1024;
const plain = { isOn: true, isSensitive: false, isGuarded: false, sizeBytes: 40_000, mostBytes: most };

test("files go with the mail where that was turned on, up to a size", () => {
  expect(decideMailedFiles(plain)).toBe("attached");
  expect(decideMailedFiles({ ...plain, sizeBytes: most })).toBe("attached");
  expect(decideMailedFiles({ ...plain, sizeBytes: most + 1 })).toBe("too-large");
  expect(decideMailedFiles({ ...plain, isOn: false })).toBe("link");
});

test("nothing sensitive goes, and nothing to whoever shows more than a mailbox, however small", () => {
  for (const change of [{ isSensitive: true }, { isGuarded: true }])
    for (const sizeBytes of [0, most, most + 1])
      expect(decideMailedFiles({ ...plain, ...change, sizeBytes })).toBe("link");
});
