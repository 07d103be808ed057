import type { ByteSource } from "#lib/bytes.ts";
import { defineErrors } from "#lib/errors.ts";

export interface StoredFile {
  readonly key: string;
  /** Of the plain bytes, lower-case hex. */
  readonly sha256: string;
  /** Of the plain bytes. */
  readonly sizeBytes: number;
}

/** An opened file. Reads decrypt and authenticate on the way; close it when done. */
export interface OpenFile extends ByteSource {
  /** Of the plain bytes, lower-case hex, as recorded (and authenticated) when it was stored. */
  readonly sha256: string;
  close(): void;
}

/**
 * What another thread needs to open the same file by itself; survives structured clone. `dataKey` is secret:
 * pass it, never log it.
 */
export interface FileHandle {
  /** The file's name in the store: the encryption is bound to it. */
  readonly key: string;
  readonly path: string;
  readonly dataKey: Uint8Array;
}

/** The largest file a store takes: more would not fit one S3 request, the only write every S3 makes atomic. */
export const MAX_FILE_BYTES = 4 * 1024 ** 3;

/**
 * Encrypted, write-once storage. A key names one content for ever: writing it again with other bytes is
 * refused with files/exists, with the same bytes it is a no-op, so a repeated step is safe.
 *
 * A key is a path of at most 512 characters: parts of `a-z 0-9 . _ -` that start with a letter or digit, joined
 * by `/`. Anything else is a caller's bug and throws RangeError. Every method throws files/unavailable when the
 * disk or server cannot be used now, and passes on master-key/unavailable; those that read or store also
 * master-key/destroyed.
 */
export interface FileStore {
  /**
   * Stores a stream of plain bytes under `key`, encrypting on the way. Returns once it would survive a power cut.
   *
   * @param limitBytes stops with files/too-large as soon as more arrive; nothing stays behind.
   */
  put(
    key: string,
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    limitBytes?: number,
  ): Promise<StoredFile>;
  /** Opens for random access. Throws files/not-found, or files/damaged when a byte is not what was stored. */
  open(key: string): Promise<OpenFile>;
  /**
   * A local, still encrypted copy for another thread, valid until `release`. Post `key`, `path` and `dataKey`
   * only: a function cannot be cloned.
   */
  handle(key: string): Promise<FileHandle & { release(): Promise<void> }>;
  /** Plain bytes in order, for a download. Throws files/damaged before the first wrong byte; cancel or read it to its end. */
  stream(key: string): Promise<ReadableStream<Uint8Array>>;
  /** Forgets the file; one that is not there is forgotten already. */
  delete(key: string): Promise<void>;
  /** Forgets every file whose key begins with `folder` and a slash, also what a broken-off step left behind. */
  deleteFolder(folder: string): Promise<void>;
  /** The keys that begin with `folder` and a slash, in no order; none when there is no such folder. */
  list(folder: string): AsyncIterable<string>;
}

export const filesError = defineErrors("files", {
  "not-found": "not-found",
  exists: "conflict",
  "too-large": "too-large",
  damaged: "unavailable",
  unavailable: "unavailable",
});
