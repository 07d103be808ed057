import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { concatBytes, equalBytes, scan, sourceOf } from "#lib/bytes.ts";
import { memoryMasterKey } from "../master-key/memory-master-key.ts";
import {
  decodeHeader,
  SEALED_SEGMENT_BYTES,
  SEGMENT_BYTES,
  segmentCipher,
  TRAILER_BYTES,
} from "./encrypted-format.ts";
import { openDecrypted, unwrapDataKey } from "./encrypted-reader.ts";
import { decryptStream } from "./encrypted-stream.ts";
import { encrypt } from "./encrypted-writer.ts";

const KEY = "org/1/contract.pdf.enc";
const masterKey = memoryMasterKey();
const plain = randomBytes(3 * SEGMENT_BYTES + 777);
const object = await encrypted(KEY, plain);
const bodyStart = decodeHeader(object)!.end;
const segmentStart = (number: number) => bodyStart + number * SEALED_SEGMENT_BYTES;

async function encrypted(key: string, bytes: Uint8Array): Promise<Uint8Array> {
  return concatBytes(await Array.fromAsync(encrypt(key, [bytes], masterKey)));
}

/** The plain bytes by random access. */
async function opened(bytes: Uint8Array, key = KEY): Promise<Uint8Array> {
  const dataKey = await unwrapDataKey(key, bytes, masterKey);
  const file = openDecrypted(key, { ...sourceOf(bytes), close: () => {} }, dataKey);
  return file.read(0, file.size);
}

/** The plain bytes as a hash reads them. */
async function scanned(bytes: Uint8Array, key = KEY): Promise<Uint8Array> {
  const dataKey = await unwrapDataKey(key, bytes, masterKey);
  const file = openDecrypted(key, { ...sourceOf(bytes), close: () => {} }, dataKey);
  return concatBytes(Array.from(scan(file), (piece) => piece.slice()));
}

/** The plain bytes in order. */
async function streamed(bytes: Uint8Array, key = KEY): Promise<Uint8Array> {
  const arriving = async function* () {
    for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
  };
  const stream = await decryptStream(key, arriving(), masterKey);
  const pieces: Uint8Array[] = [];
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return concatBytes(pieces);
    pieces.push(value);
  }
}

async function expectDamaged(bytes: Uint8Array, key = KEY): Promise<void> {
  await expect(opened(bytes, key)).rejects.toMatchObject({ code: "files/damaged" });
  await expect(scanned(bytes, key)).rejects.toMatchObject({ code: "files/damaged" });
  await expect(streamed(bytes, key)).rejects.toMatchObject({ code: "files/damaged" });
}

const withBit = (bytes: Uint8Array, position: number, bit: number): Uint8Array => {
  const changed = new Uint8Array(bytes);
  changed[position]! ^= 1 << bit;
  return changed;
};

test("an undamaged file is read every way", async () => {
  expect(equalBytes(await opened(object), plain)).toBe(true);
  expect(equalBytes(await scanned(object), plain)).toBe(true);
  expect(equalBytes(await streamed(object), plain)).toBe(true);
});

test("the same bytes are never encrypted the same way twice", async () => {
  const again = await encrypted(KEY, plain);
  const same = (from: number) =>
    equalBytes(again.subarray(from, from + 64), object.subarray(from, from + 64));
  expect([0, 1, 2, 3].map((number) => same(segmentStart(number)))).toEqual([false, false, false, false]);
});

test("a segment is accepted as itself only: its number, its role, its file and its key", () => {
  const [dataKey, prefix, bytes] = [randomBytes(32), randomBytes(7), randomBytes(100)];
  const cipher = segmentCipher(KEY, dataKey, prefix);
  const sealed = concatBytes(cipher.seal(3, "last", bytes));
  expect(equalBytes(cipher.open(3, "last", sealed)!, bytes)).toBe(true);
  expect(cipher.open(2, "last", sealed)).toBe(null);
  expect(cipher.open(3, "more follow", sealed)).toBe(null);
  expect(cipher.open(3, "trailer", sealed)).toBe(null);
  expect(segmentCipher("other.enc", dataKey, prefix).open(3, "last", sealed)).toBe(null);
  expect(segmentCipher(KEY, dataKey, randomBytes(7)).open(3, "last", sealed)).toBe(null);
  expect(segmentCipher(KEY, randomBytes(32), prefix).open(3, "last", sealed)).toBe(null);
});

test("the segments read last stay decrypted, and only those", async () => {
  const large = await encrypted(KEY, new Uint8Array(40 * SEGMENT_BYTES));
  const source = sourceOf(large);
  let fetched = 0;
  const counting = {
    size: source.size,
    read(position: number, length: number) {
      fetched += 1;
      return source.read(position, length);
    },
    close() {},
  };
  const file = openDecrypted(KEY, counting, await unwrapDataKey(KEY, large, masterKey));
  const fetchesOf = (segment: number) => {
    const before = fetched;
    file.read(segment * SEGMENT_BYTES, 100);
    return fetched - before;
  };
  for (let segment = 0; segment < 40; segment++) expect(fetchesOf(segment)).toBe(1);
  expect([8, 20, 39].map(fetchesOf)).toEqual([0, 0, 0]);
  expect([0, 7].map(fetchesOf)).toEqual([1, 1]);
});

describe("damage is noticed", () => {
  test("in every byte of the header", async () => {
    for (let position = 0; position < bodyStart; position++) {
      for (const bit of [0, 7]) await expectDamaged(withBit(object, position, bit));
    }
  });

  test("in every byte of the trailer", async () => {
    for (let position = object.length - TRAILER_BYTES; position < object.length; position++) {
      await expectDamaged(withBit(object, position, position % 8));
    }
  });

  test("in bytes and tags of every segment", async () => {
    for (const number of [0, 1, 2, 3]) {
      const end = Math.min(segmentStart(number + 1), object.length - TRAILER_BYTES);
      for (const position of [
        segmentStart(number),
        segmentStart(number) + 500,
        end - 17,
        end - 16,
        end - 1,
      ]) {
        await expectDamaged(withBit(object, position, position % 8));
      }
    }
  });

  test("when it is cut at, before or after any border", async () => {
    const borders = [0, 8, bodyStart, ...[1, 2, 3].map(segmentStart), object.length - TRAILER_BYTES];
    for (const border of borders) {
      for (const length of [border - 1, border, border + 1]) {
        if (length >= 0) await expectDamaged(object.subarray(0, length));
      }
    }
    await expectDamaged(object.subarray(0, -1));
  });

  test("when whole segments go missing, even with the trailer left in place", async () => {
    const trailer = object.subarray(-TRAILER_BYTES);
    for (const number of [1, 2, 3]) {
      await expectDamaged(concatBytes([object.subarray(0, segmentStart(number)), trailer]));
    }
    await expectDamaged(concatBytes([object.subarray(0, segmentStart(1)), object.subarray(segmentStart(2))]));
  });

  test("when it is longer than it was", async () => {
    await expectDamaged(concatBytes([object, new Uint8Array(1)]));
    await expectDamaged(concatBytes([object, object.subarray(bodyStart)]));
    const inserted = object.subarray(segmentStart(1), segmentStart(2));
    const [before, after] = [object.subarray(0, segmentStart(1)), object.subarray(segmentStart(1))];
    await expectDamaged(concatBytes([before, inserted, after]));
  });

  test("when two of its segments changed places", async () => {
    const segments = [0, 1, 2].map((number) =>
      object.subarray(segmentStart(number), segmentStart(number + 1)),
    );
    const swapped = [
      object.subarray(0, bodyStart),
      segments[1]!,
      segments[0]!,
      object.subarray(segmentStart(2)),
    ];
    await expectDamaged(concatBytes(swapped));
  });

  test("when a segment comes from another file, even of the same name", async () => {
    const other = await encrypted(KEY, plain);
    const [from, to] = [segmentStart(1), segmentStart(2)];
    await expectDamaged(
      concatBytes([object.subarray(0, from), other.subarray(from, to), object.subarray(to)]),
    );
    await expectDamaged(concatBytes([other.subarray(0, bodyStart), object.subarray(bodyStart)]));
  });

  test("when a file stands under another name, even to those who hold its data key", async () => {
    await expectDamaged(object, "org/2/contract.pdf.enc");
    const dataKey = await unwrapDataKey(KEY, object, masterKey);
    const openAs = (key: string) => openDecrypted(key, { ...sourceOf(object), close: () => {} }, dataKey);
    expect(openAs(KEY).size).toBe(plain.length);
    expect(() => openAs("org/2/contract.pdf.enc")).toThrow(
      expect.objectContaining({ code: "files/damaged" }),
    );
  });

  test("when it is not an encrypted file at all", async () => {
    for (const bytes of [new Uint8Array(0), plain, new Uint8Array(20_000)]) await expectDamaged(bytes);
  });
});
