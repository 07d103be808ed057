/**
 * What somebody is asked for: a signature, as a signer, as a witness of somebody's signature or as a notary; to fill in
 * what is marked for it, before those whose fields it is; a yes or no; a word that they have read it; or nothing.
 */
export const RECIPIENT_ROLES = [
  "signer",
  "witness",
  "notary",
  "editor",
  "approver",
  "viewer",
  "copy",
] as const;
export type RecipientRole = (typeof RECIPIENT_ROLES)[number];

/**
 * How far somebody is. Released: another of those any one of whom is enough has taken it on. Skipped: an answer of
 * somebody before made them not needed.
 */
export const RECIPIENT_STATES = [
  "waiting",
  "notified",
  "viewed",
  "consented",
  "finished",
  "declined",
  "delegated",
  "released",
  "skipped",
] as const;
export type RecipientState = (typeof RECIPIENT_STATES)[number];

/** Something is asked of them, and the others wait for it. */
export const isAsked = (role: RecipientRole): boolean => role !== "copy";

/** They press a button, and no signature is made. */
export const onlySays = (role: RecipientRole): boolean =>
  role === "approver" || role === "viewer" || role === "editor";

/** A signature of theirs, with a certificate of its own, stands in every document. */
export const signs = (role: string): boolean => role === "signer" || role === "witness" || role === "notary";

/** They sign what they state about somebody else's signature. */
export const attests = (role: RecipientRole): boolean => role === "witness" || role === "notary";

/** What is said to signers stands under a plain name; to others, under that name with this at its end. */
export const ROLE_SUFFIX = {
  signer: "",
  witness: "",
  notary: "",
  editor: "Fill",
  approver: "Approve",
  viewer: "Read",
  copy: "",
} as const satisfies Record<RecipientRole, string>;
