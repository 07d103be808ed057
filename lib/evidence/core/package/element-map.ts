import type { TrailEntry } from "#lib/evidence/core/audit-trail-facts.ts";
import { heldEntries } from "./checked-facts.ts";
import { AUDIT_TRAIL, CHAIN_PROOF, EVENTS, LOG_PROOF } from "./names.ts";
import type { PackageFacts } from "./package-facts.ts";

export interface ElementRow {
  readonly element: string;
  readonly rule: string;
  /** What is recorded, counted from the events that hold. */
  readonly facts: string;
  /** Files or folders of the package. */
  readonly files: readonly string[];
}

/** What notaries stated as they signed, as far as the chain holds. */
export const notarialActs = (facts: PackageFacts): readonly TrailEntry[] =>
  heldEntries(facts).filter(({ type, data }) => type === "attestation.made" && data.kind === "notary");

/** Each element of ESIGN and UETA with the records of this package that speak to it. @see R158 */
export function elementRows(facts: PackageFacts): ElementRow[] {
  const entries = heldEntries(facts);
  const count = (...types: string[]) => entries.filter(({ type }) => types.includes(type)).length;
  const acts = count("recipient.signed", "recipient.approved", "recipient.acknowledged");
  const notarized = notarialActs(facts).length;
  return [
    {
      element: "Validity not denied for being electronic",
      rule: "15 U.S.C. § 7001(a); UETA § 7",
      facts:
        "Rules of law, which no record proves: what was signed is kept as it was signed, so that they can be applied to it",
      files: ["01-agreement", "README.html"],
    },
    {
      element: "Signature adopted with intent, attached to the record",
      rule: "15 U.S.C. § 7006(5); UETA § 2(8)",
      facts: `${acts} acts of signing or approving, each with the wording of the button, the hash of what was on screen and the fields; ${count("mark.adopted")} marks adopted; ${count("signature.made")} signatures made in documents`,
      files: [AUDIT_TRAIL, EVENTS, "01-agreement"],
    },
    {
      element: "Attribution to the person",
      rule: "UETA § 9",
      facts: `${count("recipient.invited", "recipient.reminded")} invitations and reminders, ${count("mail.delivered")} messages handed over, ${count("link.fetched")} links fetched; ${count("code.sent")} codes sent, ${count("check.passed")} checks passed beside the link and ${count("check.failed")} failed, ${count("identity.proven")} statements of identity providers; address, browser and time of each act`,
      files: ["03-identity", AUDIT_TRAIL],
    },
    {
      element: "Agreement to act electronically; consent of consumers",
      rule: "UETA § 5(b); 15 U.S.C. § 7001(c)",
      facts: `${count("consent.given")} consents, each with version, language and hash of the notice and the wording of the button; ${count("consent.demonstrated")} times somebody showed that they can open what is sent (15 U.S.C. § 7001(c)(1)(C)(ii)), ${count("consent.withdrawn")} withdrawn`,
      files: ["04-consent"],
    },
    {
      element: "Chance to read and to correct errors",
      rule: "UETA § 10(2)",
      facts: `${count("document.viewed")} records of pages on screen, ${count("field.filled")} entries and changes of fields before finishing`,
      files: ["07-presentation", EVENTS],
    },
    {
      element: "Integrity; accurate and accessible retention",
      rule: "15 U.S.C. § 7001(d), (e); UETA §§ 8, 12",
      facts: `${entries.length} events in one chain of hashes; every document sealed, time-stamped and validated; signed list of every file`,
      files: ["06-validation", CHAIN_PROOF, ...(facts.log ? [LOG_PROOF] : []), "08-custody", "manifest.json"],
    },
    {
      element: "Evidence not excluded for being electronic",
      rule: "UETA § 13",
      facts: "A rule of law, which no record proves; the records are here in the form in which they are kept",
      files: ["01-agreement", "02-audit", "README.html"],
    },
    {
      element: "Authenticity",
      rule: "Fed. R. Evid. 901(a), 901(b)(1), (4), (9)",
      facts: "All of the above, with a description of the system",
      files: ["10-declaration/system-description.pdf"],
    },
    {
      element: "Self-authentication and its notice",
      rule: "Fed. R. Evid. 902(11), 902(13), 902(14)",
      facts: "Draft declaration and notice, filled in from facts whose check passed; hash of every file",
      files: ["10-declaration", "SHA256SUMS"],
    },
    {
      element: "Unsworn declaration under penalty of perjury",
      rule: "28 U.S.C. § 1746",
      facts:
        "Draft declaration with the wording for within and outside the United States; nobody has signed it here",
      files: ["10-declaration/custodian-declaration.pdf"],
    },
    {
      element: "Notarial acts",
      rule: "15 U.S.C. § 7001(g); UETA § 11",
      facts:
        notarized === 0
          ? "No notarial act is recorded"
          : `Notarial acts: ${notarized}, each with what the notary stated and the notary’s signature in the document; that the notary held a commission, and what it allowed, was not examined`,
      files: notarized === 0 ? [] : [EVENTS, AUDIT_TRAIL, "01-agreement"],
    },
    {
      element: "Originals and duplicates",
      rule: "Fed. R. Evid. 1001(d), 1003",
      facts: "The signed files are the originals, byte for byte; the manifest names each with its hash",
      files: ["01-agreement", "manifest.json"],
    },
  ];
}
