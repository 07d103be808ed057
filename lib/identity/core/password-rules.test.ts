import { expect, test } from "vitest";
import { isRefusal } from "#lib/errors.ts";
import { requireGoodPassword } from "./password-rules.ts";

const KNOWN = ["Olivia Marchetti", "olivia.marchetti@example.com", "Northwind Trading"];

function refusalFor(password: string): string | null {
  try {
    requireGoodPassword(password, KNOWN);
    return null;
  } catch (error) {
    if (isRefusal(error)) return error.code.replace("identity/password-", "");
    throw error;
  }
}

// SP 800-63B-4 §3.1.1.2: no rule asks for mixtures of characters.
test.for([
  "velvet otter climbs",
  "fourteen plus 1",
  "lowercaseonlyyesindeed",
  "83920174650298374659",
  "§$%&/()=?`!*'#+~.:;-_<>|",
  "🦊🌲🎻🧊🛶🍋🪁🐙🧭🪵🕯️🧵🪶🫐🥁",
  "मेरी नाव नदी में बहती है",
  "私の舟は静かな川を下ってゆくのだ",
  "Olivia paints twelve walls",
])("%s is a password, whatever it is made of", (password) => {
  expect(refusalFor(password)).toBeNull();
});

test("length is counted in characters, after they are composed", () => {
  expect(refusalFor("velvet otter c")).toBe("too-short");
  expect(refusalFor("velvet otter cl")).toBeNull();
  // Fourteen letters, four of them written as two.
  expect(refusalFor("ve\u0301lve\u0301t o\u0301tte\u0301r c")).toBe("too-short");
  expect(refusalFor("🦊🌲🎻🧊🛶🍋🪁")).toBe("too-short");
});

test("64 characters are taken and so are 256, no more", () => {
  const long = Array.from({ length: 300 }, (_, index) =>
    String.fromCodePoint(0x4e00 + ((index * 7919) % 9000)),
  ).join("");
  expect(refusalFor(long.slice(0, 64))).toBeNull();
  expect(refusalFor(long.slice(0, 256))).toBeNull();
  expect(refusalFor(long.slice(0, 257))).toBe("too-long");
});

test.for([
  "passwordpassword",
  "Password12345678",
  "PASSWORD-12345678!",
  "p@ssw0rd1234567890",
  "aaaaaaaaaaaaaaaaaaaa",
  "!!!!!!!!!!!!!!!!!!!!",
  "abcabcabcabcabcabc",
  "summer2026summer2026",
  "123456789012345",
  "12345678901234567",
  "abcdefghijklmnopq",
  "zyxwvutsrqponmlkj",
  "qwertyuiopasdfghjkl",
  "correct horse battery staple",
  "olivia.marchetti@example.com",
  "Olivia-Marchetti-2026",
  "northwindtrading1",
  "letmein letmein letmein",
  "               ",
])("%s is among the first to be guessed", (password) => {
  expect(refusalFor(password)).toBe("too-common");
});
