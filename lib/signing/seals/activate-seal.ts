import { appendEvent } from "#lib/audit/append-event.ts";
import { readChain, readEvent } from "#lib/audit/read-chain.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type CertificateId, uuidV7 } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { searchTextOf } from "#lib/pki/core/certificates/search-text.ts";
import { signingError } from "../errors.ts";
import { requirePassedTest } from "../key-tests/file-test.ts";
import { requireAllowedPlace } from "../keys/key-policy.ts";
import { requireLife } from "../keys/seal-life.ts";
import { lockSeal } from "../store.ts";
import {
  type BroughtSealRow,
  changeBroughtSeal,
  loadBroughtSeal,
  loadKeyOf,
  retireSeals,
  saveSealCertificate,
  saveSealKey,
} from "./store.ts";
import { testFacts } from "./test-seal.ts";

/**
 * Makes a brought key the organization's seal: from now on it certifies and seals, and no other. Only one whose test
 * signing held, as the audit log says field by field.
 *
 * @throws signing/seal-not-found, seal-not-tested, key-policy-exportable, seal-revoked, seal-expired, seal-ends-soon
 */
export async function activateSeal(ctx: Context, input: { readonly sealId: string }): Promise<void> {
  requirePermission(ctx, "seal.manage");
  const { sealId } = input;
  await inTransaction(ctx, async (ctx) => {
    await lockSeal(ctx);
    const row = await loadBroughtSeal(ctx, sealId, true);
    await requireTested(ctx, row);
    await requireAllowedPlace(ctx, row.provider!);
    if (row.certificateId && (await loadKeyOf(ctx, row.certificateId))?.blockedAt)
      throw signingError("seal-revoked", `the key of seal ${sealId} is blocked`);
    const certificate = parseCertificate(row.certificateDer!);
    const at = ctx.now();
    await requireLife(ctx, { id: sealId, notAfter: certificate.notAfter });
    await retireSeals(ctx);
    const newId = () => uuidV7(at.getTime(), ctx.runtime.random(10));
    const certificateId = row.certificateId ?? (newId() as CertificateId);
    if (row.certificateId === null) await saveSealCertificate(ctx, indexRow(ctx, row, certificateId));
    await saveSealKey(ctx, {
      ...{ organizationId: ctx.organizationId, id: newId(), provider: row.provider!, keyId: row.keyId! },
      ...{ algorithm: row.algorithm, certificateId, isActive: true, createdAt: at },
      ...{ testId: row.testId!, isTested: true },
    });
    await changeBroughtSeal(ctx, sealId, { state: "active", certificateId });
    const data = { seal: sealId, certificate: row.certificateSha256, provider: row.provider };
    await appendEvent(ctx, { type: "seal.activated", envelopeId: null, data });
  });
}

/** @throws signing/seal-not-tested unless the log holds, and its event says of this key what its row says */
async function requireTested(ctx: Context, row: BroughtSealRow): Promise<void> {
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
