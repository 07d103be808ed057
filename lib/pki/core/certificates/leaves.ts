import { encodeEmail, encodeTelephone } from "#lib/pki/core/asn1/general-names.ts";
import type { NameParts } from "#lib/pki/core/asn1/names.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import { issuerWith } from "#lib/pki/core/certificates/authorities.ts";
import {
  type CertificateDraft,
  draftCertificate,
  type Issuer,
  type Pointers,
  signCertificate,
} from "#lib/pki/core/certificates/draft-certificate.ts";
import {
  AUTHENTICATION_POLICIES,
  type AuthenticationMethod,
  PROFILES,
} from "#lib/pki/core/certificates/profiles.ts";
import type { SigningKey } from "#lib/ports/keys.ts";

export interface SignerRequest {
  /** As signed; at most 64 characters. */
  readonly commonName: string;
  /** The person's id towards this organization: PrintableString, at most 64 characters. */
  readonly pairwiseId: string;
  /** Where they were reached: a mail address, or a telephone number in E.164. */
  readonly email: string;
  /** Every way in which the person was authenticated; at least one. */
  readonly methods: readonly AuthenticationMethod[];
  /** SHA-256 of the audit event that authorizes the certificate, 32 bytes. */
  readonly authorizingEventSha256: Uint8Array;
  /** SubjectPublicKeyInfo of the signer's fresh P-256 key, DER. */
  readonly publicKey: Uint8Array;
  /** 16 random bytes. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly pointers: Pointers;
  /** For a workspace where things are tried out. */
  readonly isTest?: boolean;
}

export interface SealRequest {
  /** `O` and `CN`; country first where given. */
  readonly name: NameParts;
  readonly publicKey: Uint8Array;
  /** 16 random bytes. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly pointers: Pointers;
  /** For a workspace where things are tried out. */
  readonly isTest?: boolean;
}

/** An authority's certificate, DER, and its key. */
export interface IssuingAuthority {
  readonly certificateDer: Uint8Array;
  readonly key: SigningKey;
}

/**
 * A signer's certificate, up to its signature: 24 hours, content commitment only.
 *
 * @throws pki/profile-broken, pki/name-unfit
 * @see RFC 9336 (document signing), RFC 9598 (addresses beyond ASCII)
 */
export function draftSigner(request: SignerRequest, issuing: Issuer): CertificateDraft {
  const { commonName, pairwiseId, email, methods, isTest, ...rest } = request;
  return draftCertificate(
    {
      ...rest,
      profile: PROFILES.signer,
      subject: [
        ["serialNumber", pairwiseId],
        ["CN", commonName],
      ],
      alternativeNames: [
        email.startsWith("+") && !email.includes("@") ? encodeTelephone(email) : encodeEmail(email),
      ],
      policies: [...new Set(methods)]
        .map((method): string => AUTHENTICATION_POLICIES[method])
        .concat(testPolicies(isTest)),
    },
    issuing,
  );
}

/**
 * The certificate of an organization's seal, up to its signature: 3 years.
 *
 * @throws pki/profile-broken, pki/name-unfit
 */
export function draftSeal({ name, isTest, ...rest }: SealRequest, issuing: Issuer): CertificateDraft {
  const policies = [WHEREOF_OID.sealPolicy, ...testPolicies(isTest)];
  return draftCertificate({ ...rest, profile: PROFILES.seal, subject: name, policies }, issuing);
}

const testPolicies = (isTest = false): string[] => (isTest ? [WHEREOF_OID.testPolicy] : []);

/**
 * Drafts and signs at once, where no record is needed in between.
 *
 * @returns DER.
 * @throws as `draftSigner`, `signCertificate`
 */
export const issueSigner = (
  request: SignerRequest,
  { certificateDer, key }: IssuingAuthority,
): Promise<Uint8Array> => signCertificate(draftSigner(request, issuerWith(certificateDer, key)), key);

/**
 * Drafts and signs at once, where no record is needed in between.
 *
 * @returns DER.
 * @throws as `draftSeal`, `signCertificate`
 */
export const issueSeal = (
  request: SealRequest,
  { certificateDer, key }: IssuingAuthority,
): Promise<Uint8Array> => signCertificate(draftSeal(request, issuerWith(certificateDer, key)), key);
