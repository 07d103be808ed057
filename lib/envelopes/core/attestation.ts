import { z } from "zod";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { IDENTIFICATIONS, NOTARY_ACTS, type NotaryAct } from "./notary-acts.ts";

export const WitnessStatement = z.object({
  kind: z.literal("witness"),
  /** Where the witness lives or works. */
  address: typedLine(200, 1),
});

export const NotaryEntry = z.object({
  kind: z.literal("notary"),
  act: z.enum(NOTARY_ACTS),
  /** Where it is done. */
  venueState: typedLine(60, 1),
  venueCounty: typedLine(60, 1),
  identification: z.enum(IDENTIFICATIONS),
  /** Of a document its kind, issuer and last digits; of a credible witness the name. */
  identificationDetail: typedLine(160),
  commissionNumber: typedLine(40, 1),
  commissionState: typedLine(60, 1),
  commissionExpiresOn: z.iso.date(),
  /** In the currency of the venue, like `10.00`. */
  fee: z.string().regex(/^\d{1,6}(\.\d{2})?$/),
});

export type NotaryEntry = z.infer<typeof NotaryEntry>;

export const Attestation = z.discriminatedUnion("kind", [WitnessStatement, NotaryEntry]);
export type Attestation = z.infer<typeof Attestation>;

interface Told {
  /** Of the witness or notary. */
  readonly name: string;
  /** Of those whose signatures it is about. */
  readonly signers: readonly string[];
  /** The day of the act, as it is written in the document. */
  readonly day: string;
}

const list = new Intl.ListFormat("en");

const ACTS: Readonly<Record<NotaryAct, string>> = {
  acknowledgment: "Acknowledged before me",
  jurat: "Sworn to or affirmed, and signed, before me",
  oath: "Oath or affirmation taken before me",
  "signature-witnessing": "Signed before me",
  "copy-certification": "Certified by me as a true copy",
  other: "Done before me",
};

const KNOWN = {
  "personally-known": () => "personally known to me",
  document: (detail: string) => `identified by ${detail}`,
  "credible-witness": (detail: string) => `identified by a credible witness, ${detail}`,
} as const;

/** The block that stands in the document, in the words of the record. */
export function blockText(attestation: Attestation, { name, signers, day }: Told): string {
  const who = list.format(signers);
  if (attestation.kind === "witness")
    return `Witnessed by ${name}, ${attestation.address}. I saw ${who} sign this document on ${day}.`;
  const { act, venueState, venueCounty, identification, identificationDetail } = attestation;
  const { commissionNumber, commissionState, commissionExpiresOn } = attestation;
  return [
    `State of ${venueState}, County of ${venueCounty}.`,
    `${ACTS[act]} on ${day} by ${who}, ${KNOWN[identification](identificationDetail)}.`,
    `${name}, Notary Public, ${commissionState}, commission ${commissionNumber}, expires ${commissionExpiresOn}.`,
  ].join(" ");
}

/** Why a journal entry may not be used; null when it may. @param today `2026-11-21` */
export function attestationProblem(
  attestation: Attestation,
  today: string,
): "commission-expired" | "identification-missing" | null {
  if (attestation.kind === "witness") return null;
  if (attestation.commissionExpiresOn < today) return "commission-expired";
  const { identification, identificationDetail } = attestation;
  return identification !== "personally-known" && identificationDetail === ""
    ? "identification-missing"
    : null;
}
