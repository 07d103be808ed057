import type { FieldSettings } from "./field-settings.ts";
import type { FieldType } from "./field-types.ts";

/** What may be attached. */
export const FILE_KINDS = ["pdf", "picture", "office", "text"] as const;
export type FileKind = (typeof FILE_KINDS)[number];

export const MEGABYTE = 1024 * 1024;
const USUAL_MEGABYTES = 25;
/** Of a picture that is drawn in its field: that many bytes and pixels are a photograph of today. */
const PICTURE_MEGABYTES = 25;
export const PICTURE_PIXELS = 40_000_000;

interface FileField {
  readonly type: FieldType;
  readonly settings: Pick<FieldSettings, "accepts" | "megabytes">;
}

export const mostBytes = ({ type, settings }: FileField): number =>
  (type === "attachment" ? (settings.megabytes ?? USUAL_MEGABYTES) : PICTURE_MEGABYTES) * MEGABYTE;

const ENDINGS: Readonly<Record<FileKind, string>> = {
  pdf: ".pdf,application/pdf",
  picture: ".png,.jpg,.jpeg,image/png,image/jpeg",
  office: ".docx,.xlsx,.pptx,.odt,.ods,.odp",
  text: ".txt,.csv,text/plain,text/csv",
};

/** Which kinds a field takes; a picture that is drawn is a picture. */
export const acceptedKinds = ({ type, settings }: FileField): readonly FileKind[] =>
  type !== "attachment" ? ["picture"] : settings.accepts?.length ? settings.accepts : FILE_KINDS;

/** For the browser's own dialog, which only suggests. */
export const ACCEPTED_FILES = (field: FileField): string =>
  acceptedKinds(field)
    .map((kind) => ENDINGS[kind])
    .join(",");
