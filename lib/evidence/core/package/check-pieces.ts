import { equalBytes, toHex, toUtf8 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { utcWords } from "#lib/evidence/core/instant-words.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { parseCrl, verifyCrl } from "#lib/pki/core/revocation/crl.ts";
import { isIssuedBy } from "#lib/pki/core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "#lib/pki/core/revocation/ocsp-response.ts";
import { verifyOcspResponse } from "#lib/pki/core/revocation/verify-ocsp.ts";
import { parseTimestampToken, verifyTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { anchorsFor, findPath } from "#lib/pki/core/validation/path.ts";
import { ROOT } from "./names.ts";
import { CheckNotes, type PackageCheck } from "./package-report.ts";
import { bytesOf, certificatesOf, namesIn, type PackageView } from "./package-view.ts";

/** What stands in the documents, as hex: the files beside them have to be the same. */
export interface PiecesInDocuments {
  readonly signatures: ReadonlySet<string>;
  readonly tokens: ReadonlySet<string>;
}

/** Certificates and their paths, revocation data, and what was taken out of the documents. */
export function checkPieces(view: PackageView, inside: PiecesInDocuments | null): PackageCheck[] {
  return [checkCertificates(view), checkStatus(view), checkTaken(view, inside)];
}

function checkCertificates(view: PackageView): PackageCheck {
  const notes = new CheckNotes("Certificates");
  const named = certificatesOf(view);
  const candidates = named.map(({ certificate }) => certificate);
  const completedAt = new Date(view.manifest.envelope.completedAt);
  let count = 0;
  for (const { name, certificate } of named) {
    checkPem(view, name, certificate, notes);
    if (name === `${ROOT}.cer` || !/\/(signer-|seal|issuing)/.test(name)) continue;
    const at = completedAt < certificate.notAfter ? completedAt : certificate.notAfter;
    const path = findPath({ certificate, candidates, anchors: anchorsFor(view.anchors, "signing"), at });
    if (path.isValid) count++;
    else notes.isOpen(`${name}: ${path.problem.message}.`);
  }
  const found = namesIn(view, "05-certificates/", ".cer").length;
  if (found !== named.length) notes.fails("A certificate cannot be read.");
  notes.holds(
    `${count} certificates of signers, seal and authority were valid when the envelope was completed, and their paths end at ${view.root.subject.text}.`,
  );
  return notes.check;
}

function checkPem(view: PackageView, name: string, { der }: Certificate, notes: CheckNotes): void {
  const pem = name.replace(/\.cer$/, ".pem");
  const bytes = bytesOf(view, pem);
  try {
    if (bytes && equalBytes(certificatesFromPem(toUtf8(bytes))[0]!, der)) return;
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
  notes.fails(`${pem} is not the certificate in ${name}.`);
}

function checkStatus(view: PackageView): PackageCheck {
  const notes = new CheckNotes("Revocation data");
  const all = certificatesOf(view).map(({ certificate }) => certificate);
  for (const name of namesIn(view, "06-validation/", ".ors"))
    quietly(name, notes, () => {
      const response = parseOcspResponse(bytesOf(view, name)!);
      const subject = all.find((one) =>
        response.singles.some(({ certId }) => certId.serialHex === one.serialHex),
      );
      const issuer = all.find((one) => response.singles.some(({ certId }) => isIssuedBy(certId, one)));
      if (!subject || !issuer) {
        notes.holds(`${name} is about a certificate that is not in this package.`);
        return;
      }
      const check = verifyOcspResponse(response, subject, issuer, all);
      if (!check.isValid) notes.fails(`${name}: ${check.reason}.`);
      else
        notes.holds(
          `${name}: on ${utcWords(check.single.thisUpdate)} its authority said of ${commonName(subject)}: ${check.single.status.kind}.`,
        );
    });
  for (const name of namesIn(view, "06-validation/", ".crl"))
    quietly(name, notes, () => {
      const crl = parseCrl(bytesOf(view, name)!);
      const issuers = all.filter(({ subject }) => subject.text === crl.issuer.text);
      const isSigned = issuers.some((issuer) => verifyCrl(crl, issuer).isValid);
      if (isSigned) notes.holds(`${name}: signed by ${crl.issuer.text} on ${utcWords(crl.thisUpdate)}.`);
      else notes.fails(`${name}: its signature does not hold.`);
    });
  return notes.check;
}

function checkTaken(view: PackageView, inside: PiecesInDocuments | null): PackageCheck {
  const notes = new CheckNotes("Signatures and time-stamps beside the documents");
  const all = certificatesOf(view).map(({ certificate }) => certificate);
  const isThere = (set: ReadonlySet<string> | undefined, name: string) =>
    !set || set.has(toHex(bytesOf(view, name)!));
  const signatures = namesIn(view, "05-certificates/signatures/", ".p7s");
  for (const name of signatures)
    if (!isThere(inside?.signatures, name)) notes.fails(`${name} is in none of the documents.`);
  const tokens = namesIn(view, "06-validation/tokens/", ".tst");
  for (const name of tokens)
    quietly(name, notes, () => {
      const token = parseTimestampToken(bytesOf(view, name)!);
      const check = verifyTimestampToken(token, token.imprint.value, all);
      if (check.subIndication !== null) notes.fails(`${name}: ${check.findings.at(-1)?.message}.`);
      if (!isThere(inside?.tokens, name)) notes.fails(`${name} is in none of the documents.`);
    });
  notes.holds(
    inside
      ? `${signatures.length} signatures and ${tokens.length} time-stamps are the very ones that stand in the documents.`
      : `${tokens.length} time-stamps are signed by their authority; the documents they stand in were withheld.`,
  );
  return notes.check;
}

const commonName = ({ subject }: Certificate): string =>
  subject.parts.findLast(({ attribute }) => attribute === "CN")?.value ?? subject.text;

function quietly(name: string, notes: CheckNotes, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    notes.fails(`${name} cannot be read.`);
  }
}
