import { filesError, type StoredFile } from "#lib/ports/files.ts";

const PART = "[a-z0-9][a-z0-9._-]*";
const FILE_KEY = new RegExp(`^${PART}(?:/${PART})*$`);
const MAX_KEY_LENGTH = 512;
/** What file systems allow for one name, less the room a suffix would take. */
const MAX_PART_LENGTH = 200;

/** Throws RangeError where `key` is not one a FileStore takes: no part can lead out of the store or be hidden. */
export function requireFileKey(key: string): void {
  const isLongPart = (part: string) => part.length > MAX_PART_LENGTH;
  if (key.length > MAX_KEY_LENGTH || !FILE_KEY.test(key) || key.split("/").some(isLongPart)) {
    throw new RangeError(`not a file key: ${JSON.stringify(key.slice(0, 80))}`);
  }
}

/** A repeated put of the same bytes is no change; other bytes under a taken key are refused. */
export function requireSameContent(stored: StoredFile, existingSha256: string): void {
  if (stored.sha256 === existingSha256) return;
  throw filesError("exists", `${stored.key} holds ${existingSha256}, not ${stored.sha256}`);
}
