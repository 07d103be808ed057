import { expect, test } from "vitest";
import { fromHex, toHex } from "#lib/bytes.ts";
import { derFromBer } from "#lib/pki/core/asn1/ber.ts";
import { integer, sequence, tlv } from "#lib/pki/core/asn1/der.ts";

const rewritten = (hex: string) => toHex(derFromBer(fromHex(hex), "test").der);

test("DER comes back as the very same bytes", () => {
  const der = sequence(integer(1), sequence(integer(2)));
  const { der: same, sizeBytes } = derFromBer(Uint8Array.of(...der, 0, 0), "test");
  expect(toHex(same)).toBe(toHex(der));
  expect(sizeBytes).toBe(der.length);
});

test("indefinite lengths become definite, at every level", () => {
  expect(rewritten("3080" + "3080" + "020101" + "0000" + "020102" + "0000" + "ffff")).toBe(
    "3008" + "3003020101" + "020102",
  );
  expect(rewritten("3007" + "3080" + "020101" + "0000")).toBe("3005" + "3003020101");
});

test("lengths become as short as they can be", () => {
  expect(rewritten("30820003020101")).toBe("3003020101");
});

test("an octet string in pieces becomes one", () => {
  expect(rewritten("2480" + "0402aabb" + "2480" + "0401cc" + "0000" + "0000")).toBe("0403aabbcc");
  expect(rewritten("2406" + "0401aa" + "0401bb")).toBe("0402aabb");
});

test("the size counts the bytes as they were sent", () => {
  expect(derFromBer(fromHex("3080020101000000000000"), "test").sizeBytes).toBe(7);
});

test("what is not BER either is refused with pki/malformed", () => {
  for (const hex of [
    "",
    "30",
    "3080",
    "3080020101",
    "308002010100",
    "0480" + "0000",
    "2403020101",
    "3080" + "0001" + "0000",
    "1f0000",
  ]) {
    expect(() => derFromBer(fromHex(hex), "test"), hex).toThrow(
      expect.objectContaining({ code: "pki/malformed" }),
    );
  }
});

test("nesting beyond 32 levels is refused, definite or not", () => {
  let nested = integer(1);
  for (let depth = 0; depth < 33; depth++) nested = tlv(0x30, nested);
  expect(() => derFromBer(nested, "test")).toThrow("nested deeper");
  expect(() => derFromBer(fromHex("3080".repeat(100_000)), "test")).toThrow("nested deeper");
});

test("a flood of small values to rewrite is refused with pki/too-large", () => {
  const flood = fromHex(`3080${"0500".repeat(100_001)}0000`);
  expect(() => derFromBer(flood, "test")).toThrow(expect.objectContaining({ code: "pki/too-large" }));
});
