import type { SealCheck } from "#db/schema/seals.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { CertificateId } from "#lib/ids.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { sealChecks, TEST_FIELD, TEST_REASON } from "../core/seal-checks.ts";
import { sealFileWith } from "../seal-file.ts";
import { loadSettings } from "../store.ts";
import { whenGone } from "./make-seal-key.ts";
import { type BroughtSealRow, changeBroughtSeal, loadBroughtSeal } from "./store.ts";

const TIMEOUT_MS = 60_000;

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
    const isPassed = checks.every(({ isGood }) => isGood);
    const { id } = await appendEvent(ctx, {
      type: "seal.tested",
      envelopeId: null,
      data: testFacts(row, { isPassed, documentSha256, level: ctx.runtime.config.level }),
    });
    await changeBroughtSeal(ctx, sealId, {
      ...{ checks, testEventId: id, waitingFor: null },
      ...(isPassed ? { state: "tested" as const } : {}),
    });
  });
}

/** What the audit event of a test says. Before a key seals, the event is read again and must say just this. */
export function testFacts(
  { id, provider, algorithm, certificateSha256 }: BroughtSealRow,
  outcome: { readonly isPassed: boolean; readonly documentSha256: string | null; readonly level: string },
) {
  const { isPassed, documentSha256, level } = outcome;
  return {
    ...{ seal: id, provider, algorithm, certificate: certificateSha256 },
    ...{ level, passed: isPassed, document: documentSha256 },
  };
}

interface Outcome {
  readonly checks: readonly SealCheck[];
  /** Null when none came of it. */
  readonly documentSha256: string | null;
}

async function signAndCheck(ctx: WorkerContext, row: BroughtSealRow): Promise<Outcome> {
  const { runtime } = ctx;
  const { level } = runtime.config;
  const { name: organizationName } = await inTransaction(ctx, loadSettings);
  const chain = certificatesFromPem(row.chainPem!);
  const page = {
    organizationName,
    certificateDer: row.certificateDer!,
    chainPem: row.chainPem!,
    at: ctx.now(),
  };
  const base = await runtime.sandbox.run(
    "sealTestPage",
    { ...page, seed: runtime.random(32) },
    { timeoutMs: TIMEOUT_MS },
  );
  const key = await runtime.keys.provider(row.provider!).open(row.keyId!, row.algorithm as KeyAlgorithm);
  const certificate = { id: row.id as CertificateId, der: row.certificateDer!, chain };
  const startedAt = ctx.now();
  try {
    const plan = { fieldName: TEST_FIELD, reason: TEST_REASON, level };
    const { bytes } = await sealFileWith(ctx, { key, certificate, organizationName }, base, plan);
    const { roots, crls } = await publishedTrust(runtime);
    const anchors = [...roots, chain.at(-1) ?? row.certificateDer!];
    const report = await runtime.sandbox.run(
      "validateBytes",
      { bytes, name: null, anchors, crls, now: ctx.now() },
      { timeoutMs: TIMEOUT_MS },
    );
    const documentSha256 = toHex(sha256(bytes));
    const wanted = { level, organizationName, documentSha256, startedAt, endedAt: ctx.now() };
    const certificateSha256 = row.certificateSha256!;
    return { checks: sealChecks(report, { ...wanted, certificateSha256 }), documentSha256 };
  } catch (error) {
    const finding = isRefusal(error) ? FINDINGS[error.code] : undefined;
    if (!finding) throw error;
    const check = { code: finding, isGood: false, wanted: "good", found: (error as Error).message };
    return { checks: [check], documentSha256: null };
  }
}

/** Refusals that say something of the certificate and the key, and not of the moment. */
const FINDINGS: Readonly<Record<string, string>> = {
  "pki/status-unavailable": "status",
  "pki/key-mismatch": "key",
  "keys/not-found": "key",
  "keys/not-permitted": "key",
  "keys/unsupported-algorithm": "key",
  "keys/remote-secret-refused": "key",
  "keys/remote-credential-locked": "key",
  "keys/remote-person-needed": "key",
  "keys/remote-refused": "key",
};
