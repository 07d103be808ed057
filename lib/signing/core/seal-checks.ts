export const TEST_FIELD = "Seal";
export const TEST_REASON = "Test of a certificate before it seals documents";

/** What is read of a validation report, whose whole form is another room's. */
export interface TestReport {
  readonly verdict: string;
  readonly file: { readonly sha256: string | null };
  readonly signatures: readonly {
    readonly kind: "signature" | "certification" | "timestamp";
    readonly field: string;
    readonly indication: string;
    readonly subIndication: string | null;
    readonly level: string | null;
    readonly signer: { readonly sha256: string | null; readonly name: string } | null;
    readonly trustAnchor: { readonly sha256: string | null } | null;
    readonly claims: { readonly name: string | null; readonly reason: string | null };
    readonly time: { readonly provenAt: string | null };
    readonly coverage: { readonly changesAfter: string; readonly byteRange: readonly number[] | null };
    readonly revocation: readonly { readonly subject: string; readonly status: string }[];
    readonly findings: readonly { readonly severity: string; readonly message: string }[];
  }[];
  readonly findings: readonly { readonly severity: string; readonly message: string }[];
}

export interface WantedTest {
  readonly level: "B-B" | "B-T" | "B-LT" | "B-LTA";
  readonly organizationName: string;
  readonly certificateSha256: string;
  readonly documentSha256: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
}

interface Check {
  readonly code: string;
  readonly isGood: boolean;
  readonly wanted: string;
  readonly found: string;
}

const CLOCK_MS = 300_000;
const NOTHING = "nothing";

/** Every field of a test signature beside what it must be. The key may seal when all of them hold. */
export function sealChecks(report: TestReport, wanted: WantedTest): Check[] {
  const signatures = report.signatures.filter(({ kind }) => kind !== "timestamp");
  const [signature] = signatures;
  const same = (code: string, wanted: string, found: string | null | undefined): Check => ({
    ...{ code, wanted, found: found ?? NOTHING, isGood: wanted === found },
  });
  const reasons = [...report.findings, ...(signature?.findings ?? [])].map(({ message }) => message);
  const judged = [signature?.indication, signature?.subIndication, ...reasons].filter(Boolean).join("; ");
  const archive = report.signatures.filter(({ kind }) => kind === "timestamp").length;
  return [
    same("signatures", "1", String(signatures.length)),
    same("document", wanted.documentSha256, report.file.sha256),
    same("field", TEST_FIELD, signature?.field),
    same("certificate", wanted.certificateSha256, signature?.signer?.sha256),
    same("name", wanted.organizationName, signature?.claims.name),
    same("reason", TEST_REASON, signature?.claims.reason),
    same(
      "changes",
      "none",
      signature?.coverage.changesAfter === "allowed" ? "none" : signature?.coverage.changesAfter,
    ),
    ...(wanted.level === "B-B" ? [] : [timeCheck(signature?.time.provenAt ?? null, wanted)]),
    ...(hasStatus(wanted) ? [same("status", "good", statusIn(signature))] : []),
    ...(wanted.level === "B-LTA" ? [same("archive", "1", String(archive))] : []),
    same("level", levelWords(wanted.level), signature?.level && levelWords(signature.level)),
    {
      code: "validation",
      isGood: report.verdict === "passed",
      wanted: "TOTAL-PASSED",
      found: judged === "" ? report.verdict : judged,
    },
  ];
}

const hasStatus = ({ level }: WantedTest) => level === "B-LT" || level === "B-LTA";

/** Nobody revokes what vouches for itself, or what its authority says is never revoked. */
function statusIn(signature: TestReport["signatures"][number] | undefined): string | undefined {
  const { signer, trustAnchor, revocation } = signature ?? {};
  if (signer && signer.sha256 === trustAnchor?.sha256) return "good";
  const status = revocation?.find(({ subject }) => subject === signer?.name)?.status;
  return status === "not-needed" ? "good" : status;
}

const levelWords = (level: string) => `PAdES ${level}`;

/** Time-stamps come from another clock than ours. */
function timeCheck(provenAt: string | null, { startedAt, endedAt }: WantedTest): Check {
  const at = provenAt === null ? Number.NaN : new Date(provenAt).getTime();
  return {
    code: "time",
    isGood: at >= startedAt.getTime() - CLOCK_MS && at <= endedAt.getTime() + CLOCK_MS,
    wanted: startedAt.toISOString(),
    found: provenAt ?? NOTHING,
  };
}
