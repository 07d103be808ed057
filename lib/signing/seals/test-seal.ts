import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { fileKeyTest } from "../key-tests/file-test.ts";
import { offerToRotation } from "../offer-to-rotation.ts";
import { type TrialOutcome, trySealing } from "../try-sealing.ts";
import { whenGone } from "./make-seal-key.ts";
import { type BroughtSealRow, changeBroughtSeal, loadBroughtSeal } from "./store.ts";
import { testFacts } from "./test-facts.ts";

/**
 * Signs a small document of our own with a brought key, to the level of this installation, and has it validated field
 * by field. What does not hold is a finding on record; only a provider that is away is tried again.
 *
 * @throws keys/unavailable, timestamps/unavailable
 */
export async function testSeal(ctx: WorkerContext, input: { readonly sealId: string }): Promise<void> {
  requireSystem(ctx);
  const { sealId } = input;
  const row = await inTransaction(ctx, (ctx) => loadBroughtSeal(ctx, sealId)).catch(whenGone);
  if (row?.state !== "certified" || row.checks !== null) return;
  const { checks, documentSha256 } = await signAndCheck(ctx, row);
  await inTransaction(ctx, async (ctx) => {
    const now = await loadBroughtSeal(ctx, sealId, true).catch(whenGone);
    const isSame = now?.state === "certified" && now.certificateSha256 === row.certificateSha256;
    if (!isSame || now.checks !== null) return;
    // Level B-B has no time-stamp: then our clock says when.
    const time = checks.find(({ code }) => code === "time");
    const provenAt = time ? (time.isGood ? time.found : null) : ctx.now().toISOString();
    const {
      seal,
      passed: _,
      ...facts
    } = testFacts(row, {
      ...{ isPassed: true, documentSha256, level: ctx.runtime.config.level },
    });
    const report = await fileKeyTest(
      ctx,
      {
        ...{ ...facts, subject: seal, occasion: "brought", provenAt },
        ...{ provider: row.provider!, certificate: row.certificateSha256! },
      },
      checks.map(({ code, ...check }) => ({ name: code, ...check })),
    );
    const { isPassed } = report;
    await changeBroughtSeal(ctx, sealId, {
      ...{ checks, testId: report.id, testEventId: report.eventId, waitingFor: null },
      ...(isPassed ? { state: "tested" as const } : {}),
    });
    await offerToRotation(ctx, sealId);
  });
}

async function signAndCheck(ctx: WorkerContext, row: BroughtSealRow): Promise<TrialOutcome> {
  const provider = ctx.runtime.keys.provider(row.provider!);
  return trySealing(ctx, {
    open: () => provider.open(row.keyId!, row.algorithm as KeyAlgorithm),
    certificateId: row.id as CertificateId,
    certificateDer: row.certificateDer!,
    chain: certificatesFromPem(row.chainPem!),
  });
}
