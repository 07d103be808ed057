import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { concatBytes, scan } from "#lib/bytes.ts";
import type { FileHandle, FileStore, OpenFile } from "./files.ts";

/** A store and what a test needs to look behind it. */
export interface FilesUnderTest {
  readonly store: FileStore;
  /** Opens a handle the way another thread would. */
  openHandle(handle: FileHandle): OpenFile;
  /** The encrypted file as it is kept. */
  objectOf(key: string): Promise<Uint8Array>;
  /** Puts other bytes in its place, behind the store's back. */
  replace(key: string, object: Uint8Array): Promise<void>;
  /** Files in the making or fetched, that nobody gave back. */
  leftovers(): Promise<readonly string[]>;
  close?(): Promise<void>;
}

const SEGMENT = 65_536;

/** What every FileStore does. `make` is called once; each test takes keys of its own. */
export function filesContract(name: string, make: () => Promise<FilesUnderTest>): void {
  describe(`files: ${name}`, () => {
    let files: FilesUnderTest;
    let keys = 0;
    const freshKey = () => `org/1/envelopes/${process.pid}-${++keys}/prepared-1.pdf.enc`;
    const putBytes = (key: string, bytes: Uint8Array, limitBytes?: number) =>
      files.store.put(key, inPieces(bytes), limitBytes);

    beforeAll(async () => {
      files = await make();
    });
    afterAll(async () => {
      await files?.close?.();
    });

    test.for([0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 1_000_003])(
      "gives back %i bytes as they were put",
      async (size) => {
        const [key, bytes] = [freshKey(), randomBytes(size)];
        const facts = { key, sha256: sha256Hex(bytes), sizeBytes: size };
        expect(await putBytes(key, bytes)).toEqual(facts);

        const file = await files.store.open(key);
        expect([file.size, file.sha256]).toEqual([size, facts.sha256]);
        expect(sameBytes(file.read(0, size + 10), bytes)).toBe(true);
        file.close();
        expect(sameBytes(await readAll(files.store, key), bytes)).toBe(true);
      },
    );

    test("reads any range, and fewer bytes only at the end", async () => {
      const [key, bytes] = [freshKey(), randomBytes(5 * SEGMENT + 123)];
      await putBytes(key, bytes);
      const file = await files.store.open(key);
      const borders = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, bytes.length - 1, bytes.length];
      for (const position of borders) {
        for (const length of [0, 1, 100, SEGMENT, 2 * SEGMENT + 2]) {
          const expected = bytes.subarray(position, position + length);
          expect(sameBytes(file.read(position, length), expected)).toBe(true);
          const parts = Array.from(scan(file, position, position + length), (piece) => piece.slice());
          expect(sameBytes(concatBytes(parts), expected)).toBe(true);
        }
      }
      file.close();
    });

    test("puts the same bytes twice as once", async () => {
      const [key, bytes] = [freshKey(), randomBytes(100_000)];
      const first = await putBytes(key, bytes);
      expect(await putBytes(key, bytes)).toEqual(first);
    });

    test("refuses other bytes under a taken key and keeps the first", async () => {
      const [key, bytes] = [freshKey(), randomBytes(100_000)];
      await putBytes(key, bytes);
      await expect(putBytes(key, randomBytes(100_000))).rejects.toMatchObject({ code: "files/exists" });
      expect(sameBytes(await readAll(files.store, key), bytes)).toBe(true);
      expect(await files.leftovers()).toEqual([]);
    });

    test("lets one of several writers win, whole", async () => {
      const key = freshKey();
      const contents = Array.from({ length: 6 }, () => randomBytes(200_000));
      const results = await Promise.allSettled(contents.map((bytes) => putBytes(key, bytes)));
      const won = results.flatMap((result, index) => (result.status === "fulfilled" ? [index] : []));
      expect(won).toHaveLength(1);
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toMatchObject({ code: "files/exists" });
      }
      expect(sameBytes(await readAll(files.store, key), contents[won[0]!]!)).toBe(true);
    });

    test("lets several writers of the same bytes all be right", async () => {
      const [key, bytes] = [freshKey(), randomBytes(200_000)];
      const results = await Promise.all(Array.from({ length: 4 }, () => putBytes(key, bytes)));
      expect(new Set(results.map(({ sha256 }) => sha256))).toEqual(new Set([sha256Hex(bytes)]));
    });

    test("stops at the limit and leaves nothing behind", async () => {
      const key = freshKey();
      let given = 0;
      const endless = function* () {
        for (;;) {
          given += 10_000;
          yield new Uint8Array(10_000);
        }
      };
      await expect(files.store.put(key, endless(), 300_000)).rejects.toMatchObject({
        code: "files/too-large",
      });
      expect(given).toBe(310_000);
      await expect(files.store.open(key)).rejects.toMatchObject({ code: "files/not-found" });
      expect(await files.leftovers()).toEqual([]);
      expect(await putBytes(key, new Uint8Array(300_000), 300_000)).toMatchObject({ sizeBytes: 300_000 });
    });

    test("leaves nothing behind when the bytes stop coming", async () => {
      const key = freshKey();
      const broken = async function* () {
        yield new Uint8Array(200_000);
        throw new Error("the sender hung up");
      };
      await expect(files.store.put(key, broken())).rejects.toThrow("the sender hung up");
      await expect(files.store.stream(key)).rejects.toMatchObject({ code: "files/not-found" });
      expect(await files.leftovers()).toEqual([]);
    });

    test("does not know a key nobody put", async () => {
      const refusal = { kind: "not-found", code: "files/not-found" };
      await expect(files.store.open(freshKey())).rejects.toMatchObject(refusal);
      await expect(files.store.handle(freshKey())).rejects.toMatchObject(refusal);
      await expect(files.store.stream(freshKey())).rejects.toMatchObject(refusal);
      expect(await files.leftovers()).toEqual([]);
    });

    test("forgets a deleted file, and one it never had", async () => {
      const key = freshKey();
      await putBytes(key, randomBytes(10));
      await files.store.delete(key);
      await expect(files.store.open(key)).rejects.toMatchObject({ code: "files/not-found" });
      await files.store.delete(key);
      await files.store.delete(freshKey());
    });

    test("forgets a folder with all that is in it, and no other", async () => {
      const [one, other] = [freshKey(), freshKey()];
      const folder = one.slice(0, one.lastIndexOf("/"));
      const inside = [one, `${folder}/pages/1.webp.enc`, `${folder}/pages/2.webp.enc`];
      const beside = `${folder}0/prepared-1.pdf.enc`;
      for (const key of [...inside, beside, other]) await putBytes(key, randomBytes(10));
      expect((await Array.fromAsync(files.store.list(folder))).toSorted()).toEqual(inside.toSorted());
      expect(await Array.fromAsync(files.store.list(`${folder}-none`))).toEqual([]);
      await files.store.deleteFolder(folder);
      for (const key of inside)
        await expect(files.store.open(key)).rejects.toMatchObject({ code: "files/not-found" });
      for (const key of [beside, other]) (await files.store.open(key)).close();
      await files.store.deleteFolder(folder);
      await expect(files.store.deleteFolder(`${folder}/..`)).rejects.toThrow(RangeError);
    });

    test("hands a file to another thread until it is released", async () => {
      const [key, bytes] = [freshKey(), randomBytes(3 * SEGMENT)];
      await putBytes(key, bytes);
      const { release, ...handle } = await files.store.handle(key);
      const file = files.openHandle(structuredClone(handle));
      expect(sameBytes(file.read(0, bytes.length), bytes)).toBe(true);
      file.close();
      await release();
      expect(await files.leftovers()).toEqual([]);
    });

    test("is left clean by files opened, streams read and streams canceled", async () => {
      const key = freshKey();
      await putBytes(key, randomBytes(10 * SEGMENT));
      (await files.store.open(key)).close();
      await (await files.store.stream(key)).cancel();
      const reader = (await files.store.stream(key)).getReader();
      await reader.read();
      await reader.cancel();
      expect(await files.leftovers()).toEqual([]);
    });

    test("keeps nothing readable", async () => {
      const key = freshKey();
      const text = Buffer.from("This agreement is between Ada and Charles. ".repeat(5_000));
      await putBytes(key, text);
      const object = Buffer.from(await files.objectOf(key));
      expect(object.includes("agreement")).toBe(false);
      expect(object.length).toBeGreaterThan(text.length);
    });

    test.for(["first", "middle", "last"])("notices a changed byte in the %s segment", async (where) => {
      const [key, bytes] = [freshKey(), randomBytes(4 * SEGMENT + 1_000)];
      await putBytes(key, bytes);
      const object = new Uint8Array(await files.objectOf(key));
      const at = { first: 400, middle: object.length >> 1, last: object.length - 100 }[where]!;
      object[at]! ^= 1;
      await files.replace(key, object);

      const file = await files.store.open(key);
      expect(() => file.read(0, bytes.length)).toThrow(expect.objectContaining({ code: "files/damaged" }));
      expect(() => [...scan(file)]).toThrow(expect.objectContaining({ code: "files/damaged" }));
      file.close();
      const { pieces, error } = await readUntilError(files.store, key);
      expect(error).toMatchObject({ code: "files/damaged" });
      expect(sameBytes(bytes.subarray(0, pieces.length), pieces)).toBe(true);
      expect(await files.leftovers()).toEqual([]);
    });

    test("notices a shortened and a lengthened file", async () => {
      const key = freshKey();
      await putBytes(key, randomBytes(2 * SEGMENT));
      const object = await files.objectOf(key);
      for (const changed of [object.subarray(0, -1), concatBytes([object, new Uint8Array(1)])]) {
        await files.replace(key, changed);
        await expect(files.store.open(key)).rejects.toMatchObject({ code: "files/damaged" });
        expect((await readUntilError(files.store, key)).error).toMatchObject({ code: "files/damaged" });
      }
      expect(await files.leftovers()).toEqual([]);
    });

    test("notices a file put in another's place", async () => {
      const [key, other] = [freshKey(), freshKey()];
      await putBytes(key, randomBytes(1_000));
      await putBytes(other, randomBytes(1_000));
      await files.replace(key, await files.objectOf(other));
      await expect(files.store.open(key)).rejects.toMatchObject({ code: "files/damaged" });
      await expect(files.store.stream(key)).rejects.toMatchObject({ code: "files/damaged" });
      await expect(files.store.handle(key)).rejects.toMatchObject({ code: "files/damaged" });
      expect(await files.leftovers()).toEqual([]);
    });

    test.for(["", "/a", "a/", "a//b", "../a", "a/../b", "a/./b", ".hidden", "a\\b", "A", "ä", "a b", "a\0b"])(
      "takes %j for a caller's bug",
      async (key) => {
        await expect(putBytes(key, new Uint8Array(1))).rejects.toThrow(RangeError);
        await expect(files.store.open(key)).rejects.toThrow(RangeError);
        await expect(files.store.handle(key)).rejects.toThrow(RangeError);
        await expect(files.store.stream(key)).rejects.toThrow(RangeError);
        await expect(files.store.delete(key)).rejects.toThrow(RangeError);
      },
    );

    test("takes a key with too long a part for a caller's bug", async () => {
      await expect(putBytes("a".repeat(201), new Uint8Array(1))).rejects.toThrow(RangeError);
      await expect(putBytes(`${"a/".repeat(260)}a`, new Uint8Array(1))).rejects.toThrow(RangeError);
    });
  });
}

const sha256Hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
// Not toEqual: it compares and prints a megabyte item by item.
const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 30_000) yield bytes.subarray(at, at + 30_000);
}

async function readAll(store: FileStore, key: string): Promise<Uint8Array> {
  const { pieces, error } = await readUntilError(store, key);
  if (error) throw error;
  return pieces;
}

async function readUntilError(store: FileStore, key: string) {
  const found: Uint8Array[] = [];
  try {
    const reader = (await store.stream(key)).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { pieces: concatBytes(found), error: null };
      found.push(value);
    }
  } catch (error) {
    return { pieces: concatBytes(found), error };
  }
}
