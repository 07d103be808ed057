import type { Json } from "#lib/audit/core/canonical-json.ts";
import type { Order } from "#lib/envelopes/core/draft.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import type { RecipientRole } from "#lib/envelopes/core/roles.ts";
import type { SealKeyFacts } from "#lib/signing/core/custody.ts";
import type { KeepingFacts } from "./keeping-facts.ts";

/** A value about a person; null once it has been erased. */
export type PersonalValue = string | null;

type Members = { readonly [key: string]: Json | undefined };

/** An entry of the chain, as `readChain` gives it. */
export interface TrailEntry {
  /** From 0. */
  readonly sequence: number;
  readonly type: string;
  readonly at: Date;
  readonly actor: Members;
  /** Erased values are null. */
  readonly data: Members;
  /** Which revision each document was at, by the documents' ids. */
  readonly documents?: { readonly [id: string]: number };
  /** Lower-case hex. */
  readonly hash: string;
}

export interface CertificateFacts {
  readonly subject: string;
  readonly issuer?: string;
  /** Hex. */
  readonly serial: string;
  /** Of the DER; lower-case hex, as all hashes here. */
  readonly sha256: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface TrailDocument {
  readonly id: string;
  readonly name: PersonalValue;
  readonly pages: number;
  /** Of the upload. */
  readonly sizeBytes: number;
  readonly originalSha256: string;
  /** Null until the document is sealed. */
  readonly sealedSha256: string | null;
  /** What was taken away or settled when it was taken in, and how often (`NormalizationChange`). */
  readonly changes: Readonly<Record<string, number>>;
}

export interface TrailRecipient {
  readonly id: string;
  readonly name: PersonalValue;
  readonly email: PersonalValue;
  readonly role: RecipientRole;
  readonly order: number;
  /** In which the person reads, as they or the sender chose; left out where nobody did. */
  readonly language?: string;
  /** Null for who signs nothing, or has not yet. */
  readonly certificate: CertificateFacts | null;
}

/** A field as the sender placed it. */
export interface TrailField {
  readonly id: string;
  readonly documentId: string;
  /** Whose it is; left out where nobody asks. */
  readonly recipientId?: string;
  readonly type: FieldType;
  /** From 0. */
  readonly page: number;
  readonly label: string;
}

/** A signature or document time-stamp found in a document. */
export interface TrailSignature {
  readonly documentId: string;
  /** Name of the PDF's field. */
  readonly field: string;
  readonly kind: "certification" | "signature" | "seal" | "timestamp";
  /** Who signed; of a document time-stamp, its authority. */
  readonly by: PersonalValue;
  readonly certificateSha256: string | null;
  /** Of the time-stamp on the signature, or of the document time-stamp itself. */
  readonly timestampAt: Date | null;
  readonly covers: {
    readonly revision: number | null;
    /** The file from its first byte up to here, but for the signature itself. */
    readonly bytes: number;
    readonly isWholeFile: boolean;
  };
  /** Whether digest and signature were right when this trail was made; null when that was not checked. */
  readonly isIntact: boolean | null;
  /** Of the signer's certificate, at the time of signing. */
  readonly status: {
    readonly result: "good" | "revoked" | "unknown";
    readonly source: "ocsp" | "crl";
    readonly at: Date;
  } | null;
}

/** Everything the audit trail is made from. What a person did is read from the entries and from nowhere else. */
export interface AuditTrailFacts {
  readonly envelope: {
    readonly title: PersonalValue;
    /** `WH-7K2M-9QXD` */
    readonly shortId: string;
    /** `env_…` */
    readonly id: string;
    readonly state: "draft" | "sent" | "sealing" | "completed" | "declined" | "voided" | "expired";
    readonly level: "B-B" | "B-T" | "B-LT" | "B-LTA";
    readonly order: Order;
  };
  readonly organizationName: string;
  /** Of a workspace for trials. */
  readonly isTest?: boolean;
  readonly sender: { readonly name: PersonalValue; readonly email: PersonalValue };
  readonly documents: readonly TrailDocument[];
  readonly recipients: readonly TrailRecipient[];
  readonly fields: readonly TrailField[];
  readonly signatures: readonly TrailSignature[];
  /** The organization's, with which it certifies and seals. */
  readonly sealCertificate: CertificateFacts | null;
  /** Of authorities and time-stamp authorities that the others lead to. */
  readonly authorities: readonly CertificateFacts[];
  readonly keeping: KeepingFacts;
  /** Of the keys behind the organization's certificates that signed here, in the order of those. */
  readonly sealKeys: readonly SealKeyFacts[];
  /** The whole chain, in order. */
  readonly entries: readonly TrailEntry[];
  /** Position of the first entry that does not hold; null when all do. */
  readonly brokenAt: number | null;
  /** Of the local times: a name of the IANA database. */
  readonly timeZone: string;
  /** When this trail is made. */
  readonly createdAt: Date;
  /** The program and its version: `Whereof 0.1.0`. */
  readonly generator: string;
  /** Where anybody can check the documents. */
  readonly verifyAddress: string;
}
