import { expect, test } from "vitest";
import { judgeLooks, type Look } from "./looks.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 9, 2, 12) + seconds * 1_000);
const look = (firstAt: number, lastAt: number, seconds: number): Look => ({
  ...{ page: 0, image: "ab".repeat(32), seconds },
  ...{ firstAt: at(firstAt), lastAt: at(lastAt) },
});
/** Asked at 0; sent and received at 600. */
const clocks = { sentAt: at(600), receivedAt: at(600), since: at(0) };
const isBelieved = (one: Look, of: Parameters<typeof judgeLooks>[1] = clocks) =>
  judgeLooks([one], of)[0]!.times !== null;

test("what a browser says is taken as far as it can have been", () => {
  expect(isBelieved(look(100, 160, 42))).toBe(true);
  expect(isBelieved(look(100, 160, 60))).toBe(true);
});

test.each([
  ["longer than from the first to the last moment", look(100, 160, 90)],
  ["ends before it begins", look(160, 100, 0)],
  ["after it was sent", look(590, 700, 10)],
  ["before the person was asked", look(-600, 100, 10)],
])("a look that is %s keeps its page and loses its times", (_, one) => {
  expect(judgeLooks([one], clocks)).toEqual([{ page: 0, image: "ab".repeat(32), times: null }]);
});

test("a device whose clock is a year ahead is believed: only the length is compared with ours", () => {
  const year = 365 * 86_400;
  const ahead = { ...clocks, sentAt: at(600 + year) };
  expect(isBelieved(look(100 + year, 160 + year, 42), ahead)).toBe(true);
  expect(isBelieved(look(-600 + year, 160 + year, 42), ahead)).toBe(false);
});
