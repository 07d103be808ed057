import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { filesContract } from "#lib/ports/files.contract.ts";
import { memoryMasterKey } from "../master-key/memory-master-key.ts";
import { openHandle } from "./encrypted-reader.ts";
import { localFiles } from "./local-files.ts";

const masterKey = memoryMasterKey();
const temporaryFolder = () => mkdtempSync(path.join(tmpdir(), "whereof-local-"));
const modeOf = (file: string) => statSync(file).mode & 0o777;

filesContract("a local folder", async () => {
  const folder = temporaryFolder();
  return {
    store: localFiles({ folder, masterKey }),
    openHandle,
    objectOf: (key) => readFile(path.join(folder, key)),
    replace: (key, object) => writeFile(path.join(folder, key), object),
    leftovers: async () => readdirSync(path.join(folder, ".incoming")),
    close: async () => rmSync(folder, { recursive: true }),
  };
});

describe("a local folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = path.join(temporaryFolder(), "files");
  });
  afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

  test("lets only its owner in", async () => {
    await localFiles({ folder, masterKey }).put("org/1/a.enc", [new Uint8Array(10)]);
    expect(["", ".incoming", "org", "org/1"].map((name) => modeOf(path.join(folder, name)))).toEqual(
      Array(4).fill(0o700),
    );
    expect(modeOf(path.join(folder, "org/1/a.enc"))).toBe(0o600);
  });

  test("is cleared at the start of what a killed process left, not of what another is writing", () => {
    const incoming = path.join(folder, ".incoming");
    mkdirSync(incoming, { recursive: true });
    for (const name of ["old.part", "young.part", "old.note"]) writeFileSync(path.join(incoming, name), "x");
    const twoHoursAgo = Date.now() / 1000 - 7_200;
    for (const name of ["old.part", "old.note"]) {
      utimesSync(path.join(incoming, name), twoHoursAgo, twoHoursAgo);
    }
    localFiles({ folder, masterKey });
    expect(readdirSync(incoming).sort()).toEqual(["old.note", "young.part"]);
  });

  test("serves what an earlier process stored", async () => {
    await localFiles({ folder, masterKey }).put("a.enc", [Buffer.from("kept")]);
    const file = await localFiles({ folder, masterKey }).open("a.enc");
    expect(Buffer.from(file.read(0, 10)).toString()).toBe("kept");
    file.close();
  });

  test("cannot be read without the master key it was written with", async () => {
    await localFiles({ folder, masterKey }).put("a.enc", [Buffer.from("kept")]);
    const stranger = localFiles({ folder, masterKey: memoryMasterKey() });
    await expect(stranger.open("a.enc")).rejects.toMatchObject({ code: "files/damaged" });
  });

  test("is unavailable when its folder is taken away", async () => {
    const store = localFiles({ folder, masterKey });
    rmSync(folder, { recursive: true });
    await expect(store.put("a.enc", [new Uint8Array(1)])).rejects.toMatchObject({
      code: "files/unavailable",
    });
  });
});

const disk = temporaryFolder();
const canMount = mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
if (!canMount) console.warn("The full and the read-only disk are left out: they need the right to mount.");

function mount(...args: string[]): boolean {
  try {
    execFileSync("mount", args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!canMount)("a small disk", () => {
  afterAll(() => {
    execFileSync("umount", ["-l", disk]);
    rmSync(disk, { recursive: true });
  });

  test("refuses what does not fit and keeps nothing of it", async () => {
    const store = localFiles({ folder: disk, masterKey });
    const tooMuch = store.put("a.enc", [new Uint8Array(2 << 20)]);
    await expect(tooMuch).rejects.toMatchObject({ code: "files/unavailable" });
    expect(readdirSync(path.join(disk, ".incoming"))).toEqual([]);
    await store.put("a.enc", [new Uint8Array(1 << 19)]);
  });

  test("refuses everything new, and still reads, when it is read-only", async () => {
    const store = localFiles({ folder: disk, masterKey });
    await store.put("b.enc", [new Uint8Array(10)]);
    mount("-o", "remount,ro", disk);
    await expect(store.put("c.enc", [new Uint8Array(1)])).rejects.toMatchObject({
      code: "files/unavailable",
    });
    await expect(store.delete("b.enc")).rejects.toMatchObject({ code: "files/unavailable" });
    (await store.open("b.enc")).close();
    mount("-o", "remount,rw", disk);
  });
});
