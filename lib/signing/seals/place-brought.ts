import { readChain, readEvent } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { type CertificateId, uuidV7 } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { searchTextOf } from "#lib/pki/core/certificates/search-text.ts";
import { signingError } from "../errors.ts";
import { requirePassedTest } from "../key-tests/file-test.ts";
import {
  type BroughtSealRow,
  changeBroughtSeal,
  findKeyRow,
  loadKeyOf,
  saveSealCertificate,
  saveSealKey,
} from "./store.ts";
import { testFacts } from "./test-facts.ts";

/** @throws signing/seal-not-tested unless the log holds, and its event says of this key what its row says */
export async function requireTested(ctx: Context, row: BroughtSealRow): Promise<void> {
  const isDue = row.state === "tested" || row.state === "replaced";
  if (!isDue || !row.testEventId) throw signingError("seal-not-tested", `seal ${row.id} is ${row.state}`);
  await requirePassedTest(ctx, { testId: row.testId, certificateSha256: row.certificateSha256! });
  const { data, type } = await readEvent(ctx, row.testEventId);
  const outcome = { isPassed: true, documentSha256: String(data.document), level: String(data.level) };
  const wanted: Record<string, unknown> = testFacts(row, outcome);
  const differs = Object.keys(wanted).filter((field) => wanted[field] !== data[field]);
  const { brokenAt } = await readChain(ctx, null);
  if (type !== "seal.tested" || differs.length > 0 || brokenAt !== null)
    throw signingError("seal-not-tested", `event ${row.testEventId} differs in ${differs.join(", ")}`);
}

/** @throws signing/seal-revoked where the key of this certificate may sign no more */
export async function requireNotBlocked(ctx: Context, row: BroughtSealRow): Promise<void> {
  if (row.certificateId && (await loadKeyOf(ctx, row.certificateId))?.blockedAt)
    throw signingError("seal-revoked", `the key of seal ${row.id} is blocked`);
}

/**
 * Puts a tested key with its certificate where seals are looked for, in use or to be put in use later.
 *
 * @returns the key's id there
 */
export async function placeBrought(
  ctx: Context,
  row: BroughtSealRow,
  { isActive }: { readonly isActive: boolean },
): Promise<{ readonly keyId: string; readonly certificateId: CertificateId }> {
  const at = ctx.now();
  const newId = () => uuidV7(at.getTime(), ctx.runtime.random(10));
  const certificateId = row.certificateId ?? (newId() as CertificateId);
  if (row.certificateId === null) await saveSealCertificate(ctx, indexRow(ctx, row, certificateId));
  const known = isActive || row.certificateId === null ? null : await findKeyRow(ctx, certificateId);
  const keyId = known?.id ?? newId();
  if (!known)
    await saveSealKey(ctx, {
      ...{ organizationId: ctx.organizationId, id: keyId, provider: row.provider!, keyId: row.keyId! },
      ...{ algorithm: row.algorithm, certificateId, isActive, createdAt: at },
      ...{ testId: row.testId!, isTested: true },
    });
  await changeBroughtSeal(ctx, row.id, { certificateId, ...(isActive ? { state: "active" } : {}) });
  return { keyId, certificateId };
}

function indexRow(ctx: Context, row: BroughtSealRow, id: CertificateId) {
  const certificate = parseCertificate(row.certificateDer!);
  const { subject, issuer, serialHex, sha256, notBefore, notAfter, der } = certificate;
  const searchText = searchTextOf(certificate);
  return {
    ...{
      organizationId: ctx.organizationId,
      id,
      kind: "seal" as const,
      authorityId: null,
      chainPem: row.chainPem,
    },
    ...{ serial: serialHex, subject: subject.text, issuer: issuer.text, sha256, der, searchText },
    ...{ notBefore, notAfter, createdAt: ctx.now() },
  } as const;
}
