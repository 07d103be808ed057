import { defineErrors } from "#lib/errors.ts";

/** A data key as it is stored: only its master key opens it. */
export interface WrappedKey {
  /** Which master key, and which version of it: `local:1`, `aws-kms:arn…`. */
  readonly masterKeyId: string;
  readonly wrapped: Uint8Array;
}

/** Wraps the data keys of files and secrets, so that one destroyed key destroys one record. */
export interface MasterKey {
  readonly id: string;
  /** @param dataKey 32 bytes. @param context bound to the wrapping; unwrap needs the same text. */
  wrap(dataKey: Uint8Array, context: string): Promise<WrappedKey>;
  /** Throws master-key/mismatch when key or context is not the one it was wrapped with. */
  unwrap(wrapped: WrappedKey, context: string): Promise<Uint8Array>;
}

export const masterKeyError = defineErrors("master-key", {
  unavailable: "unavailable",
  mismatch: "invalid",
});
