import type { PackageFacts } from "./package-facts.ts";

/** A name as part of a file's name: plain letters and digits. */
export function slug(text: string, otherwise: string): string {
  const plain = text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 50)
    .replace(/-+$/, "");
  return plain === "" ? otherwise : plain;
}

/** Where a document of the package is. @param index from 0. */
export function documentNames({ documents, order }: PackageFacts, index: number) {
  const name = documents[index]!.name.replace(/\.pdf$/i, "");
  // A document's name may name a person.
  const base = `${index + 1}-${order.variant === "redacted" ? "document" : slug(name, "document")}`;
  return { signed: `01-agreement/${base}-signed.pdf`, original: `01-agreement/${base}-original.pdf` };
}

/** Where what a signer gave is. @param index from 0. */
export function attachmentName({ attachments, order }: PackageFacts, index: number): string {
  return `01-agreement/attachments/${index + 1}-${fileName(attachments[index]!.name, "attachment", order)}`;
}

/** Where what a document was made from is. @param index from 0. */
export function receivedName({ received, order }: PackageFacts, index: number): string {
  return `01-agreement/as-received/${index + 1}-${fileName(received[index]!.name, "file", order)}`;
}

function fileName(name: string, otherwise: string, { variant }: PackageFacts["order"]): string {
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? "";
  const stem = name.slice(0, name.length - ending.length);
  return `${variant === "redacted" ? otherwise : slug(stem, otherwise)}${ending.toLowerCase()}`;
}

/** `1-ana-ruiz`, or a number alone in a redacted package. */
export function personName({ trail, order }: PackageFacts, id: string): string {
  const index = trail.recipients.findIndex((one) => one.id === id);
  const name = order.variant === "redacted" ? "" : (trail.recipients[index]?.name ?? "");
  return `${index + 1}-${slug(name, "person")}`;
}

/** Where a certificate is, without its ending. */
export function certificateName(
  facts: PackageFacts,
  certificate: PackageFacts["certificates"][number],
): string {
  if (certificate.kind === "signer" && certificate.recipientId)
    return `05-certificates/signer-${personName(facts, certificate.recipientId)}`;
  const seals = facts.certificates.filter(({ kind }) => kind === "seal");
  const index = seals.indexOf(certificate);
  return `05-certificates/seal${index > 0 ? `-${index + 1}` : ""}`;
}

/** Where a certificate is that a signer brought along. Apart from ours: its path ends elsewhere. @param index from 0. */
export const broughtName = (facts: PackageFacts, index: number): string =>
  `05-certificates/brought/${index + 1}-${personName(facts, facts.brought[index]!.recipientId).replace(/^\d+-/, "")}.pem`;

export const BROUGHT = "05-certificates/brought/index.json";
export const AUDIT_TRAIL = "02-audit/audit-trail.pdf";
export const EVENTS = "02-audit/events.jsonl";
export const CHAIN_PROOF = "02-audit/chain-proof.json";
/** That the last event stands in the installation's log, and the checkpoint it stands under, as it was published. */
export const LOG_PROOF = "02-audit/log-proof.json";
export const CHECKPOINT = "02-audit/checkpoint.txt";
export const CHECKPOINT_TIMESTAMP = "02-audit/checkpoint.tst";
/** What is recorded of the organization's keys, their exports and who had them. */
export const KEYS = "08-custody/keys.json";
/** Of the key that signs the checkpoints of the log. */
export const LOG_CERTIFICATE = "05-certificates/log";
export const ROOT = "05-certificates/root";
/** Every certificate that paths end at: the installation's roots, and those of authorities that others brought. */
export const TRUSTED = "05-certificates/trusted.pem";
/** What is known of the seal's certificate when it signs the list. */
export const SEAL_STATUS = "06-validation/manifest/seal.ors";
export const ROOT_STATUS = "06-validation/manifest/root.crl";
export const SUMS = "SHA256SUMS";
export const MANIFEST = "manifest.json";
export const MANIFEST_SIGNATURE = "manifest.p7s";
export const MANIFEST_TIMESTAMP = "manifest.tsr";
/** What a package is to programs that know ASiC-E containers (EN 319 162-1), and the list and signature they check. */
export const MIMETYPE = "mimetype";
export const ASIC_MANIFEST = "META-INF/ASiCManifest001.xml";
export const ASIC_SIGNATURE = "META-INF/signature001.p7s";
/** What the manifest cannot list, since it is about the manifest. */
export const UNLISTED: readonly string[] = [
  ...[MANIFEST, MANIFEST_SIGNATURE, MANIFEST_TIMESTAMP],
  ...[ASIC_MANIFEST, ASIC_SIGNATURE],
];
