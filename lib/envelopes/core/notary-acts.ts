/** What a notary does. A browser takes this file without the rest of what checks an entry. */
export const NOTARY_ACTS = [
  "acknowledgment",
  "jurat",
  "oath",
  "signature-witnessing",
  "copy-certification",
  "other",
] as const;
export type NotaryAct = (typeof NOTARY_ACTS)[number];

/** How a notary knew who appeared. */
export const IDENTIFICATIONS = ["personally-known", "document", "credible-witness"] as const;
