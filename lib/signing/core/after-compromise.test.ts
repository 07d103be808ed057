import { expect, test } from "vitest";
import { standingOf } from "./after-compromise.ts";

const LOST = new Date("2026-11-20T12:00:00Z");
const at = (minutes: number) => new Date(LOST.getTime() + minutes * 60_000);
const fact = (minutes: number, level: "B-B" | "B-LTA" = "B-LTA", isUnderWay = false) => ({
  ...{ storedAt: at(minutes), level, isUnderWay },
});

test("what was time-stamped before the loss stands", () => {
  expect(standingOf(fact(-1), LOST)).toBe("stands");
  expect(standingOf(fact(-1, "B-LTA", true), LOST)).toBe("stands");
});

test("what was signed at the loss or after it does not, nor what has no time-stamp", () => {
  expect(standingOf(fact(0), LOST)).toBe("after-loss");
  expect(standingOf(fact(1), LOST)).toBe("after-loss");
  expect(standingOf(fact(-1, "B-B"), LOST)).toBe("without-proof");
});

test("within the second of the loss nothing is certain", () => {
  const lostAt = new Date(LOST.getTime() + 900);
  expect(standingOf({ ...fact(0), storedAt: new Date(LOST.getTime() + 100) }, lostAt)).toBe("after-loss");
  expect(standingOf({ ...fact(0), storedAt: new Date(LOST.getTime() - 100) }, lostAt)).toBe("stands");
});

test("what is under way can be sent again", () => {
  expect(standingOf(fact(1, "B-LTA", true), LOST)).toBe("send-again");
  expect(standingOf(fact(-1, "B-B", true), LOST)).toBe("send-again");
});
