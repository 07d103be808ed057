import { equalBytes, sha256 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { utcWords } from "#lib/evidence/core/instant-words.ts";
import { digestOf } from "#lib/pki/core/algorithms.ts";
import { type Cms, digestNeededBy, parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { CADES_RULES } from "#lib/pki/core/cms/verify-cms.ts";
import type { Finding, Indication } from "#lib/pki/core/findings.ts";
import { parseTimestampResponse } from "#lib/pki/core/timestamps/timestamp-response.ts";
import { readEvidence } from "#lib/pki/core/validation/evidence.ts";
import type { ValidationContext } from "#lib/pki/core/validation/judge.ts";
import { validateSignature } from "#lib/pki/core/validation/validate-signature.ts";
import { type TimestampReport, validateTimestamps } from "#lib/pki/core/validation/validate-timestamps.ts";
import { ASIC_MEDIA_TYPE, asicManifest } from "./asic.ts";
import {
  ASIC_MANIFEST,
  ASIC_SIGNATURE,
  MANIFEST,
  MANIFEST_SIGNATURE,
  MANIFEST_TIMESTAMP,
  MIMETYPE,
  ROOT_STATUS,
  SEAL_STATUS,
} from "./names.ts";
import { CheckNotes, type PackageCheck } from "./package-report.ts";
import { bytesOf, type PackageView, textOf } from "./package-view.ts";

const VERDICTS = {
  "TOTAL-PASSED": "passed",
  "TOTAL-FAILED": "failed",
  INDETERMINATE: "indeterminate",
} as const satisfies Record<Indication, string>;

/** What the time-stamp over the list covers stands before this place, the signature on the list after it. */
const LISTED = 1;

/** The organization's signature on the list, and its time-stamps. */
export function checkManifest(view: PackageView): PackageCheck {
  const notes = new CheckNotes("Signature on the list of files");
  const cms = readCms(view, MANIFEST_SIGNATURE, notes);
  if (cms) {
    const context = contextOf(view, cms);
    const stamp = checkTimestamp(view, context, notes);
    const content = { name: MANIFEST, bytes: view.manifestBytes };
    checkSignature(view, cms, content, stamp ? [stamp] : [], context, notes);
  }
  return notes.check;
}

/** What makes the package an ASiC-E container; nothing for one that was made before packages were that. */
export function checkContainer(view: PackageView): PackageCheck[] {
  const { members, manifest } = view;
  const isListed = manifest.files.some(({ name }) => name === MIMETYPE);
  if (!isListed && !members.has(ASIC_MANIFEST) && !members.has(ASIC_SIGNATURE)) return [];
  const notes = new CheckNotes("Signature on the package as an ASiC-E container");
  const [list, cms, timestamp] = [ASIC_MANIFEST, MANIFEST_SIGNATURE, MANIFEST_TIMESTAMP].map((name) =>
    bytesOf(view, name),
  );
  if (textOf(view, MIMETYPE) !== ASIC_MEDIA_TYPE || members.keys().next().value !== MIMETYPE)
    notes.fails(`The package does not begin with ${MIMETYPE}, or that does not say ${ASIC_MEDIA_TYPE}.`);
  const expected =
    cms && timestamp ? asicManifest(manifest.files, { manifest: view.manifestBytes, cms, timestamp }) : null;
  if (!list || !expected || !equalBytes(list, expected))
    notes.fails(`${ASIC_MANIFEST} does not list the files of this package with their hashes.`);
  const signature = readCms(view, ASIC_SIGNATURE, notes);
  if (list && signature) {
    const content = { name: ASIC_MANIFEST, bytes: list };
    const context = contextOf(view, signature);
    // What is known of the seal lies in the package: the time-stamp over its list says since when.
    const stamp = checkTimestamp(view, context, new CheckNotes(MANIFEST_TIMESTAMP));
    checkSignature(view, signature, content, stamp ? [stamp] : [], context, notes);
  }
  return [notes.check];
}

function readCms(view: PackageView, name: string, notes: CheckNotes): Cms | null {
  const bytes = bytesOf(view, name);
  if (!bytes) {
    notes.fails(`${name} is not there: nobody vouches for the list of files.`);
    return null;
  }
  try {
    return parseCms(bytes);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    notes.fails(`${name} cannot be read.`);
    return null;
  }
}

function contextOf(view: PackageView, cms: Cms): ValidationContext {
  const { anchors, now, root, crls } = view;
  const after = (der: Uint8Array) => ({ der, position: null });
  const listed = (name: string) => {
    const der = bytesOf(view, name);
    return der ? [{ der, position: LISTED }] : [];
  };
  const evidence = readEvidence({
    certificates: [...cms.certificates, root.der].map(after),
    crls: [...listed(ROOT_STATUS), ...[...cms.crls, ...crls].map(after)],
    ocspResponses: [...listed(SEAL_STATUS), ...cms.ocspResponses.map(after)],
  });
  // As for documents (docs/decisions/014): the status a time-stamp carries is all there will ever be of it.
  return { anchors, now, evidence, timestampStatusMaxAgeMs: Number.POSITIVE_INFINITY };
}

function checkSignature(
  view: PackageView,
  cms: Cms,
  content: { readonly name: string; readonly bytes: Uint8Array },
  stamps: readonly TimestampReport[],
  context: ValidationContext,
  notes: CheckNotes,
): void {
  const { manifest } = view;
  const digest = digestNeededBy(cms);
  const report = validateSignature(
    {
      cms,
      contentDigest: digest ? digestOf(digest, content.bytes) : new Uint8Array(),
      position: LISTED + 1,
      rules: CADES_RULES,
    },
    stamps,
    context,
  );
  const signer = report.signerCertificate?.subject.parts.findLast(
    ({ attribute }) => attribute === "CN",
  )?.value;
  const organization = report.signerCertificate?.subject.parts.find(
    ({ attribute }) => attribute === "O",
  )?.value;
  notes.of(
    VERDICTS[report.indication],
    report.indication === "TOTAL-PASSED"
      ? `${content.name} was signed by ${signer} and has not changed since; the path of its certificate ends at the certificate that is trusted here, and it was not revoked.`
      : `The signature on ${content.name} ${report.indication === "TOTAL-FAILED" ? "does not hold" : "cannot be confirmed"}: ${faultsOf(report.findings)}.`,
  );
  if (report.signerCertificate && organization !== manifest.envelope.organization)
    notes.isOpen(
      `The list names ${manifest.envelope.organization}; the certificate names ${organization ?? "no organization"}.`,
    );
  for (const token of report.signatureTimestamps)
    notes.of(
      VERDICTS[token.indication],
      token.indication === "TOTAL-PASSED"
        ? `That signature existed on ${utcWords(token.generatedAt!)}: a time-stamp on it says so.`
        : `The time-stamp on that signature ${token.indication === "TOTAL-FAILED" ? "does not hold" : "cannot be confirmed"}: ${faultsOf(token.findings)}.`,
    );
  if (report.signatureTimestamps.length === 0 && report.indication !== "TOTAL-FAILED")
    notes.isOpen("The signature carries no time-stamp.");
}

function checkTimestamp(
  view: PackageView,
  context: ValidationContext,
  notes: CheckNotes,
): TimestampReport | null {
  const bytes = bytesOf(view, MANIFEST_TIMESTAMP);
  const tokenDer = bytes && readToken(bytes);
  if (!tokenDer) {
    notes.fails(`${MANIFEST_TIMESTAMP} is not there or holds no time-stamp.`);
    return null;
  }
  const stamp = { tokenDer, documentDigest: sha256(view.manifestBytes), coversUpTo: LISTED };
  const [report] = validateTimestamps([stamp], context);
  const { indication, generatedAt, findings } = report!;
  notes.of(
    VERDICTS[indication],
    indication === "TOTAL-PASSED"
      ? `The list of files existed on ${utcWords(generatedAt!)}: ${MANIFEST_TIMESTAMP} says so.`
      : `${MANIFEST_TIMESTAMP} ${indication === "TOTAL-FAILED" ? "does not hold" : "cannot be confirmed"}: ${faultsOf(findings)}.`,
  );
  tellAge(findings, notes);
  return report!;
}

function readToken(bytes: Uint8Array): Uint8Array | null {
  try {
    return parseTimestampResponse(bytes).tokenDer;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  }
}

/** Of when the status of a time-stamp's authority is, where it is an old one. */
function tellAge(findings: readonly Finding[], notes: CheckNotes): void {
  for (const { code, message } of findings) if (code === "status-as-of") notes.holds(`${message}.`);
}

/** What is wrong, in the words of the findings. */
export const faultsOf = (findings: readonly Finding[]): string =>
  findings
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message)
    .join("; ") || "no reason is known";
