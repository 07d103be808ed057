import { expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { TAG, tlv } from "#lib/pki/core/asn1/der.ts";
import { type DerTree, treeOf, writeTree } from "#lib/pki/core/asn1/der-tree.ts";
import { randomOctets, seeded } from "#lib/pki/core/testing.ts";

test("a tree is written as tlv writes it level by level, whatever its depth and sizes", () => {
  const random = seeded(65);
  const sizes = [0, 1, 20, 24, 25, 126, 127, 128, 200, 255, 256, 3_000, 65_535, 65_536];
  const both = (depth: number): { tree: DerTree; der: Uint8Array } => {
    const tag = [TAG.sequence, TAG.set, TAG.octetString, 0xa0, 0xa3][Math.floor(random() * 5)]!;
    const parts = Array.from({ length: Math.floor(random() * 5) }, () => {
      if (depth > 0 && random() < 0.6) return both(depth - 1);
      const octets = randomOctets(sizes[Math.floor(random() * (depth > 2 ? sizes.length : 11))]!);
      return { tree: octets, der: octets };
    });
    return {
      tree: treeOf(tag, ...parts.map(({ tree }) => tree)),
      der: tlv(tag, ...parts.map(({ der }) => der)),
    };
  };
  for (let round = 0; round < 200; round++) {
    const { tree, der } = both(round % 7);
    expect(tree.length).toBe(der.length);
    expect(toHex(writeTree(tree))).toBe(toHex(der));
  }
  const long = randomOctets(1 << 24);
  expect(Buffer.compare(writeTree(treeOf(TAG.octetString, long)), tlv(TAG.octetString, long))).toBe(0);
});
