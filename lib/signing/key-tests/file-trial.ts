import { sha256, toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { IssuedCertificate } from "#lib/pki/issue-certificate.ts";
import type { SigningKey } from "#lib/ports/keys.ts";
import type { SealTrial } from "../check-seal.ts";
import type { TestOccasion } from "../core/key-test.ts";
import { fileKeyTest } from "./file-test.ts";
import type { KeyTestRow } from "./store.ts";

interface TriedKey {
  /** The key's id on record. */
  readonly subject: string;
  readonly occasion: TestOccasion;
  readonly provider: string;
  readonly key: Pick<SigningKey, "algorithm">;
  readonly certificate: Pick<IssuedCertificate, "der">;
}

/** Files the report of a trial signature with a key of ours: a text with a time-stamp, which is level B-T. */
export async function fileTrial(ctx: Context, trial: SealTrial, tried: TriedKey): Promise<KeyTestRow> {
  const { subject, occasion, provider, key, certificate } = tried;
  const { documentSha256: document, provenAt, checks } = trial;
  return fileKeyTest(
    ctx,
    {
      ...{ subject, occasion, provider, algorithm: key.algorithm, document, provenAt, level: "B-T" },
      certificate: toHex(sha256(certificate.der)),
    },
    checks.map(({ name, isGood, found }) => ({ name, isGood, wanted: null, found })),
  );
}
