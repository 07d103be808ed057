import { defineErrors } from "#lib/errors.ts";

/** What a word processor can make a PDF of. */
export const OFFICE_KINDS = [
  "docx", "doc", "odt", "rtf", "txt", "xlsx", "xls", "ods", "pptx", "ppt", "odp",
] as const; // biome-ignore format: one row reads as the list it is
export type OfficeKind = (typeof OFFICE_KINDS)[number];

export interface ConvertedFile {
  readonly pdf: Uint8Array;
  /** Who made it, as it stands in the evidence: `LibreOffice 7.4.7.2`. */
  readonly by: string;
}

/**
 * Makes PDFs of office documents, apart from us and from every network: each in a process and a profile of its own that
 * are thrown away. Macros are never run.
 */
export interface OfficeConverter {
  /** @throws conversion/not-installed, failed, timed-out, too-large, busy */
  convert(bytes: Uint8Array, kind: OfficeKind): Promise<ConvertedFile>;
}

export const conversionError = defineErrors("conversion", {
  /** LibreOffice is not on this machine. */
  "not-installed": "unavailable",
  failed: "invalid",
  "timed-out": "too-large",
  "too-large": "too-large",
  busy: "unavailable",
  /** What it would unpack to is more than anybody writes. */
  bomb: "too-large",
  damaged: "invalid",
  "needs-password": "invalid",
  "picture-unreadable": "invalid",
  "kind-unknown": "invalid",
});
