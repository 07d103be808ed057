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

/** Each element of ESIGN and UETA with the records of this package that speak to it. @see R158 */
export function elementRows(facts: PackageFacts): ElementRow[] {
  const entries = heldEntries(facts);
  const count = (...types: string[]) => entries.filter(({ type }) => types.includes(type)).length;
  const acts = count("recipient.signed", "recipient.approved", "recipient.acknowledged");
  return [
    {
      element: "Signature adopted with intent, attached to the record",
      rule: "15 U.S.C. § 7006(5); UETA § 2(8)",
      facts: `${acts} acts of signing or approving, each with the wording of the button, the hash of what was on screen and the fields; ${count("mark.adopted")} marks adopted; ${count("signature.made")} signatures made in documents`,
      files: [AUDIT_TRAIL, EVENTS, "01-agreement"],
    },
    {
      element: "Attribution to the person",
      rule: "UETA § 9",
      facts: `${count("recipient.invited", "recipient.reminded")} invitations and reminders, ${count("mail.delivered")} messages handed over, ${count("link.fetched")} links fetched; address, browser and time of each act`,
      files: ["03-identity", AUDIT_TRAIL],
    },
    {
      element: "Agreement to act electronically; consent of consumers",
      rule: "UETA § 5(b); 15 U.S.C. § 7001(c)",
      facts: `${count("consent.given")} consents, each with version, language and hash of the notice and the wording of the button`,
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
      element: "Originals and duplicates",
      rule: "Fed. R. Evid. 1001(d), 1003",
      facts: "The signed files are the originals, byte for byte; the manifest names each with its hash",
      files: ["01-agreement", "manifest.json"],
    },
  ];
}
