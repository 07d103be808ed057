import type { SealCheck } from "#db/schema/seals.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { CertificateId } from "#lib/ids.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import type { SigningKey } from "#lib/ports/keys.ts";
import { sealChecks, TEST_FIELD, TEST_REASON } from "./core/seal-checks.ts";
import { sealFileWith } from "./seal-file.ts";
import { loadSettings } from "./store.ts";

const TIMEOUT_MS = 60_000;

export interface TrialKey {
  open(): Promise<SigningKey>;
  readonly certificateId: CertificateId;
  readonly certificateDer: Uint8Array;
  /** Those above it, up to where its chain ends. */
  readonly chain: readonly Uint8Array[];
}

export interface TrialOutcome {
  readonly checks: readonly SealCheck[];
  /** Null when none came of it. */
  readonly documentSha256: string | null;
}

/**
 * Seals a small document of our own with a key, to the level of this installation, and has it validated field by
 * field. What does not hold of key and certificate is a finding; only what is away is thrown.
 *
 * @throws keys/unavailable, timestamps/unavailable
 */
export async function trySealing(ctx: WorkerContext, trial: TrialKey): Promise<TrialOutcome> {
  const { runtime } = ctx;
  const { level } = runtime.config;
  const { certificateDer, certificateId: id, chain } = trial;
  const { name: organizationName } = await inTransaction(ctx, loadSettings);
  const chainPem = (chain.length > 0 ? chain : [certificateDer]).map((der) => toPem(der)).join("");
  const base = await runtime.sandbox.run(
    "sealTestPage",
    { organizationName, certificateDer, chainPem, at: ctx.now(), seed: runtime.random(32) },
    { timeoutMs: TIMEOUT_MS },
  );
  const startedAt = ctx.now();
  try {
    const key = await trial.open();
    const plan = { fieldName: TEST_FIELD, reason: TEST_REASON, level };
    const certificate = { id, der: certificateDer, chain };
    const { bytes } = await sealFileWith(ctx, { key, certificate, organizationName }, base, plan);
    const { roots, crls } = await publishedTrust(runtime);
    const anchors = [...roots, chain.at(-1) ?? certificateDer];
    const report = await runtime.sandbox.run(
      "validateBytes",
      { bytes, name: null, anchors, crls, now: ctx.now() },
      { timeoutMs: TIMEOUT_MS },
    );
    const documentSha256 = toHex(sha256(bytes));
    const wanted = { level, organizationName, documentSha256, startedAt, endedAt: ctx.now() };
    const certificateSha256 = toHex(sha256(certificateDer));
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
  "master-key/mismatch": "key",
};
