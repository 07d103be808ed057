import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { ByteSource } from "#lib/bytes.ts";
import { checkPackage } from "./check-package.ts";
import type { PackageReport } from "./core/package/package-report.ts";
import { anchorsOf, type TrustTerms } from "./core/trust/trust-terms.ts";
import type { ValidationReport } from "./core/validation/validation-report.ts";
import { evidenceError } from "./errors.ts";
import { validateDocument } from "./validate-document.ts";

export interface LocalFile extends TrustTerms {
  readonly path: string;
  /** As the report names it. */
  readonly name: string;
  /** Revocation lists to add to those in the file, DER. */
  readonly crls: readonly Uint8Array[];
  readonly now: Date;
}

/**
 * Validates a file of this machine, read in ranges. A task of the sandbox.
 *
 * @throws evidence/file-unreadable
 */
export function validateLocalFile({ path, name, crls, now, ...trust }: LocalFile): ValidationReport {
  const file = openFile(path);
  try {
    return validateDocument(file, { name, now, crls, anchors: anchorsOf(trust), lists: trust.lists });
  } finally {
    file.close();
  }
}

/**
 * Checks an evidence package of this machine, read in ranges. A task of the sandbox.
 *
 * @throws evidence/file-unreadable
 */
export function checkLocalPackage({ path, crls, now, ...trust }: LocalFile): PackageReport {
  const file = openFile(path);
  try {
    return checkPackage(file, { now, crls, anchors: anchorsOf(trust) });
  } finally {
    file.close();
  }
}

function openFile(path: string): ByteSource & { close(): void } {
  const reading = <T>(read: () => T): T => {
    try {
      return read();
    } catch (cause) {
      throw evidenceError("file-unreadable", `cannot read ${path}`, { cause });
    }
  };
  // Opening a pipe would wait for whoever writes into it.
  if (!reading(() => statSync(path)).isFile()) throw evidenceError("file-unreadable", `${path} is no file`);
  const descriptor = reading(() => openSync(path, "r"));
  const { size } = fstatSync(descriptor);
  return {
    size,
    close: () => closeSync(descriptor),
    read(position, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - position)));
      let filled = 0;
      while (filled < bytes.length) {
        const count = reading(() =>
          readSync(descriptor, bytes, filled, bytes.length - filled, position + filled),
        );
        if (count === 0) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    },
  };
}
