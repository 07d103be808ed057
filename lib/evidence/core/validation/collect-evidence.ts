import { isRefusal } from "#lib/errors.ts";
import { validationItems } from "#lib/pdf/changes/dss-rules.ts";
import type { History } from "#lib/pdf/changes.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Cms, parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import type { EvidenceInput, EvidenceItem } from "#lib/pki/core/validation/evidence.ts";

/** A CMS of the file, and the length of the document up to the end of the revision it is in. */
export interface PlacedCms {
  readonly cms: Cms;
  readonly position: number;
}

const MAX_ITEM_BYTES = 16 << 20;
const MAX_TOKENS = 10;

/**
 * Everything a file carries that speaks for or against certificates: its document security store, and what its
 * signatures and time-stamps hold. Each with the place where the document first held it.
 *
 * @throws pdf/too-complex
 */
export function collectEvidence(history: History, signatures: readonly PlacedCms[]): EvidenceInput {
  const { file } = history;
  const found = { certificates: [], crls: [], ocspResponses: [] } as Record<
    keyof EvidenceInput,
    EvidenceItem[]
  >;
  const ends = history.revisions.map(({ contentEnd }) => contentEnd);
  for (const { kind, ref, stream } of validationItems(file).items) {
    const entry = file.xref.entries.get(ref.number);
    const at = entry?.type === "at" ? entry.position : file.source.size;
    const position = ends.find((end) => end > at) ?? file.source.size;
    const der = quietly(() => file.decoded(stream, MAX_ITEM_BYTES));
    if (der) found[kind].push({ der, position });
  }
  for (const { cms, position } of signatures.flatMap(withTokens)) {
    for (const der of cms.crls) found.crls.push({ der, position });
    for (const der of cms.ocspResponses) found.ocspResponses.push({ der, position });
  }
  return found;
}

/** A signature's CMS, and those of the time-stamps on it. */
export function withTokens(placed: PlacedCms): PlacedCms[] {
  const tokens = placed.cms.signers
    .flatMap(({ unsignedAttributes }) => unsignedAttributes)
    .filter(({ oid }) => oid === OID.signatureTimestamp)
    .flatMap(({ values }) => values)
    .slice(0, MAX_TOKENS);
  const read = tokens.flatMap((der) => quietly(() => parseCms(der)) ?? []);
  return [placed, ...read.map((cms) => ({ cms, position: placed.position }))];
}

function quietly<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isRefusal(error) && error.code !== "pdf/too-complex") return null;
    throw error;
  }
}
