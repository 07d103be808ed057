import { createReadStream } from "node:fs";
import { link, mkdir, open, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { FileStore, OpenFile } from "#lib/ports/files.ts";
import type { MasterKey } from "#lib/ports/master-key.ts";
import { MAX_HEADER_BYTES } from "./encrypted-format.ts";
import { openDecrypted, openLocal, unwrapDataKey } from "./encrypted-reader.ts";
import { decryptStream } from "./encrypted-stream.ts";
import { encrypt } from "./encrypted-writer.ts";
import { requireFileKey, requireSameContent } from "./file-key.ts";
import { toReadRefusal, toWriteRefusal } from "./file-refusal.ts";
import { prepareTemporaryFolder, temporaryPath, writePieces } from "./temporary-files.ts";

const READ_BYTES = 256 * 1024;

export interface LocalFilesSettings {
  /** Absolute; made if it is not there. On a file system with hard links; several processes may share it. */
  readonly folder: string;
  readonly masterKey: MasterKey;
}

/** Files in a folder of this machine or of a shared volume. */
export function localFiles({ folder, masterKey }: LocalFilesSettings): FileStore {
  // A file key cannot begin with a period, so nothing stored can be in here.
  const incoming = path.join(folder, ".incoming");
  prepareTemporaryFolder(incoming);
  const pathOf = (key: string) => {
    requireFileKey(key);
    return path.join(folder, key);
  };

  return {
    async put(key, bytes, limitBytes) {
      const target = pathOf(key);
      const temporary = temporaryPath(incoming);
      const stored = await writePieces(key, temporary, encrypt(key, bytes, masterKey, limitBytes));
      if (await moveUnlessThere(key, temporary, target)) return stored;

      const existing = await openFile(key, target, masterKey);
      existing.close();
      requireSameContent(stored, existing.sha256);
      return stored;
    },
    open: async (key) => openFile(key, pathOf(key), masterKey),
    async handle(key) {
      const file = pathOf(key);
      return { key, path: file, dataKey: await dataKeyOf(key, file, masterKey), release: async () => {} };
    },
    stream: async (key) => decryptStream(key, readPieces(key, pathOf(key)), masterKey),
    async delete(key) {
      const file = pathOf(key);
      try {
        await rm(file, { force: true });
        await sync(path.dirname(file));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw toWriteRefusal(key, error);
      }
    },
    async deleteFolder(folder) {
      const whole = pathOf(folder);
      try {
        await rm(whole, { recursive: true, force: true });
        await sync(path.dirname(whole));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw toWriteRefusal(folder, error);
      }
    },
    async *list(folder) {
      requireFileKey(folder);
      try {
        for (const entry of await readdir(pathOf(folder), { recursive: true, withFileTypes: true }))
          if (entry.isFile()) {
            const below = path.relative(pathOf(folder), path.join(entry.parentPath, entry.name));
            yield `${folder}/${below.split(path.sep).join("/")}`;
          }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw toReadRefusal(folder, error);
      }
    },
  };
}

async function openFile(key: string, file: string, masterKey: MasterKey): Promise<OpenFile> {
  const dataKey = await dataKeyOf(key, file, masterKey);
  return openDecrypted(key, openLocal(key, file), dataKey);
}

async function dataKeyOf(key: string, file: string, masterKey: MasterKey): Promise<Uint8Array> {
  const object = openLocal(key, file);
  try {
    return await unwrapDataKey(key, object.read(0, MAX_HEADER_BYTES), masterKey);
  } finally {
    object.close();
  }
}

async function* readPieces(key: string, file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: READ_BYTES });
  } catch (error) {
    throw toReadRefusal(key, error);
  }
}

/** Gives a finished file its name, in one step and for good, unless another has it already. */
async function moveUnlessThere(key: string, from: string, to: string): Promise<boolean> {
  try {
    await sync(from);
    await makeFolder(path.dirname(to));
    await link(from, to);
    await sync(path.dirname(to));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw toWriteRefusal(key, error);
  } finally {
    await rm(from, { force: true });
  }
}

async function makeFolder(folder: string): Promise<void> {
  const topmost = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (!topmost) return;
  for (let made = folder; made.length >= topmost.length; made = path.dirname(made)) {
    await sync(path.dirname(made));
  }
}

/** Down to the disk: a file's bytes, or the names in a folder. */
async function sync(file: string): Promise<void> {
  const opened = await open(file, "r");
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
