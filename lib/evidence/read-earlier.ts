import { type ByteSource, concatSource, sourceOf } from "#lib/bytes.ts";
import type {
  EarlierCertificate,
  EarlierSignature,
  KeepProblem,
} from "#lib/envelopes/core/documents/earlier-signatures.ts";
import { isRefusal } from "#lib/errors.ts";
import { addSignatureFields } from "#lib/pdf/add-fields.ts";
import { restrictionsOf } from "#lib/pdf/changes/permission.ts";
import { historyOf } from "#lib/pdf/changes.ts";
import type { ProductField } from "#lib/pdf/fields.ts";
import { fieldsOf } from "#lib/pdf/form.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import { completeSignature, prepareSignature } from "#lib/pdf/signature.ts";
import { CERTIFICATION_FIELD, SEAL_FIELD } from "#lib/signing/core/pdf-form.ts";
import type { ValidationTerms } from "./core/validation/check-signatures.ts";
import { isIntact } from "./core/validation/earlier-verdict.ts";
import type { SignatureView } from "./core/validation/validation-report.ts";
import { readSignatures } from "./read-signatures.ts";
import { validateDocument } from "./validate-document.ts";

/** What is taken out of other documents before they are sent, and may stay here: it is drawn the same. */
const HARMLESS_CHANGES = new Set(["signatures-flattened", "form-flattened"]);

export interface EarlierReading {
  readonly signatures: readonly EarlierSignature[];
  /** Null when others can sign the same file. */
  readonly problem: KeepProblem | null;
}

/**
 * Reads the signatures of a file that somebody uploads to have it signed by others, and tries whether these can be made
 * in the same file: fields and a signature are appended, and our own verifier has to find nothing in them that one of
 * the earlier signatures forbids.
 *
 * @param source hostile: run it in a sandbox. @param changes what a clean copy of it lost. @param seed 32 random bytes.
 */
export function readEarlier(
  source: ByteSource,
  terms: ValidationTerms,
  changes: Readonly<Record<string, number>>,
  seed: Uint8Array,
): EarlierReading {
  const report = validateDocument(source, { ...terms, name: null });
  const signatures = report.signatures.map(described);
  const isSound =
    signatures.length > 0 &&
    signatures.every((one) => one.isIntact && one.verdict !== "failed") &&
    report.findings.every(({ severity }) => severity !== "error");
  const problem = isSound ? problemOf(source, changes, seed) : "broken";
  return { signatures, problem };
}

function problemOf(
  source: ByteSource,
  changes: Readonly<Record<string, number>>,
  seed: Uint8Array,
): KeepProblem | null {
  try {
    const file = PdfFile.open(source);
    if (file.condition.isDamaged || file.condition.isEncrypted) return "unsupported";
    const history = historyOf(source);
    // Each has to be read again when status is collected for it.
    if (!history.isReadable || readSignatures(source).signatures.length !== history.signatures.length)
      return "unsupported";
    const names = new Set([...fieldsOf(file)].map(({ name }) => name));
    if (allowsNothing(history)) return "certified";
    if (!isAllowed(source, file, names, seed)) return "closed";
    if (Object.entries(changes).some(([code, count]) => count > 0 && !HARMLESS_CHANGES.has(code)))
      return "unclean";
    if (file.resolve(file.dict(file.catalog.get("AcroForm"))?.get("NeedAppearances")) === true)
      return "unclean";
    return [...names].some((name) => OURS.test(name)) ? "unsupported" : null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error.code === "pdf/no-changes-allowed" ? "certified" : "unsupported";
  }
}

const OURS = new RegExp(`^(${CERTIFICATION_FIELD}|${SEAL_FIELD}|Signer\\d+)(_|\\.|$)`);

const trialField = (name: string, box: ProductField["box"]): ProductField => ({
  ...{ name, box, kind: "signature", page: 0, label: name, isRequired: false },
});

/** Certified, or locked with the last signature, at level 1. */
const allowsNothing = ({ file, signatures }: ReturnType<typeof historyOf>): boolean =>
  signatures.some((signature) => restrictionsOf(signature, file).level === 1);

/** Fields as they would be added, one of them signed: nothing of it may be forbidden, nor unclear. */
function isAllowed(source: ByteSource, file: PdfFile, names: ReadonlySet<string>, seed: Uint8Array): boolean {
  const free = (name: string): string => (names.has(name) ? free(`${name}x`) : name);
  const [hidden, shown] = [free("HiddenTrial"), free("ShownTrial")];
  const fields = [trialField(hidden, null), trialField(shown, { x: 0.1, y: 0.1, width: 0.2, height: 0.1 })];
  const prepared = concatSource(source, sourceOf(addSignatureFields(file, fields, seed)));
  const plan = { fieldName: shown, at: new Date(0), signerName: "", seed };
  const trial = prepareSignature(PdfFile.open(prepared), plan);
  const signed = concatSource(prepared, sourceOf(completeSignature(trial, new Uint8Array([0x30, 0]))));
  const { revisions, isReadable } = historyOf(signed);
  return (
    isReadable && revisions.every(({ changes }) => changes.every(({ verdict }) => verdict === "allowed"))
  );
}

function described(signature: SignatureView): EarlierSignature {
  const { kind, verdict, subIndication, signer, claims, time, level } = signature;
  return {
    ...{ kind, verdict, level, isIntact: isIntact(signature) },
    reason: verdict === "passed" ? null : subIndication,
    name: (signer?.name || claims.name) ?? "",
    certificate: signer && certificateOf(signer),
    at: time.provenAt ?? claims.at,
    isTimeProven: time.provenAt !== null,
  };
}

const certificateOf = ({
  subject,
  issuer,
  serial,
  sha256,
  notBefore,
  notAfter,
}: NonNullable<SignatureView["signer"]>): EarlierCertificate => ({
  ...{ subject, issuer, serial, notBefore, notAfter, sha256: sha256 ?? "" },
});
