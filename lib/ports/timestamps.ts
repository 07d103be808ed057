import { defineErrors } from "#lib/errors.ts";

/** A time-stamping authority (RFC 3161), ours or another's. */
export interface TimestampAuthority {
  /** Shown in the audit trail: a URL or "embedded". */
  readonly name: string;
  /**
   * @param imprint SHA-256 of what is time-stamped, 32 bytes.
   * @returns a TimeStampToken (ContentInfo, DER), checked against imprint, nonce, status and key usage.
   * Throws timestamps/unavailable (safe to retry), timestamps/untrusted when the answer does not hold, or
   * timestamps/clock-unsure where ours does not know the time well enough.
   */
  token(imprint: Uint8Array): Promise<Uint8Array>;
}

/** The way to another's authority and back. It reads neither request nor answer: who asks must check. */
export interface TimestampTransport {
  /** The authority's address as it may be shown: without query or password. */
  readonly name: string;
  /**
   * @param request a TimeStampReq, DER.
   * @returns what claims to be a TimeStampResp (RFC 3161 §3.4), unchecked, of at most 256 KiB
   * @throws timestamps/unavailable: safe to retry
   */
  post(request: Uint8Array): Promise<Uint8Array>;
}

export const timestampsError = defineErrors("timestamps", {
  unavailable: "unavailable",
  untrusted: "unavailable",
  "clock-unsure": "unavailable",
});
