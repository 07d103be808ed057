import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";

/** A field as it was sent. Places are in points of its page as it is shown; see `fields` in db/schema. */
export interface DescribedField {
  readonly id: string;
  readonly documentId: string;
  readonly recipientId: string;
  readonly type: string;
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly isRequired: boolean;
  readonly settings: object;
}

const describeField = (field: DescribedField) => ({
  id: field.id,
  document: field.documentId,
  recipient: field.recipientId,
  type: field.type,
  page: field.page,
  box: [field.x, field.y, field.width, field.height],
  label: field.label,
  required: field.isRequired,
  settings: Object.keys(field.settings).length > 0 ? (field.settings as Json) : undefined,
});

/**
 * What the trail holds of an envelope's fields: whose each is, what, where and how it behaves. The order they come in
 * does not matter.
 *
 * @returns SHA-256, lower-case hex
 */
export function fieldsDigest(fields: readonly DescribedField[]): string {
  const sorted = fields.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return digestOf(sorted.map(describeField));
}

/** The same of the rules between fields; undefined where there are none. */
export const rulesDigest = (rules: readonly object[]): string | undefined =>
  rules.length > 0 ? digestOf([...rules] as unknown as Json) : undefined;

const digestOf = (value: Json): string => toHex(sha256(fromUtf8(canonicalJson(value))));
