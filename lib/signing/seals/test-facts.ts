import type { BroughtSealRow } from "./store.ts";

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
