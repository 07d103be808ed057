import { expect, test } from "vitest";
import { dueAt, dueAtAnew, openUntil } from "./answer-time.ts";

const at = (day: number) => new Date(Date.UTC(2026, 10, day));

test("days count from being asked, a day of the calendar goes before them, and without either there is no end", () => {
  expect(dueAt({ answerDays: 3, answerUntil: null }, at(1))).toEqual(at(4));
  expect(dueAt({ answerDays: 3, answerUntil: at(9) }, at(1))).toEqual(at(9));
  expect(dueAt({ answerDays: null, answerUntil: null }, at(1))).toBeNull();
});

test("whoever takes the place of somebody after their day has the time of the envelope", () => {
  expect(dueAtAnew({ answerDays: null, answerUntil: at(2) }, at(3))).toBeNull();
  expect(dueAtAnew({ answerDays: 2, answerUntil: null }, at(3))).toEqual(at(5));
});

test("what ends sooner counts", () => {
  expect(openUntil(at(3), at(5))).toEqual(at(3));
  expect(openUntil(at(7), at(5))).toEqual(at(5));
  expect(openUntil(null, at(5))).toEqual(at(5));
  expect(openUntil(at(3), null)).toEqual(at(3));
  expect(openUntil(null, null)).toBeNull();
});
