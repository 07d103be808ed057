import { parseCheckpoint } from "#lib/audit/core/checkpoint.ts";
import { leafHash } from "#lib/audit/core/merkle.ts";
import { verifyInclusion } from "#lib/audit/core/proofs.ts";
import { noteSigner, parseNote, type SignedNote } from "#lib/audit/core/signed-note.ts";
import { fromHex, fromUtf8, sha256 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { utcWords } from "#lib/evidence/core/instant-words.ts";
import { WHEREOF_OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import {
  parseTimestampToken,
  type TimestampToken,
  verifyTimestampToken,
} from "#lib/pki/core/timestamps/timestamp-token.ts";
import { anchorsFor, findPath } from "#lib/pki/core/validation/path.ts";
import { CHECKPOINT, CHECKPOINT_TIMESTAMP, LOG_PROOF } from "./names.ts";
import type { PackageLog } from "./package-facts.ts";
import { CheckNotes, type PackageCheck } from "./package-report.ts";
import { bytesOf, certificatesOf, type PackageView, textOf } from "./package-view.ts";

/** What `02-audit/log-proof.json` says; read from a file, it is believed in nothing. */
export interface LogProof {
  readonly format: "whereof-log-proof/1";
  readonly algorithm: string;
  /** Position of the event in its own chain. */
  readonly event: number;
  /** Its hash, which is the entry of the log, hex. */
  readonly entry: string;
  readonly leafIndex: number;
  readonly treeSize: number;
  /** Hex, the nearest to the leaf first. */
  readonly hashes: readonly string[];
  readonly checkpoint: string;
  readonly checkpointTimestamp: string;
}

export const logProofOf = (
  { leafIndex, size, hashes }: PackageLog,
  head: { readonly sequence: number; readonly hash: string },
): LogProof => ({
  format: "whereof-log-proof/1",
  algorithm:
    "RFC 6962 §2.1.1, RFC 9162 §2.1.3: leaf SHA-256(0x00 || entry), node SHA-256(0x01 || left || right); the entry is the event’s hash, 32 bytes",
  ...{ event: head.sequence, entry: head.hash, leafIndex, treeSize: size },
  hashes: hashes.map((hash) => Buffer.from(hash).toString("hex")),
  ...{ checkpoint: CHECKPOINT, checkpointTimestamp: CHECKPOINT_TIMESTAMP },
});

/** Whether a certificate is of a log's key, and that key has signed the note. */
export function hasSigned({ extendedKeyUsage, publicKey }: Certificate, note: SignedNote): boolean {
  const [name = ""] = note.text.split("\n");
  return (
    extendedKeyUsage?.includes(WHEREOF_OID.logSigning) === true &&
    noteSigner(note, [{ name, publicKey }]) !== null
  );
}

/** That the end of the chain stands in the installation's log, under a checkpoint that was signed and time-stamped. */
export function checkLog(
  view: PackageView,
  chain: { readonly count: number; readonly head: string },
): PackageCheck {
  const notes = new CheckNotes("Log of the installation");
  const text = textOf(view, LOG_PROOF);
  if (text === null)
    notes.isOpen(
      "This package carries no proof that its events stand in the installation’s log: nothing here ties them to a checkpoint that somebody outside may have kept.",
    );
  else
    try {
      checkProof(view, JSON.parse(text) as LogProof, chain, notes);
    } catch (error) {
      if (!isRefusal(error) && !(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
      notes.fails(`${LOG_PROOF}, ${CHECKPOINT} or ${CHECKPOINT_TIMESTAMP} cannot be read.`);
    }
  return notes.check;
}

function checkProof(
  view: PackageView,
  { event, entry, leafIndex, treeSize, hashes }: LogProof,
  chain: { readonly count: number; readonly head: string },
  notes: CheckNotes,
): void {
  const note = textOf(view, CHECKPOINT);
  const tokenDer = bytesOf(view, CHECKPOINT_TIMESTAMP);
  if (note === null || tokenDer === null) {
    notes.fails(`${note === null ? CHECKPOINT : CHECKPOINT_TIMESTAMP} is not there.`);
    return;
  }
  const signed = parseNote(note);
  const checkpoint = parseCheckpoint(signed.text);
  const inclusion = {
    ...{ index: leafIndex, size: treeSize, root: checkpoint.root },
    leaf: leafHash(fromHex(chain.head)),
  };
  if (entry !== chain.head || event !== chain.count - 1)
    notes.fails(`${LOG_PROOF} is about another event than the last one here.`);
  else if (treeSize !== checkpoint.size || !verifyInclusion(inclusion, hashes.map(fromHex)))
    notes.fails("The last event is not in the log that the checkpoint was signed over.");
  else
    notes.holds(
      `The last event, and with it all before it, is entry ${leafIndex} of the ${treeSize} that the checkpoint of ${checkpoint.origin} covers.`,
    );
  const token = parseTimestampToken(tokenDer);
  checkSigner(view, signed, token.generatedAt, notes);
  checkStamp(view, note, token, notes);
  notes.holds(
    "Whoever has kept a checkpoint of this log elsewhere can tell whether the log still is the one it was: compare it with this one.",
  );
}

function checkSigner(view: PackageView, note: SignedNote, at: Date, notes: CheckNotes): void {
  const candidates = certificatesOf(view).map(({ certificate }) => certificate);
  const signer = candidates.find((certificate) => hasSigned(certificate, note));
  if (!signer) {
    notes.fails(`${CHECKPOINT} is not signed by the key of a log whose certificate is here.`);
    return;
  }
  const path = findPath({
    certificate: signer,
    candidates,
    anchors: anchorsFor(view.anchors, "signing"),
    at,
  });
  if (path.isValid) notes.holds(`The checkpoint was signed by ${signer.subject.text}.`);
  else notes.isOpen(`The certificate of the log’s key cannot be confirmed: ${path.problem.message}.`);
}

function checkStamp(view: PackageView, note: string, token: TimestampToken, notes: CheckNotes): void {
  const carried = readableCertificates(token.cms.certificates);
  const candidates = [...certificatesOf(view).map(({ certificate }) => certificate), ...carried];
  const check = verifyTimestampToken(token, sha256(fromUtf8(note)), candidates);
  const failed = check.findings.find(({ severity }) => severity === "error");
  if (check.subIndication !== null || !check.signer || failed) {
    notes.fails(
      `${CHECKPOINT_TIMESTAMP} is no time-stamp of ${CHECKPOINT}: ${failed?.message ?? "it does not hold"}.`,
    );
    return;
  }
  const anchors = anchorsFor(view.anchors, "timestamping");
  const path = findPath({ certificate: check.signer, candidates, anchors, at: token.generatedAt });
  if (path.isValid)
    notes.holds(`The checkpoint existed on ${utcWords(token.generatedAt)}: a time-stamp says so.`);
  else
    notes.isOpen(
      `The authority that time-stamped the checkpoint cannot be confirmed: ${path.problem.message}.`,
    );
}
