import { randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fromBase64, toBase64 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type MasterKey, masterKeyError } from "#lib/ports/master-key.ts";
import { keyring, type MasterKeyVersion, newMasterKey } from "./keyring.ts";

const KEY_BYTES = 32;

/**
 * Master keys in a file that only its owner may read, made with a first key when it is not there. Whoever reads
 * that file reads everything: back it up apart from what it opens.
 *
 * A running process wraps with the version that was newest when it started, and learns of later ones when it is
 * asked to unwrap with them.
 *
 * @throws master-key/unavailable when others may read the file, or it is not what was written
 */
export function localMasterKey(file: string): MasterKey {
  let versions = readOrCreate(file);
  return keyring((isStale) => {
    if (isStale) versions = readVersions(file);
    return versions;
  });
}

/**
 * Adds a version, which wraps from the next start on; the older ones go on unwrapping.
 *
 * @returns the new version's number. @throws master-key/unavailable, also while another rotation is under way
 */
export function rotateLocalMasterKey(file: string): number {
  return onDisk(file, () => {
    const lock = `${file}.lock`;
    closeSync(openSync(lock, "wx", 0o600));
    try {
      const versions = readVersions(file);
      const added = newMasterKey(versions.at(-1)!.version + 1);
      renameSync(writeBeside(file, [...versions, added]), file);
      syncFolderOf(file);
      return added.version;
    } finally {
      rmSync(lock);
    }
  });
}

function readOrCreate(file: string): readonly MasterKeyVersion[] {
  return onDisk(file, () => {
    if (!statSync(file, { throwIfNoEntry: false })) create(file);
    return readVersions(file);
  });
}

/** Several processes may start at once: the first to give the file its name wins. */
function create(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const written = writeBeside(file, [newMasterKey(1)]);
  try {
    linkSync(written, file);
    syncFolderOf(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(written);
  }
}

function readVersions(file: string): readonly MasterKeyVersion[] {
  return onDisk(file, () => {
    if (statSync(file).mode & 0o077) throw unavailable(file, "others may read it: chmod 600");
    return parseVersions(file, readFileSync(file, "utf8"));
  });
}

/** `{"keys":[{"version":1,"key":"<32 bytes, Base64>"}]}`, versions counting up. */
function parseVersions(file: string, text: string): readonly MasterKeyVersion[] {
  try {
    const { keys } = JSON.parse(text) as { keys: { version: number; key: string }[] };
    const versions = keys.map(({ version, key }) => ({ version, key: fromBase64(key) }));
    const isSound = versions.every(
      ({ version, key }, index) =>
        Number.isSafeInteger(version) &&
        version > (versions[index - 1]?.version ?? 0) &&
        key.length === KEY_BYTES,
    );
    if (versions.length > 0 && isSound) return versions;
  } catch {
    // The parser's message would quote keys.
  }
  throw unavailable(file, "it is not a file of master keys");
}

function writeBeside(file: string, versions: readonly MasterKeyVersion[]): string {
  const beside = `${file}.${randomUUID()}`;
  const keys = versions.map(({ version, key }) => ({ version, key: toBase64(key) }));
  writeFileSync(beside, `${JSON.stringify({ keys }, null, 2)}\n`, { mode: 0o600, flag: "wx", flush: true });
  return beside;
}

function syncFolderOf(file: string): void {
  const folder = openSync(path.dirname(file), "r");
  fsyncSync(folder);
  closeSync(folder);
}

function onDisk<Result>(file: string, use: () => Result): Result {
  try {
    return use();
  } catch (error) {
    if (isRefusal(error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw unavailable(file, code, error);
  }
}

const unavailable = (file: string, why: string, cause?: unknown) =>
  masterKeyError("unavailable", `master key file ${file}: ${why}`, { cause });
