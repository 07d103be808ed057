import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromUtf8, sha256, toHex, toUtf8 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import type { ArchivePlace, ObjectLock } from "#lib/ports/archive.ts";
import { memoryMasterKey } from "../master-key/memory-master-key.ts";
import { type BucketForTests, noS3Because, startS3 } from "../testing/s3.ts";
import { s3Archive } from "./s3-archive.ts";

const KEY = "org/a/envelopes/b/archive/document.pdf.enc";
const MINUTE_MS = 60_000;
const lockFor = (minutes: number, mode: ObjectLock["mode"] = "governance"): ObjectLock => ({
  ...{ mode, until: new Date(Math.ceil(Date.now() / 1000) * 1000 + minutes * MINUTE_MS) },
});
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (isRefusal(error) ? error.code : String(error)),
  );

describe.skipIf(noS3Because)("an archive in a real S3", () => {
  let server: BucketForTests;
  let locking: ArchivePlace;
  let plain: ArchivePlace;
  const temporaryFolder = mkdtempSync(path.join(tmpdir(), "whereof-archive-"));
  const masterKey = memoryMasterKey();
  let archive: ReturnType<typeof s3Archive>;

  beforeAll(async () => {
    server = await startS3({ locks: true });
    const { endpoint, region, bucket, credentials } = server.settings;
    archive = s3Archive({ masterKey, temporaryFolder, hosts: [new URL(endpoint).host] });
    locking = { endpoint, region, bucket, ...credentials, keyPrefix: "kept/" };
    plain = { ...locking, bucket: await server.another(false) };
  }, 180_000);
  afterAll(async () => {
    await server?.stop();
    rmSync(temporaryFolder, { recursive: true });
  });

  test("a copy is locked until its day, as the bucket itself says, and nobody deletes it before", async () => {
    for (const mode of ["governance", "compliance"] as const) {
      const lock = lockFor(30, mode);
      const bytes = fromUtf8("a contract ".repeat(20_000));
      const copy = await archive.put(locking, `${KEY}.${mode}`, [bytes], lock);
      expect(copy).toMatchObject({ sha256: toHex(sha256(bytes)), sizeBytes: bytes.length });
      expect(copy.versionId).toBeTruthy();
      expect(await archive.readLock(locking, copy)).toEqual(lock);
      expect(await codeOf(archive.remove(locking, copy))).toBe("archive/locked");
      const longer = lockFor(60, mode);
      await archive.extendLock(locking, copy, longer);
      expect(await archive.readLock(locking, copy)).toEqual(longer);
      expect(await codeOf(archive.extendLock(locking, copy, lockFor(1, mode)))).toMatch(/^archive\//);
      expect(await archive.readLock(locking, copy)).toEqual(longer);
      const read = Buffer.concat(await Array.fromAsync(archive.read(locking, copy)));
      expect(read.equals(bytes)).toBe(true);
    }
    expect(readdirSync(temporaryFolder)).toEqual([]);
  }, 180_000);

  test("what lies in the bucket is not the plain bytes", async () => {
    await archive.put(locking, `${KEY}.secret`, [fromUtf8("Ana Ruiz earns 90,000")], lockFor(1));
    const stored = await server.get(`kept/${KEY}.secret`);
    expect(toUtf8(stored).includes("Ana Ruiz")).toBe(false);
  });

  test("a legal hold is set and lifted, and what is written over it does not touch the version", async () => {
    const copy = await archive.put(locking, `${KEY}.held`, [fromUtf8("held")], lockFor(1));
    expect(await archive.isHeld(locking, copy)).toBe(false);
    await archive.hold(locking, copy, true);
    expect(await archive.isHeld(locking, copy)).toBe(true);
    await server.put(`kept/${KEY}.held`, fromUtf8("something else"));
    expect(Buffer.concat(await Array.fromAsync(archive.read(locking, copy))).toString()).toBe("held");
    await archive.hold(locking, copy, false);
    expect(await archive.isHeld(locking, copy)).toBe(false);
  });

  test("a bucket without Object Lock says so, and takes copies where no lock is asked for", async () => {
    expect(await codeOf(archive.tryOut(plain, "trial-1", lockFor(1)))).toBe("archive/not-locking");
    expect(await codeOf(archive.put(plain, KEY, [fromUtf8("x")], lockFor(1)))).toBe("archive/not-locking");
    await archive.tryOut(plain, "trial-2", null);
    const copy = await archive.put(plain, KEY, [fromUtf8("unlocked")], null);
    expect(await archive.readLock(plain, copy)).toBeNull();
    expect(await archive.isHeld(plain, copy)).toBe(false);
    await archive.remove(plain, copy);
    expect(await codeOf(Array.fromAsync(archive.read(plain, copy)))).toBe("archive/gone");
  });

  test("a trial of a locking bucket proves that it refuses to let go", async () => {
    await archive.tryOut(locking, "trial-3", lockFor(1));
  });

  test("a changed byte is found, wrong credentials and a missing bucket are named", async () => {
    const copy = await archive.put(plain, `${KEY}.changed`, [fromUtf8("as it was stored")], null);
    const stored = await new Response(await readAll(plain, copy.key)).bytes();
    stored[stored.length - 60]! ^= 1;
    await server.putIn(plain.bucket, `kept/${copy.key}`, stored);
    expect(await codeOf(Array.fromAsync(archive.read(plain, copy)))).toBe("archive/not-whole");
    const stranger = { ...locking, secretAccessKey: "another-secret" };
    expect(await codeOf(archive.tryOut(stranger, "trial-4", null))).toBe("archive/access-refused");
    const nowhere = { ...locking, bucket: "whereof-test-nowhere" };
    expect(await codeOf(archive.tryOut(nowhere, "trial-5", null))).toBe("archive/bucket-not-found");
  });

  test("an address inside is refused unless the operator has named it", async () => {
    const closed = s3Archive({ masterKey, temporaryFolder, hosts: [] });
    expect(await codeOf(closed.tryOut(locking, "trial-6", null))).toBe("archive/not-public");
    const byName = { ...locking, endpoint: locking.endpoint!.replace("127.0.0.1", "localhost") };
    expect(await codeOf(closed.tryOut(byName, "trial-7", null))).toBe("archive/not-public");
  });

  const readAll = (place: ArchivePlace, key: string) => server.getFrom(place.bucket, `kept/${key}`);
});

test("an archive that does not answer is unavailable, and its secret stays out of what is logged", async () => {
  const temporaryFolder = mkdtempSync(path.join(tmpdir(), "whereof-archive-"));
  const archive = s3Archive({ masterKey: memoryMasterKey(), temporaryFolder, hosts: ["127.0.0.1:9"] });
  const place: ArchivePlace = {
    ...{ endpoint: "http://127.0.0.1:9", region: "us-east-1", bucket: "b", keyPrefix: "" },
    ...{ accessKeyId: "AKID", secretAccessKey: "very-secret" },
  };
  const refusal = await archive.tryOut(place, "trial", null).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: "archive/unavailable" });
  const { inspect } = await import("node:util");
  expect(inspect(refusal, { depth: 9, showHidden: true })).not.toContain("very-secret");
  rmSync(temporaryFolder, { recursive: true });
});
