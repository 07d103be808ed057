import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isRefusal } from "#lib/errors.ts";
import type { FileStore } from "#lib/ports/files.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import { MAX_HEADER_BYTES, segmentCipher, TRAILER_BYTES } from "./encrypted-format.ts";
import { headerOf, openDecrypted, openLocal, summaryOf, unwrapDataKey } from "./encrypted-reader.ts";
import { decryptStream } from "./encrypted-stream.ts";
import { encrypt } from "./encrypted-writer.ts";
import { requireFileKey, requireSameContent } from "./file-key.ts";
import { type S3Bucket, type S3Objects, s3Objects } from "./s3-objects.ts";
import { prepareTemporaryFolder, temporaryPath, writePieces } from "./temporary-files.ts";

const DOWNLOAD_ATTEMPTS = 3;
const RETRY_AFTER_MS = 300;

export interface S3FilesSettings extends S3Bucket {
  /** Absolute, on this machine: encrypted files on their way to or from the bucket. */
  readonly temporaryFolder: string;
  readonly masterKey: MasterKey;
}

/** Files in an S3 bucket. The server sees encrypted bytes only. */
export function s3Files(settings: S3FilesSettings): FileStore {
  const { temporaryFolder, masterKey } = settings;
  const objects = s3Objects(settings);
  prepareTemporaryFolder(temporaryFolder);

  /** The whole object in a temporary file, with its data key; the caller removes the file. */
  const download = async (key: string) => {
    requireFileKey(key);
    const path = temporaryPath(temporaryFolder);
    await fetchTo(key, path, objects);
    try {
      return { path, dataKey: await localDataKey(key, path, masterKey) };
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  };

  return {
    // Written down first: a broken upload can start again, and nothing is sent before the limit is known to hold.
    async put(key, bytes, limitBytes) {
      requireFileKey(key);
      const path = temporaryPath(temporaryFolder);
      const md5 = createHash("md5");
      let sizeBytes = 0;
      try {
        const stored = await writePieces(key, path, encrypt(key, bytes, masterKey, limitBytes), (piece) => {
          md5.update(piece);
          sizeBytes += piece.length;
        });
        const isNew = await objects.create(key, path, sizeBytes, md5.digest("base64"));
        if (!isNew) requireSameContent(stored, await storedSha256(key, objects, masterKey));
        return stored;
      } finally {
        await rm(path, { force: true });
      }
    },
    async open(key) {
      const { path, dataKey } = await download(key);
      const object = openLocal(key, path);
      // An open file outlives its name, and so not even a crash leaves it behind.
      await rm(path);
      return openDecrypted(key, object, dataKey);
    },
    async handle(key) {
      const { path, dataKey } = await download(key);
      return { key, path, dataKey, release: () => rm(path, { force: true }) };
    },
    async stream(key) {
      requireFileKey(key);
      return decryptStream(key, objects.read(key), masterKey);
    },
    async delete(key) {
      requireFileKey(key);
      await objects.delete(key);
    },
    async deleteFolder(folder) {
      requireFileKey(folder);
      for await (const key of objects.list(`${folder}/`)) await objects.delete(key);
    },
    list(folder) {
      requireFileKey(folder);
      return objects.list(`${folder}/`);
    },
  };
}

async function fetchTo(key: string, path: string, objects: S3Objects): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writePieces(key, path, objects.read(key));
    } catch (error) {
      if (attempt === DOWNLOAD_ATTEMPTS || !isRefusal(error, "files/unavailable")) throw error;
    }
    await sleep(RETRY_AFTER_MS * attempt);
  }
}

async function localDataKey(key: string, path: string, masterKey: MasterKey): Promise<Uint8Array> {
  const object = openLocal(key, path);
  try {
    return await unwrapDataKey(key, object.read(0, MAX_HEADER_BYTES), masterKey);
  } finally {
    object.close();
  }
}

/** The hash an object's trailer records, by two small requests. */
async function storedSha256(key: string, objects: S3Objects, masterKey: MasterKey): Promise<string> {
  const { bytes: start, objectSize } = await objects.readRange(key, { first: MAX_HEADER_BYTES });
  const { bytes: end } = await objects.readRange(key, { last: TRAILER_BYTES });
  const dataKey = await unwrapDataKey(key, start, masterKey);
  const header = headerOf(key, start);
  const cipher = segmentCipher(key, dataKey, header.noncePrefix);
  return summaryOf(key, header, cipher, end, objectSize).sha256;
}
