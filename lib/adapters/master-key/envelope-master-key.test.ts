import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { concatBytes } from "#lib/bytes.ts";
import type { EnvelopeKeyRecords, StoredEnvelopeKey } from "#lib/ports/envelope-keys.ts";
import { masterKeyContract } from "#lib/ports/master-key.contract.ts";
import { memoryFiles } from "../files/memory-files.ts";
import { envelopeMasterKey } from "./envelope-master-key.ts";
import { memoryMasterKey } from "./memory-master-key.ts";

const ORGANIZATION = "0199f3a0-0000-7000-8000-000000000001";
const folderOf = (last: number) => `org/${ORGANIZATION}/envelopes/0199f3a0-0000-7000-8000-00000000000${last}`;

function records() {
  const kept = new Map<string, StoredEnvelopeKey>();
  const store: EnvelopeKeyRecords = {
    find: async ({ envelopeId }) => kept.get(envelopeId) ?? null,
    async keep({ envelopeId }, wrapped) {
      if (!kept.has(envelopeId)) kept.set(envelopeId, wrapped);
      return kept.get(envelopeId)!;
    },
  };
  return { kept, store };
}

masterKeyContract("with keys of envelopes", async () => {
  const masterKey = memoryMasterKey();
  const { store } = records();
  return {
    masterKey: envelopeMasterKey(masterKey, store),
    async rotated() {
      masterKey.rotate();
      return envelopeMasterKey(masterKey, store);
    },
    stranger: async () => envelopeMasterKey(memoryMasterKey(), records().store),
  };
});

test("a file of an envelope opens by that envelope's key alone, also after the master key was rotated", async () => {
  const masterKey = memoryMasterKey();
  const { kept, store } = records();
  const keys = envelopeMasterKey(masterKey, store);
  const dataKey = new Uint8Array(randomBytes(32));
  const wrapped = await keys.wrap(dataKey, `${folderOf(1)}/a.enc`);
  expect(kept.size).toBe(1);
  masterKey.rotate();
  expect(await keys.unwrap(wrapped, `${folderOf(1)}/a.enc`)).toEqual(dataKey);
  const mismatch = { code: "master-key/mismatch" };
  await expect(keys.unwrap(wrapped, `${folderOf(1)}/b.enc`)).rejects.toMatchObject(mismatch);
  await keys.wrap(dataKey, `${folderOf(2)}/a.enc`);
  await expect(keys.unwrap(wrapped, `${folderOf(2)}/a.enc`)).rejects.toMatchObject(mismatch);
  await expect(masterKey.unwrap(wrapped, `${folderOf(1)}/a.enc`)).rejects.toMatchObject(mismatch);
  const changed = { ...wrapped, wrapped: wrapped.wrapped.with(20, wrapped.wrapped[20]! ^ 1) };
  await expect(keys.unwrap(changed, `${folderOf(1)}/a.enc`)).rejects.toMatchObject(mismatch);
});

test("with its envelope's key destroyed a file can be neither read nor stored, and others can", async () => {
  const { kept, store } = records();
  const objects = new Map<string, Uint8Array>();
  const files = memoryFiles(envelopeMasterKey(memoryMasterKey(), store), objects);
  const read = async (key: string) => {
    const file = await files.open(key);
    return new TextDecoder().decode(file.read(0, file.size));
  };
  for (const number of [1, 2]) await files.put(`${folderOf(number)}/a.enc`, [Buffer.from("lease")]);
  await files.put(`org/${ORGANIZATION}/key-exports/a.enc`, [Buffer.from("other")]);
  const [first] = kept.keys();
  kept.set(first!, "destroyed");

  const destroyed = { code: "master-key/destroyed" };
  await expect(read(`${folderOf(1)}/a.enc`)).rejects.toMatchObject(destroyed);
  await expect(files.stream(`${folderOf(1)}/a.enc`)).rejects.toMatchObject(destroyed);
  await expect(files.handle(`${folderOf(1)}/a.enc`)).rejects.toMatchObject(destroyed);
  await expect(files.put(`${folderOf(1)}/b.enc`, [Buffer.from("x")])).rejects.toMatchObject(destroyed);
  expect(await read(`${folderOf(2)}/a.enc`)).toBe("lease");
  expect(await read(`org/${ORGANIZATION}/key-exports/a.enc`)).toBe("other");
});

test("several who store the first file of an envelope at once use one key", async () => {
  const { kept, store } = records();
  const files = memoryFiles(envelopeMasterKey(memoryMasterKey(), store));
  const names = ["a", "b", "c", "d"].map((name) => `${folderOf(1)}/${name}.enc`);
  await Promise.all(names.map((name) => files.put(name, [Buffer.from(name)])));
  expect(kept.size).toBe(1);
  const opened = await Promise.all(names.map((name) => files.open(name)));
  const texts = opened.map((file) => new TextDecoder().decode(concatBytes([file.read(0, file.size)])));
  expect(texts).toEqual(names);
});
