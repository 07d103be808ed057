import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { fromUtf8, sha256 } from "#lib/bytes.ts";
import { isEmailAddress, isSeveralAddresses } from "#lib/identity/core/email-address.ts";
import { shownLine } from "#lib/identity/core/typed-text.ts";
import { type AuthenticationPolicy, NO_POLICY } from "../authentication-rules.ts";
import { checksInDraft } from "../blockers.ts";
import { takesPhone } from "../checks.ts";
import { type DraftField, type DraftRecipient, ENVELOPE_LIMITS } from "../draft.ts";
import { CHECKED } from "../fields/form-field.ts";
import { readAnswer } from "../fields/read-answer.ts";
import { NUMBER_STYLES } from "../fields/typed-number.ts";
import { LANGUAGES } from "../languages.ts";
import { isPhoneNumber, phoneNumber } from "../phone-number.ts";
import type { BulkSource } from "./bulk-source.ts";
import { isTimeZone } from "./pacing.ts";

/** What is wrong with a row. The column is its place in the table; null where a column is missing. */
export interface RowProblem {
  readonly code: RowProblemCode;
  readonly column: number | null;
  /** For the words: limits, an earlier row, what a field asks for. Never what stands in the cell. */
  readonly values?: Readonly<Record<string, string | number>>;
}

export const ROW_PROBLEMS = [
  "too-many-cells",
  "name-missing",
  "name-too-long",
  "name-not-drawable",
  "email-missing",
  "email-two",
  "email-line-break",
  "email-wrong",
  "phone-missing",
  "phone-wrong",
  "language-unknown",
  "language-without-notice",
  "time-zone-unknown",
  "title-too-long",
  "value-wrong",
  "value-not-drawable",
  "same-person-twice",
  "duplicate-row",
  "sent-before",
] as const;
export type RowProblemCode = (typeof ROW_PROBLEMS)[number];

export interface ComposedRow {
  readonly title: string;
  readonly recipients: readonly DraftRecipient[];
  /** With what the row says in them; ids are the source's. */
  readonly fields: readonly DraftField[];
  /** Of the fields the row fills. */
  readonly filled: ReadonlySet<string>;
  readonly timeZone: string;
  readonly problems: readonly RowProblem[];
  /** SHA-256 over what is sent to whom. */
  readonly key: Uint8Array;
}

type Source = Pick<BulkSource, "id" | "content">;

/** A row of a table as the envelope it becomes, or what keeps it from becoming one. */
export function composeRow(
  source: Source,
  mapping: readonly (string | null)[],
  cells: readonly string[],
  policy: AuthenticationPolicy = NO_POLICY,
): ComposedRow {
  const { content } = source;
  const problems: RowProblem[] = [];
  if (cells.length > mapping.length)
    problems.push({ code: "too-many-cells", column: null, values: { columns: mapping.length } });
  const columnOf = new Map(mapping.flatMap((key, index) => (key === null ? [] : [[key, index] as const])));
  const add = (code: RowProblemCode, column: number | null, values?: RowProblem["values"]) =>
    problems.push({ code, column, ...(values ? { values } : {}) });
  const cellOf = (key: string): { column: number; raw: string; text: string } | null => {
    const column = columnOf.get(key);
    if (column === undefined) return null;
    const raw = cells[column] ?? "";
    return { column, raw, text: shownLine(raw) };
  };

  const recipients = content.recipients.map((person) => {
    const name = cellOf(`name:${person.id}`);
    const email = cellOf(`email:${person.id}`);
    const phone = cellOf(`phone:${person.id}`);
    const language = cellOf(`language:${person.id}`);
    const composed = {
      ...person,
      name: name ? name.text : person.name,
      email: email ? email.text.toLowerCase() : person.email,
      phone: phone ? phoneNumber(phone.text) : person.phone,
      language: language ? languageOf(language.text) : person.language,
    };
    // Who is named by another has no name and no address yet.
    if (person.namedBy !== "") return { ...composed, language: composed.language ?? "" };
    if (composed.name === "") add("name-missing", name?.column ?? null);
    else if (composed.name.length > ENVELOPE_LIMITS.nameLength)
      add("name-too-long", name?.column ?? null, { most: ENVELOPE_LIMITS.nameLength });
    const wrong = addressProblem(email?.raw ?? person.email);
    if (wrong) add(wrong, email?.column ?? null);
    if (composed.phone === "" && asksForPhone(composed, policy)) add("phone-missing", phone?.column ?? null);
    else if (composed.phone !== "" && !isPhoneNumber(composed.phone))
      add("phone-wrong", phone?.column ?? null);
    if (composed.language === null) add("language-unknown", language!.column);
    return { ...composed, language: composed.language ?? "" };
  });
  const addresses = recipients.map(({ email }) => email).filter((email) => email !== "");
  if (new Set(addresses).size < addresses.length) {
    const twice = recipients.find(({ email }, index) => email !== "" && addresses.indexOf(email) < index);
    add("same-person-twice", columnOf.get(`email:${twice?.id}`) ?? null);
  }

  const filled = new Set<string>();
  const fields = content.fields.map((field) => {
    const cell = cellOf(`field:${field.id}`);
    if (!cell || cell.text === "") return field;
    const value = cellValue(field, cell.text);
    if (typeof value !== "string") {
      add("value-wrong", cell.column, { about: field.label, needs: value.needs, ...value.values });
      return field;
    }
    filled.add(field.id);
    return { ...field, settings: { ...field.settings, value } };
  });

  const titled = cellOf("title");
  const title = titled && titled.text !== "" ? titled.text : content.title;
  if (title.length > ENVELOPE_LIMITS.titleLength)
    add("title-too-long", titled?.column ?? null, { most: ENVELOPE_LIMITS.titleLength });
  const zone = cellOf("time-zone");
  const timeZone = zone?.text ?? "";
  if (timeZone !== "" && !isTimeZone(timeZone)) add("time-zone-unknown", zone!.column);

  return {
    title,
    recipients,
    fields,
    filled,
    timeZone,
    problems,
    key: keyOf(source, title, recipients, fields),
  };
}

const asksForPhone = (person: Parameters<typeof checksInDraft>[0], policy: AuthenticationPolicy): boolean =>
  takesPhone(checksInDraft(person, policy));

/** Two addresses, a line break that would be another header, or no address at all. */
export function addressProblem(
  raw: string,
): "email-missing" | "email-two" | "email-line-break" | "email-wrong" | null {
  const trimmed = raw.trim();
  if (trimmed === "") return "email-missing";
  if (/[\r\n\u0085\u2028\u2029\u0000]/.test(trimmed)) return "email-line-break";
  if (isEmailAddress(shownLine(trimmed))) return null;
  return isSeveralAddresses(trimmed) ? "email-two" : "email-wrong";
}

/** A tag of ours in any case; null for another. */
function languageOf(text: string): DraftRecipient["language"] | null {
  if (text === "") return "";
  const wanted = text.replace("_", "-").toLowerCase();
  return (
    LANGUAGES.find((tag) => tag.toLowerCase() === wanted || tag.toLowerCase().split("-")[0] === wanted) ??
    null
  );
}

const YES = /^(yes|y|true|1|x|on|✓|wahr|ja|s[ií]|oui)$/i;
const NO = /^(no|n|false|0|off|falsch|nein|non)$/i;

type Wrong = { readonly needs: string; readonly values: Readonly<Record<string, string | number>> };

/** What a cell says, as the field keeps it, or what it would need. */
function cellValue(field: DraftField, text: string): string | Wrong {
  const { type, settings } = field;
  if (type === "checkbox" || type === "radio") {
    if (YES.test(text)) return CHECKED;
    return NO.test(text) ? "" : { needs: "yes-or-no", values: {} };
  }
  const separators = NUMBER_STYLES[settings.numberStyle ?? "1234.56"];
  const read = readAnswer(field, text, separators);
  return "value" in read ? read.value : { needs: read.problem.code, values: read.problem.values };
}

function keyOf(
  source: Source,
  title: string,
  recipients: readonly DraftRecipient[],
  fields: readonly DraftField[],
): Uint8Array {
  const people = recipients.map(({ id, name, email }) => [id, name, email]);
  const values = fields.map(({ id, settings }) => [id, settings.value ?? ""]);
  return sha256(fromUtf8(canonicalJson([source.id, title, people, values])));
}
