import { expect, test } from "vitest";
import { initialsOf, personLook } from "./people.ts";

test("initials are those of the first and the last name", () => {
  expect(initialsOf({ name: "Ana María Ruiz", email: "" })).toBe("AR");
  expect(initialsOf({ name: "山田太郎", email: "" })).toBe("山");
  expect(initialsOf({ name: "Дмитро Коваль", email: "" })).toBe("ДК");
});

test("who has no name yet is known by their address", () => {
  expect(initialsOf({ name: " ", email: "ben@example.com" })).toBe("B");
  expect(initialsOf({ name: "", email: "" })).toBe("");
});

test("the ninth person looks like the first", () => {
  expect(personLook(8)).toBe(personLook(0));
  expect(new Set(Array.from({ length: 8 }, (_, index) => personLook(index).pattern)).size).toBe(8);
});
