import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { type ByteSource, concatBytes, fromUtf8, sha256, sourceOf, toHex } from "#lib/bytes.ts";
import { readZip } from "./read-zip.ts";
import { inZipOrder, writeZip, type ZipInput } from "./write-zip.ts";
import { centralHeader, dosInstant, endRecords, localHeader } from "./zip-records.ts";

const AT = new Date("2026-11-20T12:34:57Z");
const file = (name: string, text: string | Uint8Array): ZipInput => {
  const bytes = typeof text === "string" ? fromUtf8(text) : text;
  return { name, sizeBytes: bytes.length, crc32: crc32(bytes), open: () => [bytes] };
};
const FILES = [
  file("b/two.txt", "two"),
  file("a/Ünï – 契約.txt", "one"),
  file("empty", ""),
  file(
    "a/large.bin",
    new Uint8Array(300_000).map((_, index) => index * 7),
  ),
];

async function written(files: readonly ZipInput[] = FILES, at = AT): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of writeZip(files, at)) parts.push(piece.slice());
  return concatBytes(parts);
}

function inFolder<T>(bytes: Uint8Array, work: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-zip-"));
  try {
    writeFileSync(path.join(folder, "a.zip"), bytes);
    return work(path.join(folder, "a.zip"), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the same files give the same bytes, in whatever order they come", async () => {
  const [first, second] = [await written(), await written(FILES.toReversed())];
  expect(toHex(sha256(second))).toBe(toHex(sha256(first)));
  expect(inZipOrder(FILES).map(({ name }) => name)).toEqual([
    ...["a/large.bin", "a/Ünï – 契約.txt", "b/two.txt", "empty"],
  ]);
});

test("other programs read it: unzip and Python find every name, byte and moment", async () => {
  const bytes = await written();
  const said = inFolder(bytes, (zip) => ({
    unzip: spawnSync("unzip", ["-t", zip], { encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } }),
    python: spawnSync(
      "python3",
      [
        "-c",
        `import zipfile,sys,hashlib
z=zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
for i in z.infolist(): print(i.filename, i.date_time, i.compress_type, len(i.extra), hashlib.sha256(z.read(i)).hexdigest())`,
        zip,
      ],
      { encoding: "utf8", env: { ...process.env, PYTHONUTF8: "1" } },
    ),
  }));
  expect(said.unzip.stdout).toContain("No errors detected");
  expect(said.python.stderr).toBe("");
  const expected = inZipOrder(FILES).map(({ name, open }) => {
    const hash = toHex(sha256(...(open() as Iterable<Uint8Array>)));
    return `${name} (2026, 11, 20, 12, 34, 56) 0 0 ${hash}`;
  });
  expect(said.python.stdout.trim().split("\n")).toEqual(expected);
});

test("what is read is what was written", async () => {
  const members = readZip(sourceOf(await written()));
  expect(members.map(({ name, fault }) => [name, fault])).toEqual(
    inZipOrder(FILES).map(({ name }) => [name, null]),
  );
  const two = members.find(({ name }) => name === "b/two.txt")!;
  expect(two.source.read(0, 100)).toEqual(fromUtf8("two"));
});

test("pieces are made as they are asked for: a file of the far end is not opened before its turn", async () => {
  const opened: string[] = [];
  const watched = FILES.map((one) => ({
    ...one,
    open: () => {
      opened.push(one.name);
      return one.open();
    },
  }));
  const pieces = writeZip(watched, AT);
  await pieces.next();
  expect(opened).toEqual([]);
  await pieces.next();
  expect(opened).toEqual(["a/large.bin"]);
  await pieces.return(undefined);
});

test("one bit anywhere is found, in a file or in what names it", async () => {
  const bytes = await written([file("a.txt", "alpha"), file("b.txt", "beta")]);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3] = changed[bit >> 3]! ^ (1 << (bit & 7));
    let isFound = false;
    try {
      // A name is one of the package's own: whoever reads it compares with the signed list.
      const members = readZip(sourceOf(changed));
      isFound = members.some(({ name, fault }) => fault !== null || !["a.txt", "b.txt"].includes(name));
    } catch (error) {
      expect((error as { code?: string }).code).toBe("evidence/package-unreadable");
      isFound = true;
    }
    expect(isFound, `bit ${bit}`).toBe(true);
  }
});

test.each([
  ["../up.txt", "a step up"],
  ["/etc/passwd", "a place of the machine"],
  ["a//b", "an empty part"],
  ["C:/a", "a drive"],
  ["a\\b", "a separator of another system"],
  ["a\u0000b", "a zero"],
  ["a\u202eb", "a direction mark"],
  ["e\u0301", "letters in parts"],
  ["a/.", "a dot"],
  ["x".repeat(201), "too long"],
])("%j is no name: %s", async (name) => {
  await expect(written([file(name, "")])).rejects.toThrow(RangeError);
  expect(() => readZip(sourceOf(forged([name])))).toThrow(/no safe name/);
});

/** A ZIP file with names that ours never writes. */
function forged(names: readonly string[]): Uint8Array {
  const moment = dosInstant(AT);
  let position = 0;
  const records = names.map((name) => {
    const record = { name, sizeBytes: 0, crc32: 0, position };
    position += localHeader(record, moment).length;
    return record;
  });
  const list = concatBytes(records.map((one) => centralHeader(one, moment)));
  const files = records.map((one) => localHeader(one, moment));
  return concatBytes([...files, list, endRecords(names.length, position, list.length)]);
}

test("a name that comes twice is refused, also in other letters", async () => {
  await expect(written([file("a", ""), file("A", "")])).rejects.toThrow("comes twice");
  expect(() => readZip(sourceOf(forged(["a", "A"])))).toThrow("comes twice");
});

test("packed, overlapping, cut and padded files are refused", async () => {
  const bytes = await written([file("a.txt", "alpha")]);
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-zip-"));
  try {
    const script = "import zipfile,sys; zipfile.ZipFile(sys.argv[1],'w',8).writestr('bomb',b'0'*10000000)";
    spawnSync("python3", ["-c", script, path.join(folder, "bomb.zip")]);
    const bomb = new Uint8Array(readFileSync(path.join(folder, "bomb.zip")));
    expect(() => readZip(sourceOf(bomb))).toThrow(/bomb goes beyond its place/);
  } finally {
    rmSync(folder, { recursive: true });
  }
  for (const changed of [bytes.subarray(0, -1), concatBytes([bytes, Uint8Array.of(0)]), new Uint8Array()])
    expect(() => readZip(sourceOf(changed))).toThrow();
});

test("a file that is not what was said stops the writing", async () => {
  await expect(written([{ ...file("a", "alpha"), sizeBytes: 4 }])).rejects.toThrow("is not what it was");
  await expect(written([{ ...file("a", "alpha"), crc32: 1 }])).rejects.toThrow("is not what it was");
});

/** Zeros that nobody holds, between the few bytes that are something. */
function sparse(size: number, parts: readonly (readonly [number, Uint8Array])[]): ByteSource {
  return {
    size,
    read(position, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
      for (const [at, part] of parts) {
        const [from, to] = [Math.max(position, at), Math.min(position + bytes.length, at + part.length)];
        if (from < to) bytes.set(part.subarray(from - at, to - at), from - position);
      }
      return bytes;
    },
    *scan() {
      yield new Uint8Array();
    },
  };
}

test("what does not fit 32 bits is written and read with Zip64's records", () => {
  const moment = dosInstant(AT);
  const sizeBytes = 5 * 1024 ** 3;
  const large = { name: "large", sizeBytes, crc32: 0, position: 0 };
  const after = {
    name: "small",
    sizeBytes: 0,
    crc32: 0,
    position: localHeader(large, moment).length + sizeBytes,
  };
  const listAt = after.position + localHeader(after, moment).length;
  const list = concatBytes([centralHeader(large, moment), centralHeader(after, moment)]);
  const end = endRecords(2, listAt, list.length);
  const parts: [number, Uint8Array][] = [
    [0, localHeader(large, moment)],
    [after.position, localHeader(after, moment)],
    [listAt, concatBytes([list, end])],
  ];
  const members = readZip(sparse(listAt + list.length + end.length, parts));
  expect(members.map(({ name, fault, ...one }) => [name, one.sizeBytes, one.position, fault])).toEqual([
    ["large", sizeBytes, 0, null],
    ["small", 0, after.position, null],
  ]);
});

test("70 000 files have a list of their own kind, which Python reads", async () => {
  const files = Array.from({ length: 70_000 }, (_, index) => file(`f${index}`, ""));
  const script = "import zipfile,sys; print(len(zipfile.ZipFile(sys.argv[1]).infolist()))";
  const { stdout } = inFolder(await written(files), (zip) =>
    spawnSync("python3", ["-c", script, zip], { encoding: "utf8" }),
  );
  expect(stdout.trim()).toBe("70000");
});
