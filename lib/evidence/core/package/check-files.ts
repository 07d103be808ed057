import { scan, toHex } from "#lib/bytes.ts";
import type { ZipMember } from "#lib/evidence/core/zip/read-zip.ts";
import { sumsOf } from "./manifest.ts";
import { MANIFEST, SUMS, UNLISTED } from "./names.ts";
import { CheckNotes, type PackageCheck } from "./package-report.ts";
import { type PackageView, textOf } from "./package-view.ts";

/** Hashes one stream of bytes. */
export interface Hashing {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** Whether every file is there, is the one that was listed, and nothing is there besides. */
export function checkFiles(
  view: PackageView,
  newHash: () => Hashing,
): { check: PackageCheck; damaged: string[] } {
  const notes = new CheckNotes("Files");
  const { members, manifest } = view;
  const damaged = new Set<string>();
  const fault = (name: string, sentence: string) => {
    damaged.add(name);
    notes.fails(`${name}: ${sentence}`);
  };
  const damage = members.get(MANIFEST)?.fault;
  if (damage) {
    // What it says of other files is no longer what was written.
    fault(MANIFEST, `${damage}. The other files cannot be compared with it.`);
    return { check: notes.check, damaged: [...damaged] };
  }
  for (const { name, sizeBytes, sha256 } of manifest.files) {
    const member = members.get(name);
    if (!member) fault(name, "the list names this file and it is not there.");
    else if (member.sizeBytes !== sizeBytes || hashOf(member, newHash()) !== sha256)
      fault(name, "this file is not the one that was listed: at least one bit of it was changed.");
    else if (member.fault) fault(name, `${member.fault}.`);
  }
  const listed = new Set([...manifest.files.map(({ name }) => name), ...UNLISTED]);
  for (const [name, member] of members) {
    if (!listed.has(name)) fault(name, "this file is in the package and not in the list.");
    else if (UNLISTED.includes(name) && member.fault) fault(name, `${member.fault}.`);
  }
  const sums = textOf(view, SUMS);
  const expected = sumsOf(manifest.files.filter(({ name }) => name !== SUMS));
  if (sums !== null && sums !== expected) fault(SUMS, "this list and manifest.json differ.");
  if (damaged.size === 0)
    notes.holds(
      `All ${manifest.files.length} files are there, and each is the one whose SHA-256 was listed; nothing else is in the package.`,
    );
  if (manifest.withheld.length > 0)
    notes.holds(
      `${manifest.withheld.length} files were withheld; the list holds their SHA-256, so that each can be compared when it is shown.`,
    );
  return { check: notes.check, damaged: [...damaged] };
}

function hashOf({ source }: ZipMember, hash: Hashing): string {
  for (const piece of scan(source)) hash.update(piece);
  return toHex(new Uint8Array(hash.digest()));
}
