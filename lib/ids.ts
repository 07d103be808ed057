declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type OrganizationId = Branded<"organization">;
export type AccountId = Branded<"account">;
export type MemberId = Branded<"member">;
export type EnvelopeId = Branded<"envelope">;
export type DocumentId = Branded<"document">;
export type RecipientId = Branded<"recipient">;
export type FieldId = Branded<"field">;
export type FieldFileId = Branded<"field file">;
export type EventId = Branded<"event">;
export type CertificateId = Branded<"certificate">;
export type PackageId = Branded<"package">;
export type DisputeId = Branded<"dispute">;
export type ReportId = Branded<"report">;
export type TemplateId = Branded<"template">;

/** What an id looks like outside: the prefix says what it names, the rest is a UUIDv7 (RFC 9562 §5.7). */
export const ID_PREFIXES = {
  organization: "org",
  account: "acc",
  member: "mem",
  envelope: "env",
  document: "doc",
  recipient: "rcp",
  field: "fld",
  event: "evt",
  certificate: "crt",
  package: "pkg",
  dispute: "dsp",
  report: "rep",
  program: "prg",
  key: "key",
  apiKey: "api",
  signature: "sig",
  sealKey: "slk",
  registration: "reg",
  destruction: "des",
  template: "tpl",
  bulkJob: "blk",
  form: "frm",
  formImport: "fim",
  formPackage: "fpk",
} as const;

/**
 * A UUID that sorts by the time it was made (RFC 9562 §5.7).
 *
 * @param now milliseconds since 1970. @param random 10 random bytes.
 */
export function uuidV7(now: number, random: Uint8Array): string {
  if (random.length < 10) throw new RangeError("a UUIDv7 needs 10 random bytes");
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(now) << 16n);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  let text = "";
  for (const [index, byte] of bytes.entries())
    text += index === 4 || index === 6 || index === 8 || index === 10 ? `-${HEX[byte]}` : HEX[byte];
  return text;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isUuid = (text: string): boolean => UUID.test(text);

/** The id as people and addresses carry it: `env_0199f3…`. */
export function publicId(kind: keyof typeof ID_PREFIXES, id: string): string {
  return `${ID_PREFIXES[kind]}_${id.replaceAll("-", "")}`;
}

/** The id inside `env_0199f3…`, or null when the text is not one of that kind. */
export function parsePublicId<Id extends string>(kind: keyof typeof ID_PREFIXES, text: string): Id | null {
  const match = new RegExp(
    `^${ID_PREFIXES[kind]}_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$`,
  ).exec(text);
  return match ? (match.slice(1).join("-") as Id) : null;
}
