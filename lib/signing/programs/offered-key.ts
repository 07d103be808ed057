import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import type { KeyRow } from "./store.ts";

/** A key of the organization that programs may sign with. */
export interface OfferedKey {
  readonly id: string;
  /** On its certificate. */
  readonly name: string;
  readonly algorithm: KeyAlgorithm;
  readonly provider: string;
  readonly notAfter: Date;
  readonly isActive: boolean;
}

/** Whether a key could sign a hash now: not blocked, not revoked, its certificate valid. */
export function isUsable({ key, certificate, revokedAt }: KeyRow, now: Date): boolean {
  return !key.blockedAt && !revokedAt && certificate.notAfter > now;
}

export const offeredKey = ({ key, certificate }: KeyRow): OfferedKey => ({
  ...{ id: key.id, provider: key.provider, isActive: key.isActive, notAfter: certificate.notAfter },
  name: shortName(parseCertificate(certificate.der).subject),
  algorithm: key.algorithm as KeyAlgorithm,
});
