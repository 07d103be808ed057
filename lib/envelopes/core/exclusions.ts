import { folded } from "./search-words.ts";

/**
 * Records that 15 USC 7003 leaves out of the law electronic signatures rest on. Which one a document is, a court says;
 * these are for asking whoever sends it to ask a lawyer first.
 */
export const EXCLUSIONS = [
  /** 7003(a)(1): wills, codicils, testamentary trusts. */
  "will",
  /** 7003(a)(2): adoption, divorce, other matters of family law. */
  "family",
  /** 7003(a)(3): the Uniform Commercial Code but for §§ 1-107, 1-206 and articles 2 and 2A. */
  "commercial-code",
  /** 7003(b)(1): court orders and notices, official court documents. */
  "court",
  /** 7003(b)(2)(A): the end of water, heat and power. */
  "utilities",
  /** 7003(b)(2)(B): default, acceleration, repossession, foreclosure, eviction, the right to cure, of a home. */
  "home",
  /** 7003(b)(2)(C): the end of health insurance or benefits, or of life insurance. */
  "insurance",
  /** 7003(b)(2)(D): the recall of a product, or its failure, that endangers health or safety. */
  "recall",
  /** 7003(b)(3): what goes along with hazardous materials. */
  "hazardous",
] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];

/** Of words without case or accents, apart by one space. */
const SIGNS: Readonly<Record<Exclusion, RegExp>> = {
  will: /\b(last will|testament|will and testament|codicil|testamentary trust)\b/,
  family:
    /\b(divorce|adoption (agreement|petition|consent|papers)|consent to adoption|child custody|custody agreement|marital settlement|separation agreement|prenuptial|premarital|postnuptial|paternity)\b/,
  "commercial-code":
    /\b(promissory note|negotiable instrument|bill of lading|warehouse receipt|letter of credit)\b/,
  court:
    /\b(court order|court notice|summons|subpoena|pleading|affidavit of service|motion to \w+|petition for \w+|plaintiff|defendant)\b/,
  utilities:
    /\b((termination|cancellation|disconnection|shut ?off) (notice )?(of |for )?(utility|utilities|water|heat|power|gas|electric\w*)|(utility|water|power|gas|electric\w*) (service )?(termination|cancellation|disconnection|shut ?off)|disconnection notice)\b/,
  home: /\b(foreclosure|eviction|notice to quit|notice of default|notice of acceleration|right to cure|repossession)\b/,
  insurance:
    /\b((cancellation|termination) (notice )?of (health|life|medical) (insurance|benefits|coverage|cover|policy)|(health|life|medical) (insurance|benefits|coverage) (cancellation|termination))\b/,
  recall: /\b(product recall|safety recall|recall notice|recall of)\b/,
  hazardous:
    /\b(hazardous (material|materials|waste|substance|substances)|dangerous goods|toxic substances?)\b/,
};

/**
 * What the words of a title, of a file's name or of a document's beginning look like. No finding is no promise that
 * nothing is left out, and a finding is no advice.
 */
export function exclusionsIn(texts: readonly string[]): Exclusion[] {
  const words = texts.map((text) => folded(text).replaceAll(/[^\p{L}\p{N}]+/gu, " "));
  return EXCLUSIONS.filter((one) => words.some((text) => SIGNS[one].test(text)));
}

/** Somebody said that they asked a lawyer, or why they need not. */
export interface CounselConfirmation {
  readonly exclusions: readonly Exclusion[];
  /** What it was said of. */
  readonly documentIds: readonly string[];
  readonly classId: string | null;
  readonly reason: string;
  readonly confirmedBy: string;
  readonly confirmedAt: string;
}

/** Whether it is about what there is now: another document, another class or another finding asks again. */
export const isConfirmed = (
  confirmation: CounselConfirmation | null,
  now: {
    readonly exclusions: readonly Exclusion[];
    readonly documentIds: readonly string[];
    readonly classId: string | null;
  },
): boolean =>
  confirmation !== null &&
  confirmation.classId === now.classId &&
  now.documentIds.every((id) => confirmation.documentIds.includes(id)) &&
  now.exclusions.every((one) => confirmation.exclusions.includes(one));
