import { expect, test } from "vitest";
import { handOverState, matchCode } from "./hand-over.ts";

const at = (second: number) => new Date(second * 1000);
const facts = { expiresAt: at(300), claimedAt: null, doneAt: null, endedAt: null };

test("a hand-over waits, is open, is done, and ends by itself", () => {
  expect(handOverState(facts, at(0))).toBe("waiting");
  expect(handOverState({ ...facts, claimedAt: at(10) }, at(20))).toBe("open");
  expect(handOverState({ ...facts, claimedAt: at(10), doneAt: at(30) }, at(900))).toBe("done");
  expect(handOverState({ ...facts, doneAt: at(30), endedAt: at(40) }, at(41))).toBe("ended");
  expect(handOverState({ ...facts, claimedAt: at(10) }, at(300))).toBe("ended");
});

test("a match code has four characters that are not mistaken for one another", () => {
  expect(matchCode(new Uint8Array([0, 31, 255, 24]))).toBe("0ZZR");
  expect(() => matchCode(new Uint8Array(3))).toThrow(RangeError);
});
