import type { ByteSource } from "#lib/bytes.ts";
import { toHex } from "#lib/bytes.ts";
import { digestsOf } from "#lib/pdf/changes/digests.ts";
import { historyOf } from "#lib/pdf/changes.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { CERTIFICATION_FIELD, SEAL_FIELD } from "#lib/signing/core/pdf-form.ts";
import type { PackageSignature } from "./core/package/package-facts.ts";
import { collectEvidence, withTokens } from "./core/validation/collect-evidence.ts";
import { readContents } from "./core/validation/read-contents.ts";

/** What a document carries for its own validation, taken out of it. */
export interface DocumentEvidence {
  readonly signatures: readonly PackageSignature[];
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

/**
 * Takes signatures, time-stamps, certificates and revocation data out of a PDF, in the order of the file.
 *
 * @param source hostile: run it in a sandbox. @throws what reading a PDF throws
 */
export function readSignatures(source: ByteSource): DocumentEvidence {
  const history = historyOf(source);
  const found = history.signatures.flatMap((signature) => {
    const contents = signature.faults.length > 0 ? null : readContents(history.file, signature);
    if (!contents || !signature.byteRange || (contents.kind !== "cms" && contents.kind !== "timestamp"))
      return [];
    const cms = contents.kind === "cms" ? contents.cms : contents.token.cms;
    return [{ signature, cms, isTimestamp: contents.kind === "timestamp" }];
  });
  const digests = digestsOf(
    source,
    found.map(({ signature }) => ({ byteRange: signature.byteRange!, algorithm: "sha256" })),
  );
  const placed = found.flatMap(({ cms, signature }) => withTokens({ cms, position: signature.end! }));
  const { certificates, crls, ocspResponses } = collectEvidence(
    history,
    found.map(({ cms, signature }) => ({ cms, position: signature.end! })),
  );
  const ders = (items: readonly { readonly der: Uint8Array }[]) => distinct(items.map(({ der }) => der));
  return {
    signatures: found.map(({ signature, cms, isTimestamp }, index) => ({
      field: signature.field.name,
      kind: isTimestamp ? "timestamp" : kindOf(signature.field.name),
      byteRange: signature.byteRange!,
      cms: cms.der,
      tokens: cms.signers.flatMap(({ unsignedAttributes }) =>
        unsignedAttributes
          .filter(({ oid }) => oid === OID.signatureTimestamp)
          .flatMap(({ values }) => values),
      ),
      coveredSha256: toHex(digests[index]!),
    })),
    certificates: distinct([
      ...certificates.map(({ der }) => der),
      ...placed.flatMap(({ cms }) => [...cms.certificates]),
    ]),
    crls: ders(crls),
    ocspResponses: ders(ocspResponses),
  };
}

function kindOf(field: string): PackageSignature["kind"] {
  if (field === CERTIFICATION_FIELD) return "certification";
  return field === SEAL_FIELD ? "seal" : "signature";
}

const distinct = (ders: readonly Uint8Array[]): Uint8Array[] => [
  ...new Map(ders.map((der) => [toHex(der), new Uint8Array(der)])).values(),
];
