import { isRefusal } from "#lib/errors.ts";
import type { SignatureInFile } from "#lib/pdf/changes.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import type { DigestAlgorithm } from "#lib/pki/core/algorithms.ts";
import { type Cms, digestNeededBy, parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { type CmsRules, PADES_RULES, PKCS7_RULES } from "#lib/pki/core/cms/verify-cms.ts";
import { parseTimestampToken, type TimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";

/** What a signature's Contents hold, by its SubFilter (ISO 32000-2 §12.8.3, table 260). */
export type SignatureContents =
  | {
      readonly kind: "cms";
      readonly cms: Cms;
      readonly rules: CmsRules;
      /** Of the covered bytes; null when none is needed that is accepted. */
      readonly digest: DigestAlgorithm | null;
      /** adbe.pkcs7.sha1: what is signed is the SHA-1 of the covered bytes, and it travels inside. */
      readonly isIndirect: boolean;
    }
  | {
      readonly kind: "timestamp";
      readonly token: TimestampToken;
      readonly tokenDer: Uint8Array;
      readonly digest: DigestAlgorithm | null;
    }
  | { readonly kind: "broken"; readonly message: string }
  | { readonly kind: "unsupported"; readonly message: string };

const INDIRECT_RULES: CmsRules = { ...PKCS7_RULES, isDetached: false };

/** @param file the newest revision. Nothing in the signature makes it throw. */
export function readContents(file: PdfFile, { dict, contents }: SignatureInFile): SignatureContents {
  const subFilter = file.name(dict.get("SubFilter"));
  try {
    switch (subFilter) {
      case "ETSI.CAdES.detached":
        return readCms(parseCms(contents), PADES_RULES);
      case "adbe.pkcs7.detached":
        return readCms(parseCms(contents), PKCS7_RULES);
      case "adbe.pkcs7.sha1":
        return readIndirect(parseCms(contents));
      case "ETSI.RFC3161":
        return readTimestamp(contents);
      default:
        return {
          kind: "unsupported",
          message: `signatures of kind ${subFilter ?? "unknown"} are not checked`,
        };
    }
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { kind: "broken", message: error.message };
  }
}

function readCms(cms: Cms, rules: CmsRules): SignatureContents {
  return (
    trailing(cms) ??
    direct(cms) ?? { kind: "cms", cms, rules, digest: digestNeededBy(cms), isIndirect: false }
  );
}

function readIndirect(cms: Cms): SignatureContents {
  const problem = trailing(cms) ?? direct(cms);
  if (problem) return problem;
  return { kind: "cms", cms, rules: INDIRECT_RULES, digest: "sha1", isIndirect: true };
}

function readTimestamp(contents: Uint8Array): SignatureContents {
  const token = parseTimestampToken(contents);
  return (
    trailing(token.cms) ?? { kind: "timestamp", token, tokenDer: contents, digest: token.imprint.digest }
  );
}

const trailing = ({ hasTrailingData }: Cms): SignatureContents | null =>
  hasTrailingData
    ? { kind: "broken", message: "something other than zeros follows the signature value" }
    : null;

/** RFC 5652 allows it, and attributes of another signature could then pose as the content. */
const direct = ({ signers: [signer] }: Cms): SignatureContents | null =>
  signer && !signer.signedAttributes
    ? { kind: "unsupported", message: "the document is signed without signed attributes" }
    : null;
