import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { codeDigits, codeHash, maskedEmail, maskedPhone, newCode } from "./one-time-code.ts";

test("codes are six digits, and no first digit is rare", () => {
  const counts = new Map<string, number>();
  for (let count = 0; count < 20_000; count++) {
    const code = newCode(new Uint8Array(randomBytes(8)));
    expect(code).toMatch(/^\d{6}$/);
    counts.set(code[0]!, (counts.get(code[0]!) ?? 0) + 1);
  }
  for (const count of counts.values()) expect(Math.abs(count - 2_000)).toBeLessThan(300);
  expect(counts.size).toBe(10);
  expect(() => newCode(new Uint8Array(7))).toThrow(RangeError);
});

test("a hash belongs to one code, one challenge and one installation", () => {
  const hashes = [
    ...[codeHash("s", "c1", "123456"), codeHash("s", "c1", "123457")],
    ...[codeHash("s", "c2", "123456"), codeHash("t", "c1", "123456")],
  ];
  expect(new Set(hashes.map(toHex)).size).toBe(4);
  expect(toHex(codeHash("s", "c1", "123456"))).toBe(toHex(hashes[0]!));
});

test("a code may be typed with spaces or pasted with its sentence around it", () => {
  expect(codeDigits(" 123 456\n")).toBe("123456");
  expect(codeDigits("１２３-456")).toBe("123456");
});

test.for(["١٢٣٤٥٦", "۱۲۳۴۵۶", "१२३ ४५६", "১২৩৪৫৬"])("a code may be typed as %s", (typed) => {
  expect(codeDigits(typed)).toBe("123456");
});

test("what is masked tells which one, not what it is", () => {
  expect(maskedPhone("+15125550117")).toBe("+1\u00a0•••\u00a017");
  expect(maskedEmail("ana.ruiz@example.com")).toBe("a•••@example.com");
});
