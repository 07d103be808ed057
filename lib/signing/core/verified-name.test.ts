import { expect, test } from "vitest";
import { isNamed } from "./verified-name.ts";

test.each([
  ["Ana", "Ruiz", "Ana Ruiz", true],
  ["ANA MARÍA", "RUIZ", "Ana Ruiz", true],
  ["Ana", "Ruíz-Peña", "Ana Ruiz Pena", true],
  ["Jürgen", "Groß", "Jurgen Gross", true],
  ["太郎", "山田", "山田 太郎", true],
  ["Ana", "Ruiz Peña", "Ana Ruiz", false],
  ["Eva", "Ruiz", "Ana Ruiz", false],
  ["Ana", "Okafor", "Ana Ruiz", false],
  ["Ruiz", "Ruiz", "Ana Ruiz", false],
  ["", "Ruiz", "Ana Ruiz", false],
  ["Ana", "", "Ana Ruiz", false],
  ["Анна", "Рюиз", "Ana Ruiz", false],
])("%s %s is %s: %s", (givenName, familyName, name, is) => {
  expect(isNamed({ givenName, familyName }, name)).toBe(is);
});
