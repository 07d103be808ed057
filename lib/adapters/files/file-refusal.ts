import { filesError } from "#lib/ports/files.ts";

/** The disk, the rights or the system's limits: an operator can mend each, and then the same call works. */
// biome-ignore format: a list reads better in rows
const UNAVAILABLE = new Set([
  "EACCES", "EAGAIN", "EBUSY", "EDQUOT", "EFBIG", "EIO", "EMFILE", "ENFILE", "ENODEV", "ENOENT", "ENOMEM",
  "ENOSPC", "ENXIO", "EPERM", "EROFS", "ESTALE", "ETIMEDOUT",
]);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | null)?.code ?? "";

/** What a failed write means to the caller of a FileStore; bugs come back as they are. */
export function toWriteRefusal(key: string, error: unknown): unknown {
  const code = codeOf(error);
  return UNAVAILABLE.has(code) ? filesError("unavailable", `${key}: ${code}`, { cause: error }) : error;
}

/** The same for a read, where a file that is not there was never stored. */
export function toReadRefusal(key: string, error: unknown): unknown {
  const isAbsent = codeOf(error) === "ENOENT";
  return isAbsent ? filesError("not-found", `${key} is not stored`) : toWriteRefusal(key, error);
}

/** Reads from the file system for `key` and turns what is thrown into the port's refusals. */
export function reading<Result>(key: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw toReadRefusal(key, error);
  }
}
