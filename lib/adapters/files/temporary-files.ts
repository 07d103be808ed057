import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { type FileHandle, open, rm } from "node:fs/promises";
import path from "node:path";
import { concatBytes, release } from "#lib/bytes.ts";
import { toWriteRefusal } from "./file-refusal.ts";

/** No writer pauses this long: the process that made the file is gone. A younger one may be another process's. */
const ABANDONED_AFTER_MS = 3_600_000;
const SUFFIX = ".part";
/** Each write waits for Node's thread pool, so segments go together. */
const WRITE_BYTES = 1024 * 1024;

/** Makes a private folder for files in the making and clears what killed processes left in it. */
export function prepareTemporaryFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const lastWrite = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (name.endsWith(SUFFIX) && lastWrite < Date.now() - ABANDONED_AFTER_MS) rmSync(file, { force: true });
  }
}

export const temporaryPath = (folder: string): string => path.join(folder, randomUUID() + SUFFIX);

/**
 * Writes `pieces` to a new file at `file` (mode 0600) and returns what they return. Whatever goes wrong, no file
 * stays behind and what was begun to be read is closed. The pieces are given away: their memory is taken back once they
 * are written.
 *
 * @param key names the stored file in a refusal. @throws files/unavailable, and whatever `pieces` throws
 */
export async function writePieces<Result>(
  key: string,
  file: string,
  pieces: AsyncGenerator<Uint8Array, Result>,
  onPiece: (piece: Uint8Array) => void = () => {},
): Promise<Result> {
  const disk = <Value>(call: Promise<Value>) =>
    call.catch((error) => {
      throw toWriteRefusal(key, error);
    });
  try {
    const output = await disk(open(file, "wx", 0o600));
    try {
      let [held, heldBytes]: [Uint8Array[], number] = [[], 0];
      for (;;) {
        const { done, value } = await pieces.next();
        if (heldBytes >= WRITE_BYTES || done) {
          await disk(writeAll(output, held, heldBytes));
          held.forEach(release);
          [held, heldBytes] = [[], 0];
        }
        if (done) return value;
        onPiece(value);
        held.push(value);
        heldBytes += value.length;
      }
    } finally {
      await output.close();
    }
  } catch (error) {
    await pieces.return(undefined as Result);
    await rm(file, { force: true });
    throw error;
  }
}

/** A disk that fills up takes a part; writing the rest then says why. */
async function writeAll(output: FileHandle, pieces: Uint8Array[], sizeBytes: number): Promise<void> {
  const { bytesWritten } = await output.writev(pieces);
  if (bytesWritten < sizeBytes) await output.writeFile(concatBytes(pieces).subarray(bytesWritten));
}
