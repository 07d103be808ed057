import type { Content } from "#lib/pdf/page-layout/flow.ts";
import type { TrailSignature } from "./audit-trail-facts.ts";
import { shortNames } from "./event-words.ts";
import { utcWords } from "./instant-words.ts";
import { hash, strong, type Telling, text } from "./telling.ts";
import { visible } from "./trail-words.ts";

export interface SignatureRow {
  readonly field: readonly Content[];
  readonly timestamp: readonly Content[];
  readonly certificate: readonly Content[];
  /** What it covers, whether it is intact, and the certificate's status at the time of signing. */
  readonly finding: readonly Content[];
}

export interface SignedDocument {
  readonly document: string;
  readonly rows: readonly SignatureRow[];
}

/** The signatures found in each document, in the order of the file. */
export function signedDocuments(telling: Telling): SignedDocument[] {
  const { documents, signatures } = telling.facts;
  const shortened = shortNames(signatures.map(({ by }) => by));
  return documents.flatMap(({ id, name }) => {
    const rows = signatures
      .filter(({ documentId }) => documentId === id)
      .map((found) => signatureRow(telling, { ...found, by: shortened(found.by) }));
    return rows.length > 0 ? [{ document: telling.personal(name), rows }] : [];
  });
}

function signatureRow(telling: Telling, found: TrailSignature): SignatureRow {
  const { words, personal, local } = telling;
  const { kind, field, by, certificateSha256, timestampAt } = found;
  const localAt = timestampAt && local(timestampAt);
  return {
    field: [
      strong(words(`integrity.kinds.${kind}`)),
      text(personal(by)),
      text(words("integrity.fieldBy", { field: visible(field) })),
    ],
    timestamp: timestampAt
      ? [text(utcWords(timestampAt)), ...(localAt === null ? [] : [text(localAt)])]
      : [text(words("integrity.noTimestamp"))],
    certificate: certificateSha256 ? [hash(certificateSha256)] : [text(words("words.none"))],
    finding: findingOf(telling, found),
  };
}

function findingOf({ words }: Telling, { covers, isIntact, status }: TrailSignature): Content[] {
  const { bytes, isWholeFile, revision } = covers;
  const intact = isIntact === null ? "unchecked" : isIntact ? "intact" : "changed";
  const covered = words(isWholeFile ? "integrity.wholeFile" : "integrity.upTo", { bytes });
  const known = status
    ? words(`integrity.statuses.${status.result}`, {
        source: words(`integrity.sources.${status.source}`),
        at: utcWords(status.at),
      })
    : words("integrity.noStatus");
  const revisionWords = revision === null ? "" : words("integrity.revision", { revision });
  return [text(`${covered}${revisionWords}`), text(words(`integrity.${intact}`)), text(known)];
}
