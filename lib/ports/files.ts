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
  close(): void;
}

/** What another thread needs to open the same file by itself. `dataKey` is secret: pass it, never log it. */
export interface FileHandle {
  readonly path: string;
  readonly dataKey: Uint8Array;
}

/**
 * Encrypted, write-once storage. A key names one content for ever: writing it again with other bytes is
 * refused with files/exists, with the same bytes it is a no-op, so a repeated step is safe.
 */
export interface FileStore {
  /**
   * Stores a stream of plain bytes under `key`, encrypting on the way.
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
  /** A local, still encrypted copy for another thread, valid until `release`. */
  handle(key: string): Promise<FileHandle & { release(): Promise<void> }>;
  /** Plain bytes in order, for a download. Throws files/damaged at the first wrong byte. */
  stream(key: string): Promise<ReadableStream<Uint8Array>>;
  delete(key: string): Promise<void>;
}

export const filesError = defineErrors("files", {
  "not-found": "not-found",
  exists: "conflict",
  "too-large": "too-large",
  damaged: "unavailable",
  unavailable: "unavailable",
});
