import { defineErrors } from "#lib/errors.ts";

/** A bucket that somebody chose for copies meant to outlive this installation, and how to get in. */
export interface ArchivePlace {
  /** For anything but AWS itself, `https://s3.example.com`; null for AWS. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly bucket: string;
  /** Put before every key: empty, or ending with a slash. */
  readonly keyPrefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Governance: who has a special right may lift it. Compliance: nobody may, the account's owner included. */
export const LOCK_MODES = ["governance", "compliance"] as const;
export type LockMode = (typeof LOCK_MODES)[number];

/** What keeps an object from being deleted or written anew (S3 Object Lock). */
export interface ObjectLock {
  readonly mode: LockMode;
  readonly until: Date;
}

/** Names one copy for good: the same key may hold several versions. */
export interface CopyName {
  /** `org/<id>/envelopes/<id>/…`: the encryption is bound to it. */
  readonly key: string;
  readonly versionId: string | null;
}

export interface StoredCopy extends CopyName {
  /** Of the plain bytes, lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/**
 * Encrypted copies in a bucket of somebody's choice. Every method throws archive/unavailable when it does not answer
 * as it should, archive/access-refused, archive/bucket-not-found and archive/not-public.
 */
export interface Archive {
  /**
   * Writes a small object, reads it back and removes it. Where locks are wanted, it is locked for a minute first, and
   * the bucket has to refuse its deletion.
   *
   * @throws archive/not-locking when the bucket does not do Object Lock, or says it does and lets go all the same
   */
  tryOut(place: ArchivePlace, key: string, lock: ObjectLock | null): Promise<void>;
  /** Stores a stream of plain bytes, encrypted, and reads all of it back. @throws archive/not-locking, not-whole */
  put(
    place: ArchivePlace,
    key: string,
    bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    lock: ObjectLock | null,
  ): Promise<StoredCopy>;
  /** What the bucket itself says of a copy's lock; null for none. */
  readLock(place: ArchivePlace, copy: CopyName): Promise<ObjectLock | null>;
  /** Keeps a copy longer; S3 refuses anything shorter. */
  extendLock(place: ArchivePlace, copy: CopyName, lock: ObjectLock): Promise<void>;
  /** Sets or lifts S3's own legal hold. */
  hold(place: ArchivePlace, copy: CopyName, isHeld: boolean): Promise<void>;
  isHeld(place: ArchivePlace, copy: CopyName): Promise<boolean>;
  /** The plain bytes of a copy. @throws archive/gone, not-whole */
  read(place: ArchivePlace, copy: CopyName): AsyncGenerator<Uint8Array, void>;
  /** Removes a copy for good. @throws archive/locked */
  remove(place: ArchivePlace, copy: CopyName): Promise<void>;
}

export const archiveError = defineErrors("archive", {
  unavailable: "unavailable",
  "access-refused": "forbidden",
  "bucket-not-found": "not-found",
  "not-public": "forbidden",
  "not-locking": "conflict",
  "not-whole": "conflict",
  gone: "not-found",
  locked: "conflict",
});
