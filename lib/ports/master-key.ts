import { concatBytes, fromUtf8, toUtf8 } from "#lib/bytes.ts";
import { defineErrors } from "#lib/errors.ts";

/** A data key as it is stored: only its master key opens it. */
export interface WrappedKey {
  /** Which master key, and which version of it: `local:1`, `aws-kms:arn…`. */
  readonly masterKeyId: string;
  readonly wrapped: Uint8Array;
}

/** Wraps the data keys of files and secrets, so that one destroyed key destroys one record. */
export interface MasterKey {
  /** The key that wraps now; older ones still unwrap. */
  readonly id: string;
  /**
   * @param dataKey 32 bytes. @param context bound to the wrapping; unwrap needs the same text.
   * @throws master-key/unavailable
   */
  wrap(dataKey: Uint8Array, context: string): Promise<WrappedKey>;
  /**
   * Throws master-key/mismatch when key or context is not the one it was wrapped with, master-key/destroyed when the
   * key was destroyed on purpose, master-key/unavailable.
   */
  unwrap(wrapped: WrappedKey, context: string): Promise<Uint8Array>;
}

export const masterKeyError = defineErrors("master-key", {
  unavailable: "unavailable",
  mismatch: "invalid",
  destroyed: "gone",
});

/** Id, then wrapped key, each after its length in two bytes, big-endian. */
export function encodeWrappedKey({ masterKeyId, wrapped }: WrappedKey): Uint8Array {
  const id = fromUtf8(masterKeyId);
  if (Math.max(id.length, wrapped.length) > 0xffff)
    throw new RangeError("a wrapped key does not fit its field");
  return concatBytes([lengthOf(id), id, lengthOf(wrapped), wrapped]);
}

/** @returns the wrapped key that starts at `position` and where it ends, or null where `bytes` stop too early. */
export function decodeWrappedKey(bytes: Uint8Array, position = 0): { key: WrappedKey; end: number } | null {
  const id = partAt(bytes, position);
  const wrapped = id && partAt(bytes, id.end);
  if (!id || !wrapped) return null;
  return { key: { masterKeyId: toUtf8(id.bytes), wrapped: wrapped.bytes }, end: wrapped.end };
}

const lengthOf = (part: Uint8Array) => Uint8Array.of(part.length >> 8, part.length & 0xff);

function partAt(bytes: Uint8Array, position: number): { bytes: Uint8Array; end: number } | null {
  const start = position + 2;
  if (start > bytes.length) return null;
  const end = start + ((bytes[position]! << 8) | bytes[position + 1]!);
  return end > bytes.length ? null : { bytes: bytes.slice(start, end), end };
}
