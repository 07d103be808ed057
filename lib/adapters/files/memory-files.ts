import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { concatBytes, sourceOf } from "#lib/bytes.ts";
import { type FileStore, filesError } from "#lib/ports/files.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import { openDecrypted, unwrapDataKey } from "./encrypted-reader.ts";
import { decryptStream } from "./encrypted-stream.ts";
import { type Bytes, encrypt } from "./encrypted-writer.ts";
import { requireFileKey, requireSameContent } from "./file-key.ts";

/** The in-memory twin, for tests. `objects` holds the encrypted files by key and may be looked into. */
export function memoryFiles(masterKey: MasterKey, objects: Map<string, Uint8Array> = new Map()): FileStore {
  const objectOf = (key: string) => {
    requireFileKey(key);
    const object = objects.get(key);
    if (!object) throw filesError("not-found", `${key} is not stored`);
    return object;
  };
  const openFile = async (key: string) => {
    const object = objectOf(key);
    const dataKey = await unwrapDataKey(key, object, masterKey);
    return openDecrypted(key, { ...sourceOf(object), close: () => {} }, dataKey);
  };

  return {
    async put(key, bytes, limitBytes) {
      requireFileKey(key);
      const [object, stored] = await collect(key, bytes, masterKey, limitBytes);
      if (objects.has(key)) requireSameContent(stored, (await openFile(key)).sha256);
      else objects.set(key, object);
      return stored;
    },
    open: openFile,
    async handle(key) {
      const object = objectOf(key);
      const dataKey = await unwrapDataKey(key, object, masterKey);
      const folder = mkdtempSync(path.join(tmpdir(), "whereof-files-"));
      const file = path.join(folder, "object");
      writeFileSync(file, object, { mode: 0o600 });
      return {
        key,
        path: file,
        dataKey,
        release: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
    stream: async (key) => decryptStream(key, inPieces(objectOf(key)), masterKey),
    async delete(key) {
      requireFileKey(key);
      objects.delete(key);
    },
    async deleteFolder(folder) {
      requireFileKey(folder);
      for (const key of objects.keys()) if (key.startsWith(`${folder}/`)) objects.delete(key);
    },
    async *list(folder) {
      requireFileKey(folder);
      for (const key of objects.keys()) if (key.startsWith(`${folder}/`)) yield key;
    },
  };
}

async function collect(key: string, bytes: Bytes, masterKey: MasterKey, limitBytes?: number) {
  const encrypted = encrypt(key, bytes, masterKey, limitBytes);
  const pieces: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await encrypted.next();
    if (done) return [concatBytes(pieces), value] as const;
    pieces.push(value);
  }
}

async function* inPieces(object: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < object.length; at += 10_000) yield object.subarray(at, at + 10_000);
}
