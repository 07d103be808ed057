import { isName, type PdfDict } from "../objects.ts";
import type { PdfFile } from "../reader.ts";
import type { FoundSignature } from "./found-signature.ts";

/** Which fields a signature closed (ISO 32000-2 §12.8.2.4). */
export interface FieldLockRule {
  readonly action: "all" | "include" | "exclude";
  readonly fields: readonly string[];
}

/** What the signatures so far permit whoever comes later. */
export interface Permission {
  /** The strictest DocMDP level (§12.8.2.2); null when none of them certifies or closes the document. */
  readonly level: 1 | 2 | 3 | null;
  readonly locks: readonly FieldLockRule[];
  /** Nothing but time-stamps so far, so a certification may still come. */
  readonly hasOnlyTimestamps: boolean;
}

export const NO_PERMISSION: Permission = { level: null, locks: [], hasOnlyTimestamps: true };

/** What is permitted after one more signature: never more than before. */
export function narrowed(permission: Permission, signature: FoundSignature, file: PdfFile): Permission {
  const own = restrictionsOf(signature, file);
  return {
    level: stricter(permission.level, own.level),
    locks: [...permission.locks, ...own.locks],
    hasOnlyTimestamps: permission.hasOnlyTimestamps && signature.isTimestamp,
  };
}

/** A signature's own DocMDP level and locks: from its references, and from the lock of its field. */
export function restrictionsOf(
  { dict, field }: Pick<FoundSignature, "dict" | "field">,
  file: PdfFile,
): Pick<Permission, "level" | "locks"> {
  let level: Permission["level"] = null;
  const locks: FieldLockRule[] = [];
  const take = (holder: PdfDict | null, method: string | undefined) => {
    if (method === "DocMDP") level = stricter(level, levelOf(file, holder));
    else if (method === "FieldMDP") for (const lock of lockOf(file, holder)) addLock(locks, lock);
  };
  for (const entry of file.array(dict.get("Reference"))) {
    const reference = file.dict(entry);
    take(file.dict(reference?.get("TransformParams")), file.name(reference?.get("TransformMethod")));
  }
  const lock = file.dict(field.dict.get("Lock"));
  take(lock, "FieldMDP");
  if (lock?.has("P")) take(lock, "DocMDP");
  return { level, locks };
}

/** A field's lock is repeated in the signature's reference. */
function addLock(locks: FieldLockRule[], lock: FieldLockRule): void {
  const isSame = ({ action, fields }: FieldLockRule) =>
    action === lock.action && fields.join("\n") === lock.fields.join("\n");
  if (!locks.some(isSame)) locks.push(lock);
}

export function isLocked({ locks }: Pick<Permission, "locks">, name: string): boolean {
  const isNamed = ({ fields }: FieldLockRule) =>
    fields.some((field) => name === field || name.startsWith(`${field}.`));
  return locks.some((lock) => lock.action === "all" || (lock.action === "include") === isNamed(lock));
}

function levelOf(file: PdfFile, parameters: PdfDict | null): 1 | 2 | 3 {
  const level = file.number(parameters?.get("P")) ?? 2;
  return level === 1 || level === 3 ? level : 2;
}

const stricter = (a: Permission["level"], b: Permission["level"]): Permission["level"] =>
  a === null || b === null ? (a ?? b) : a < b ? a : b;

/** An action nobody knows closes everything. */
function lockOf(file: PdfFile, parameters: PdfDict | null): FieldLockRule[] {
  if (!parameters) return [];
  const action = file.resolve(parameters.get("Action"));
  const fields = file.array(parameters.get("Fields")).flatMap((field) => file.text(field) ?? []);
  if (isName(action, "Include")) return [{ action: "include", fields }];
  return [{ action: isName(action, "Exclude") ? "exclude" : "all", fields }];
}
