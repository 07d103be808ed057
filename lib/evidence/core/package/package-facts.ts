import type { AuditTrailFacts } from "#lib/evidence/core/audit-trail-facts.ts";
import type { ValidationReport } from "#lib/evidence/core/validation/validation-report.ts";
import type { CustodyWording } from "./custody-wording.ts";

/** A signature or document time-stamp as it stands in a document. */
export interface PackageSignature {
  readonly field: string;
  readonly kind: "certification" | "signature" | "seal" | "timestamp";
  readonly byteRange: readonly [number, number, number, number];
  /** The CMS in the signature, DER: a detached signature over the covered bytes; a token for a time-stamp. */
  readonly cms: Uint8Array;
  /** Time-stamps on the signature, DER. */
  readonly tokens: readonly Uint8Array[];
  /** SHA-256 of the covered bytes, hex. */
  readonly coveredSha256: string;
}

/** A document with what was found in it when the package was made. */
export interface PackageDocument {
  readonly id: string;
  readonly name: string;
  readonly originalBytes: number;
  readonly originalSha256: string;
  readonly sealedBytes: number;
  readonly sealedSha256: string;
  readonly pages: number;
  readonly report: ValidationReport;
  readonly signatures: readonly PackageSignature[];
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

/** The words a person agreed to. */
export interface PackageNotice {
  readonly version: string;
  readonly locale: string;
  readonly body: string;
  readonly sha256: string;
}

export interface PackagePage {
  readonly documentId: string;
  readonly revision: number;
  /** From 1. */
  readonly page: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly sha256: string;
  readonly renderer: string;
  readonly drawnAt: Date;
}

/** Where the last event of a package stands in the installation's log. */
export interface PackageLog {
  /** From 0. */
  readonly leafIndex: number;
  /** How many leaves the checkpoint covers. */
  readonly size: number;
  /** The checkpoint as it was published: a signed note (C2SP). */
  readonly note: string;
  /** TimeStampToken over the note's SHA-256, DER. */
  readonly timestampToken: Uint8Array;
  /** The inclusion proof, the nearest to the leaf first (RFC 6962 §2.1.1). */
  readonly hashes: readonly Uint8Array[];
  /** Of the log's key, then of the authorities above it below the root, DER. */
  readonly certificates: readonly Uint8Array[];
}

/** Why a package is made, and for whom, as whoever asked for it wrote. */
export interface PackageOrder {
  /** `pkg_…` */
  readonly id: string;
  readonly variant: "full" | "redacted";
  readonly batesPrefix: string;
  readonly askedAt: Date;
  /** Null when the product made it at completion. */
  readonly askedBy: { readonly name: string; readonly email: string } | null;
  readonly reason: string;
  readonly matter: string;
  readonly preparedFor: string;
}

/** A certificate that a signer brought along, or that was attached to their signature later. */
export interface BroughtCertificate {
  readonly recipientId: string;
  readonly der: Uint8Array;
  /** Those that came with it, PEM; null when it came alone. */
  readonly chainPem: string | null;
  /** The audit event that records it. */
  readonly eventId: string;
  readonly at: Date;
  /** It was attached after the signature was made. */
  readonly isAttachedLater: boolean;
}

/** Everything a package is made from: recorded facts, and checks made of them. Nothing in it is inferred. */
export interface PackageAttachment {
  readonly name: string;
  readonly sha256: string;
  /** Of the field it was given in. */
  readonly label: string;
  readonly recipientId: string;
}

export interface PackageFacts {
  readonly order: PackageOrder;
  /** Up to the event that asked for the package. */
  readonly trail: AuditTrailFacts;
  /** As `exportChain` gives it, up to the same event. */
  readonly eventsJsonl: string;
  /** Null where the log is not signed any more, because it is not as it was. */
  readonly log: PackageLog | null;
  readonly organizationId: string;
  readonly completedAt: Date;
  readonly expiresAt: Date | null;
  readonly auditTrail: {
    readonly sha256: string;
    readonly sizeBytes: number;
    readonly report: ValidationReport;
  };
  readonly documents: readonly PackageDocument[];
  /** What signers gave in fields. */
  readonly attachments: readonly PackageAttachment[];
  /** Files that documents were made from, as they came. */
  readonly received: readonly { readonly name: string; readonly sha256: string }[];
  readonly notices: readonly PackageNotice[];
  /** What the custodian's declaration says around the facts. */
  readonly custodyWording: CustodyWording;
  readonly pages: readonly PackagePage[];
  readonly certificates: readonly {
    readonly kind: "signer" | "seal";
    readonly recipientId: string | null;
    readonly der: Uint8Array;
  }[];
  /** What signers brought along, in that order; nobody has proven that it is theirs. */
  readonly brought: readonly BroughtCertificate[];
  readonly rootDer: Uint8Array;
  /** Earlier roots, and where the paths of brought certificates end, DER. */
  readonly otherAnchors: readonly Uint8Array[];
  readonly issuingDer: Uint8Array;
  /** Where time-stamps come from: a name. */
  readonly timestampSource: string;
  readonly printsMarginId: boolean;
}

/** A small file of the package, made now. */
export interface PackageFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What it is, in words. */
  readonly about: string;
  /** Names or other values of persons stand in it: a redacted package leaves it out and keeps its hash. */
  readonly isPersonal: boolean;
}
