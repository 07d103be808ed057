import { appendEvent } from "#lib/audit/append-event.ts";
import { readEvent } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { auditFields, isPassed, type TestCheck, type TestFacts } from "../core/key-test.ts";
import { signingError } from "../errors.ts";
import { type KeyTestRow, loadKeyTest, saveKeyTest } from "./store.ts";

/**
 * Puts a test signing on record, reads the event back, and files which required audit fields are there. Call it in the
 * transaction that keeps what the test was of.
 */
export async function fileKeyTest(
  ctx: Context,
  facts: Omit<TestFacts, "outcome">,
  checks: readonly TestCheck[],
): Promise<KeyTestRow> {
  const { subject, ...told } = facts;
  const outcome = checks.length > 0 && checks.every(({ isGood }) => isGood);
  const data = { seal: subject, ...told, passed: outcome };
  const event = await appendEvent(ctx, { type: "seal.tested", envelopeId: null, data });
  const fields = auditFields(await readEvent(ctx, event.id), { ...facts, outcome });
  const at = ctx.now();
  const row = {
    ...{ organizationId: ctx.organizationId, id: uuidV7(at.getTime(), ctx.runtime.random(10)), subject },
    ...{ occasion: facts.occasion, provider: facts.provider, algorithm: facts.algorithm },
    ...{ certificateSha256: facts.certificate, level: facts.level, documentSha256: facts.document },
    ...{ checks, fields, isPassed: isPassed(checks, fields), eventId: event.id, testedAt: at },
  };
  await saveKeyTest(ctx, row);
  return row;
}

/** @throws signing/seal-not-tested for a key whose report is not there, did not pass or is of another certificate */
export async function requirePassedTest(
  ctx: Context,
  { testId, certificateSha256 }: { readonly testId: string | null; readonly certificateSha256: string },
): Promise<void> {
  const report = testId ? await loadKeyTest(ctx, testId) : null;
  if (!report?.isPassed || report.certificateSha256 !== certificateSha256)
    throw signingError("seal-not-tested", `report ${testId} of certificate ${certificateSha256}`);
}
