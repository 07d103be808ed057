import { type ByteSource, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type Appended, afterWhiteSpace, isSameEntry, readAppended } from "./changes/appended.ts";
import { type Change, forbidden } from "./changes/change.ts";
import { lostSignatures } from "./changes/earlier-signatures.ts";
import { type FormView, formViewOf } from "./changes/form-view.ts";
import { type FoundSignature, findSignatures } from "./changes/found-signature.ts";
import { judgeUpdate } from "./changes/judge-update.ts";
import {
  type FieldLockRule,
  NO_PERMISSION,
  narrowed,
  type Permission,
  restrictionsOf,
} from "./changes/permission.ts";
import { References } from "./changes/references.ts";
import { Comparison } from "./changes/same-object.ts";
import { strangeSignatures } from "./changes/strange-signatures.ts";
import { type PdfObject, PdfRef } from "./objects.ts";
import { pagesOf } from "./pages.ts";
import { PdfFile } from "./reader.ts";
import type { Xref } from "./xref.ts";

/** A revision of a signed file: the first holds the first signature and all before it. */
export interface Revision {
  /** Length of the file up to its `%%EOF`: a signature that ends here or in the white space after it covers it. */
  readonly contentEnd: number;
  /** Length of the file up to its end, with the white space that follows. */
  readonly end: number;
  /** What it did to the one before it. */
  readonly changes: readonly Change[];
}

export interface SignatureInFile extends FoundSignature {
  /** Index of the revision it ends; null when it ends none, which is a fault. */
  readonly revision: number | null;
  readonly coversWholeFile: boolean;
  /** What the document permits once this signature is in it. */
  readonly permission: Permission;
  /** Fields that this signature closed. */
  readonly locks: readonly FieldLockRule[];
  readonly isCertification: boolean;
}

/** Something about the file that is no change by an update. */
export interface FileFinding {
  readonly severity: "warning" | "error";
  readonly code: string;
  readonly message: string;
}

/** The signatures of a file in the order in which they cover it, and what was done after each. */
export interface History {
  readonly file: PdfFile;
  readonly signatures: readonly SignatureInFile[];
  readonly revisions: readonly Revision[];
  /** The bytes of the file can be read in one way only, as far as that matters. */
  readonly isReadable: boolean;
  readonly findings: readonly FileFinding[];
}

/**
 * Finds the signatures of a file and compares every revision after the first of them with the one before it, object
 * by object, by a list of what may change.
 *
 * @param source hostile. @throws pdf/not-a-pdf, damaged, needs-password, encryption-unsupported, too-complex
 * @see ISO 32000-2 §12.8.2; EN 319 142-1 §5
 */
export function historyOf(source: ByteSource): History {
  const file = PdfFile.open(source);
  const found = findSignatures(file);
  const walk = new Walk(source, file, found);
  walk.run();
  const signatures = found
    .map((signature) => walk.placed(signature))
    .sort((a, b) => (a.end ?? Number.POSITIVE_INFINITY) - (b.end ?? Number.POSITIVE_INFINITY));
  return {
    file,
    signatures,
    revisions: walk.revisions,
    isReadable: walk.isReadable && !file.condition.isDamaged,
    findings: [...walk.findings, ...lostSignatures(source, file, found, walk.revisions[0]?.end ?? null)],
  };
}

interface Current {
  readonly file: PdfFile;
  readonly form: FormView;
}

class Walk {
  readonly revisions: Revision[] = [];
  readonly findings: FileFinding[] = [];
  isReadable = true;
  readonly #source: ByteSource;
  readonly #file: PdfFile;
  /** Those whose range may be taken at its word, nearest end first. */
  readonly #waiting: FoundSignature[];
  readonly #placed = new Map<FoundSignature, { revision: number; permission: Permission }>();
  readonly #faults = new Map<FoundSignature, string>();
  #permission = NO_PERMISSION;
  #references: References | null = null;
  #pages: ReadonlyMap<number, number> = new Map();
  #containers = new Set<number>();

  constructor(source: ByteSource, file: PdfFile, found: readonly FoundSignature[]) {
    this.#source = source;
    this.#file = file;
    this.#waiting = found.filter(({ end }) => end !== null).sort((a, b) => a.end! - b.end!);
  }

  run(): void {
    const base = this.#openBase();
    const first = base ?? { file: this.#file, form: formViewOf(this.#file) };
    const { visit, finish } = strangeSignatures(first.file);
    this.#references = References.of(first.file, visit);
    this.findings.push(...finish(this.#references));
    if (!base) return;
    this.#pages = new Map(
      [...pagesOf(base.file)].flatMap(({ ref }, index) => (ref ? [[ref.number, index + 1]] : [])),
    );
    this.#noteContainers(base.file.xref);
    this.#follow(base);
    this.isReadable &&= !base.file.condition.isDamaged;
    if (base.file.condition.isHybrid) {
      const message = "the file has two lists of objects, and programs differ in which they read";
      this.findings.push({ severity: "warning", code: "hybrid", message });
    }
  }

  placed(signature: FoundSignature): SignatureInFile {
    const place = this.#placed.get(signature);
    const fault = this.#faults.get(signature);
    const isWhole =
      signature.end !== null && afterWhiteSpace(this.#source, signature.end) === this.#source.size;
    return {
      ...signature,
      faults: fault ? [...signature.faults, { code: "range-end", message: fault }] : signature.faults,
      revision: place?.revision ?? null,
      coversWholeFile: place !== undefined && isWhole,
      permission: place?.permission ?? NO_PERMISSION,
      locks: restrictionsOf(signature, this.#file).locks,
      isCertification: this.#isCertification(signature),
    };
  }

  #isCertification({ objectNumber }: FoundSignature): boolean {
    const held = this.#file.dict(this.#file.catalog.get("Perms"))?.get("DocMDP");
    return held instanceof PdfRef && held.number === objectNumber;
  }

  /** The document as the first signature saw it. */
  #openBase(): Current | null {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const end = first.end!;
      const file = endsRevision(this.#source, end) ? this.#open(end) : null;
      const current = file && { file, form: formViewOf(file) };
      if (current && holds(current, first)) {
        this.revisions.push({ contentEnd: end, end: afterWhiteSpace(this.#source, end), changes: [] });
        this.#place(current, end, end);
        return current;
      }
      this.#waiting.shift();
      this.#faults.set(first, "what it covers is no revision of the file that holds the signature");
    }
    return null;
  }

  #open(end: number): PdfFile | null {
    if (end === this.#source.size) return this.#file;
    try {
      const file = PdfFile.open(prefixOf(this.#source, end));
      return file;
    } catch (error) {
      if (isRefusal(error, "pdf/damaged")) return null;
      throw error;
    }
  }

  /** Takes in the signatures that end with this revision. */
  #place(current: Current, contentEnd: number, end: number): void {
    while (this.#waiting[0] && this.#waiting[0].end! <= end) {
      const signature = this.#waiting.shift()!;
      if (signature.end! < contentEnd || !holds(current, signature)) {
        this.#faults.set(signature, "it does not end where a revision of the file ends");
        continue;
      }
      this.#permission = narrowed(this.#permission, signature, current.file);
      this.#placed.set(signature, { revision: this.revisions.length - 1, permission: this.#permission });
    }
  }

  /** Goes through the updates after the first signature, each against the one before it. */
  #follow(base: Current): void {
    const { sections } = this.#file.xref;
    const known = sections.findIndex(({ position }) => position === base.file.xref.sections[0]?.position);
    const older = base.file.xref.sections;
    const isContinued =
      known >= 0 && older.every(({ position }, index) => sections[known + index]?.position === position);
    let current = base;
    let end = this.revisions[0]!.end;
    if (!isContinued) {
      if (end < this.#source.size)
        this.#jump(current, "revision-skipped", "the file was continued past what was signed, not from it");
      this.#giveUp("it is not part of the file as it is read now");
      return;
    }
    for (const section of sections.slice(0, known).reverse()) {
      let next: PdfFile | null = null;
      const appended =
        section.position < end
          ? null
          : readAppended(this.#source, end, section, current.file, (nextEnd) => {
              next = this.#open(nextEnd);
              next?.adopt(current.file);
              return next ?? current.file;
            });
      if (!appended || !next) {
        this.#jump(current, "unreadable-update", "what was appended does not read as an update");
        this.#giveUp("it lies in an update that cannot be read");
        return;
      }
      current = this.#step(current, next, appended);
      end = appended.end;
      this.#place(current, appended.contentEnd, appended.end);
    }
    if (end < this.#source.size) {
      const message = `${this.#source.size - end} bytes follow the end of the file`;
      this.#pushLast([forbidden("data-after-end", null, message)]);
    }
    this.#giveUp("it does not end where a revision of the file ends");
  }

  #giveUp(reason: string): void {
    for (const signature of this.#waiting.splice(0)) this.#faults.set(signature, reason);
  }

  #step(current: Current, next: PdfFile, appended: Appended): Current {
    const form = formViewOf(next);
    const changed = changedNumbers(current.file.xref, next.xref);
    const changes = [...appended.faults, ...this.#judge(current, { file: next, form }, changed)];
    if (next.condition.isDamaged)
      changes.push(
        forbidden("unreadable-update", null, "what was appended refers to objects that are not there"),
      );
    this.revisions.push({ contentEnd: appended.contentEnd, end: appended.end, changes });
    this.#noteContainers(next.xref, changed);
    return { file: next, form };
  }

  /** Compares with the newest revision at once, when what lies between cannot be followed. */
  #jump(current: Current, code: string, message: string): void {
    const next = { file: this.#file, form: formViewOf(this.#file) };
    const changed = changedNumbers(current.file.xref, next.file.xref);
    const changes = [forbidden(code, null, message), ...this.#judge(current, next, changed)];
    this.#pushLast(changes);
  }

  #pushLast(changes: readonly Change[]): void {
    const { size } = this.#source;
    this.revisions.push({ contentEnd: size, end: size, changes });
  }

  #judge(old: Current, next: Current, changed: readonly number[]): Change[] {
    const references = this.#references!;
    const comparison = new Comparison(old.file, next.file);
    const touched = new Set(
      changed.filter(
        (number) =>
          references.isReferenced(number) && !comparison.isSame(old.file.get(number), next.file.get(number)),
      ),
    );
    const step = {
      ...{ old: old.file, next: next.file, oldForm: old.form, nextForm: next.form },
      ...{ comparison, references, touched, permission: this.#permission, pages: this.#pages },
    };
    const changes = [...this.#containerChanges(changed), ...judgeUpdate(step)];
    const { visit, finish } = strangeSignatures(next.file);
    references.addTrailer(next.file.trailer);
    for (const number of changed) {
      const object = next.file.get(number);
      references.add(number, object);
      visit(number, object);
    }
    this.findings.push(...finish(references));
    return changes;
  }

  /** An object stream that is replaced changes objects whose own entries stay as they were. */
  #containerChanges(changed: readonly number[]): Change[] {
    return changed
      .filter((number) => this.#containers.has(number))
      .map((number) =>
        forbidden("object-stream-replaced", number, `object stream ${number} was replaced, and all in it`),
      );
  }

  #noteContainers(xref: Xref, numbers: Iterable<number> = xref.entries.keys()): void {
    for (const number of numbers) {
      const entry = xref.entries.get(number);
      if (entry?.type === "in") this.#containers.add(entry.stream);
    }
  }
}

/** Whether a revision holds the signature: in that field, in that place. */
function holds({ file, form }: Current, { field, objectAt, objectNumber }: FoundSignature): boolean {
  if (objectNumber === null || !field.ref) return false;
  const entry = file.xref.entries.get(objectNumber);
  if (entry?.type !== "at" || entry.position !== objectAt) return false;
  const part = form.fields.get(field.ref.number);
  if (part?.field.type !== "Sig") return false;
  return valueNumber(file, part.field.dict, objectNumber) === objectNumber;
}

function valueNumber(file: PdfFile, dict: ReadonlyMap<string, PdfObject>, inPlace: number): number | null {
  let value = dict.get("V") ?? file.dict(dict.get("Parent"))?.get("V") ?? null;
  if (value instanceof Map) return inPlace;
  let number: number | null = null;
  for (let count = 0; value instanceof PdfRef && count < 8; count++) {
    number = value.number;
    value = file.get(value.number);
  }
  return number;
}

const prefixOf = (source: ByteSource, end: number): ByteSource => ({
  size: end,
  read: (position, length) => source.read(position, Math.max(0, Math.min(length, end - position))),
});

/** Whether the bytes up to `end` are a whole file: `startxref`, an offset, `%%EOF`, white space. */
function endsRevision(source: ByteSource, end: number): boolean {
  const from = Math.max(0, end - 1024);
  return /startxref[ \t\r\n\0\f]+\d{1,12}[ \t\r\n\0\f]+%%EOF[ \t\r\n\0\f]*$/.test(
    toLatin1(source.read(from, end - from)),
  );
}

function changedNumbers(old: Xref, next: Xref): number[] {
  const changed: number[] = [];
  for (const [number, entry] of next.entries)
    if (!isSameEntry(entry, old.entries.get(number))) changed.push(number);
  for (const number of old.entries.keys()) if (!next.entries.has(number)) changed.push(number);
  return changed;
}
