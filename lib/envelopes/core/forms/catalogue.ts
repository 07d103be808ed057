import { folded, searchWords } from "../search-words.ts";
import { jurisdictionName, jurisdictionOf } from "./jurisdictions.ts";

/** How large a catalogue may be. */
export const CATALOGUE_LIMITS = {
  bytes: 64 * 1024 * 1024,
  /** Of one file. */
  rows: 120_000,
  /** Of one organization's library. */
  forms: 250_000,
  text: 300,
  keywords: 1_000,
} as const;

/** One form as a catalogue has it. */
export interface FormEntry {
  /** What a later catalogue knows it again by. */
  readonly key: string;
  readonly title: string;
  /** What is printed on it: `W-9`. */
  readonly number: string;
  /** Who publishes it. */
  readonly agency: string;
  /** `US`, `US-CA`, `DE`. */
  readonly jurisdiction: string;
  readonly subject: string;
  readonly kind: string;
  readonly keywords: string;
  /** Where it comes from: an address. */
  readonly source: string;
  /** In the publisher's words: `Rev. March 2024`. */
  readonly edition: string;
  /** `2024-03-01`. */
  readonly editionOn: string;
  /** The day on which somebody last looked whether that is the newest; null where nobody says so. */
  readonly checkedOn: string | null;
  /** The name of its PDF among the files that come with the catalogue. */
  readonly fileName: string;
  /** Of its PDF, as lower-case hex; null where the catalogue does not say. */
  readonly expectedSha256: string | null;
}

export const FORM_PROBLEMS = [
  "title-missing",
  "jurisdiction-missing",
  "jurisdiction-unknown",
  "source-missing",
  "source-wrong",
  "edition-date-missing",
  "edition-date-wrong",
  "checked-date-wrong",
  "sha256-wrong",
  "text-too-long",
  "form-twice",
  "older-edition",
] as const;
export type FormProblem = (typeof FORM_PROBLEMS)[number];

/** The columns of a catalogue, each with the names it goes by. */
const COLUMNS = {
  key: ["key", "id", "form id", "code"],
  title: ["title", "name", "form title", "form name"],
  number: ["number", "form number", "form no", "form"],
  agency: ["agency", "issuer", "publisher", "issued by", "authority"],
  jurisdiction: ["jurisdiction", "state", "region", "country"],
  subject: ["subject", "topic", "category", "area"],
  kind: ["type", "form type", "kind"],
  keywords: ["keywords", "words", "tags", "description"],
  source: ["source", "url", "source url", "address", "link"],
  edition: ["edition", "revision", "version"],
  editionOn: ["edition date", "edition on", "revision date", "revised", "date"],
  checkedOn: ["last check", "checked", "last checked", "checked on"],
  fileName: ["file", "file name", "filename", "pdf"],
  sha256: ["sha256", "sha 256", "hash", "checksum", "fingerprint"],
} as const satisfies Record<string, readonly string[]>;

type Column = keyof typeof COLUMNS;

/** What has to be there for a table to be a catalogue at all. */
const NEEDED = ["title", "jurisdiction", "source", "editionOn"] as const;

/** For each kind of value the column that holds it. */
export type CatalogueColumns = Readonly<Partial<Record<Column, number>>>;

/** Which column is what, by its name; and what is missing of what a catalogue has to have. */
export function catalogueColumns(header: readonly string[]): {
  readonly columns: CatalogueColumns;
  readonly missing: readonly string[];
} {
  const names = header.map((name) =>
    folded(name)
      .replace(/[^a-z0-9]+/g, " ")
      .trim(),
  );
  const columns: Partial<Record<Column, number>> = {};
  for (const [column, known] of Object.entries(COLUMNS) as [Column, readonly string[]][]) {
    const at = known.map((name) => names.indexOf(name)).find((index) => index >= 0);
    if (at !== undefined) columns[column] = at;
  }
  return {
    columns,
    missing: NEEDED.filter((column) => columns[column] === undefined).map((column) => COLUMNS[column][0]),
  };
}

/** Reads one row: the form it is, or everything that is wrong with it. */
export function readEntry(
  columns: CatalogueColumns,
  cells: readonly string[],
): { readonly entry: FormEntry } | { readonly problems: readonly FormProblem[] } {
  const cell = (column: Column) => {
    const at = columns[column];
    return at === undefined ? "" : (cells[at] ?? "").trim().replaceAll(/\s+/g, " ");
  };
  const problems: FormProblem[] = [];
  const title = cell("title");
  if (title === "") problems.push("title-missing");
  const place = cell("jurisdiction");
  const jurisdiction = jurisdictionOf(place);
  if (jurisdiction === null) problems.push(place === "" ? "jurisdiction-missing" : "jurisdiction-unknown");
  const source = cell("source");
  if (source === "") problems.push("source-missing");
  else if (!isWebAddress(source)) problems.push("source-wrong");
  const editionOn = dayOf(cell("editionOn"));
  if (editionOn === null)
    problems.push(cell("editionOn") === "" ? "edition-date-missing" : "edition-date-wrong");
  const checked = cell("checkedOn");
  const checkedOn = checked === "" ? null : dayOf(checked);
  if (checked !== "" && checkedOn === null) problems.push("checked-date-wrong");
  const hash = cell("sha256").toLowerCase().replaceAll(/[\s:]/g, "");
  if (hash !== "" && !/^[0-9a-f]{64}$/.test(hash)) problems.push("sha256-wrong");
  const keywords = cell("keywords");
  const [number, agency, subject, kind, edition, fileName] = [
    ...[cell("number"), cell("agency"), cell("subject"), cell("kind"), cell("edition"), cell("fileName")],
  ] as [string, string, string, string, string, string];
  const long = [title, number, agency, subject, kind, edition, fileName, cell("key"), source];
  if (long.some((text) => text.length > CATALOGUE_LIMITS.text) || keywords.length > CATALOGUE_LIMITS.keywords)
    problems.push("text-too-long");
  if (problems.length > 0 || jurisdiction === null || editionOn === null) return { problems };
  return {
    entry: {
      key: keyOf(cell("key") || `${jurisdiction} ${agency} ${number || title}`),
      ...{ title, number, agency, jurisdiction, subject, kind, keywords, source },
      ...{ edition, editionOn, checkedOn, fileName: fileName.split(/[/\\]/).at(-1)! },
      expectedSha256: hash === "" ? null : hash,
    },
  };
}

/** A catalogue's own name for a form, or what its place, publisher and number make of it. */
const keyOf = (text: string): string =>
  folded(text)
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 200) || "-";

function isWebAddress(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text);
    return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
  } catch {
    return false;
  }
}

/** `2024-03-01`, `2024-03`, `2024`, `3/1/2024` or `3/2024` as the day it begins; null for what is no day. */
export function dayOf(text: string): string | null {
  const iso = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(text);
  const american = /^(?:(\d{1,2})\/)?(\d{1,2})\/(\d{4})$/.exec(text);
  const [year, month, day] = iso
    ? [iso[1], iso[2] ?? "1", iso[3] ?? "1"]
    : american
      ? [american[3], american[1] ?? american[2], american[1] ? american[2] : "1"]
      : [];
  if (!year || !month || !day || Number(year) < 1700) return null;
  const written = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const read = new Date(`${written}T00:00:00Z`);
  return Number.isNaN(read.getTime()) || read.toISOString().slice(0, 10) !== written ? null : written;
}

/** By what a form is found: everything that is said of it. */
export function formWords(entry: Omit<FormEntry, "key" | "checkedOn" | "expectedSha256" | "fileName">) {
  const { title, number, agency, subject, kind, keywords, edition, jurisdiction } = entry;
  const place = `${jurisdiction} ${jurisdictionName(jurisdiction, "en", "federal United States")}`;
  // `W-9` is found as `w 9` and as `w9`.
  const numbers = `${number} ${number.replaceAll(/[^\p{L}\p{N}]+/gu, "")}`;
  return searchWords([title, numbers, agency, subject, kind, keywords, edition, place].join(" "));
}

/** What lists are in order of. */
export const sortTitle = (title: string): string => folded(title).slice(0, 200);
