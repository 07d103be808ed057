/** What a list says may end paths: of signers' certificates, or of time-stamping authorities. */
export type ListUse = "signing" | "timestamping";

/** One certificate of a service, for one span of time in which its supervisor stood behind it. */
export interface ListedService {
  readonly use: ListUse;
  readonly name: string;
  readonly provider: string;
  readonly certificateDer: Uint8Array;
  readonly certificateSha256: string;
  readonly subject: string;
  readonly notAfter: Date;
  /** Null in lists without times. */
  readonly grantedFrom: Date | null;
  /** Null while it lasts. */
  readonly grantedUntil: Date | null;
}

/** Where a list of lists says that another is, and who signs it. */
export interface ListPointer {
  readonly territory: string;
  readonly location: string;
  readonly signerSha256s: readonly string[];
}

/** @see TS 119 612 §5.7.1 */
export type ListSignerFault =
  | "purpose"
  | "key-usage"
  | "authority"
  | "key-identifier"
  | "territory"
  | "operator";

/** What the signature on the list itself came to. A broken one is refused, not told. */
export type ListSignature =
  | {
      readonly state: "holds";
      readonly signer: string;
      readonly certificateSha256: string;
      /** Its signed properties name the certificate, too. */
      readonly isXades?: boolean;
      /** As the signer claims; ISO 8601. */
      readonly signedAt?: string | null;
      /** What its certificate lacks for one that signs such lists; left out where no rule says what it must have. */
      readonly signerFaults?: readonly ListSignerFault[];
    }
  | { readonly state: "not-checked"; readonly why: "unsigned" | "unsupported" };

/** A list of trusted services as it was read. */
export interface TrustList {
  readonly kind: "lotl" | "etsi" | "adobe" | "certificates";
  /** `Trusted list of ES`. */
  readonly name: string;
  readonly territory: string | null;
  readonly operator: string | null;
  readonly sequence: number | null;
  readonly issuedAt: Date | null;
  readonly nextUpdateAt: Date | null;
  readonly services: readonly ListedService[];
  readonly pointers: readonly ListPointer[];
  /** Certificates in it that cannot be read, which are left out. */
  readonly unreadable: number;
  readonly signature: ListSignature;
  /** Of the file, hexadecimal. */
  readonly sha256: string;
}

export const LIST_LIMITS = {
  sizeBytes: 11 * 1024 ** 2,
  elements: 1_000_000,
  depth: 64,
  services: 10_000,
  pointers: 200,
  textCharacters: 200,
} as const;
