import { fromUtf8 } from "#lib/bytes.ts";
import { csvCell } from "./certificate-files.ts";
import { AUDIT_TRAIL, documentNames } from "./names.ts";
import type { PackageFacts, PackageFile } from "./package-facts.ts";
import type { PackageWords } from "./package-words.ts";

const DIGITS = 6;

/** `ACME000001` */
export const batesNumber = (prefix: string, number: number): string =>
  `${prefix}${String(number).padStart(DIGITS, "0")}`;

/**
 * Production numbers: one for each page of a document, one for every other file. They stand in a list and not on
 * the pages: a stamp would change a signed file.
 */
export function batesFile(
  facts: PackageFacts,
  made: readonly PackageFile[],
  words: PackageWords,
): PackageFile {
  const { order, documents } = facts;
  const isFull = order.variant === "full";
  const pages = new Map(documents.map(({ pages }, index) => [documentNames(facts, index).signed, pages]));
  const names = [
    ...(isFull ? documents.flatMap((_, index) => Object.values(documentNames(facts, index))) : []),
    ...(isFull ? [AUDIT_TRAIL] : []),
    ...made.filter(({ isPersonal }) => isFull || !isPersonal).map(({ name }) => name),
  ].sort();
  let next = 1;
  const rows = names.map((name) => {
    const count = pages.get(name) ?? 1;
    const [first, last] = [next, next + count - 1];
    next += count;
    return [batesNumber(order.batesPrefix, first), batesNumber(order.batesPrefix, last), String(count), name];
  });
  const table = [["first", "last", "numbers", "file"], ...rows];
  const csv = table.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
  return {
    name: "bates-index.csv",
    bytes: fromUtf8(csv),
    ...{ about: words("about.bates"), isPersonal: false },
  };
}
