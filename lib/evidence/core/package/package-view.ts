import { type ByteSource, toUtf8 } from "#lib/bytes.ts";
import type { ZipMember } from "#lib/evidence/core/zip/read-zip.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { MANIFEST } from "./names.ts";

const MOST_RECORD_BYTES = 64 << 20;

/** A package as it is checked: its files by name, its list, and what to trust. */
export interface PackageView {
  readonly members: ReadonlyMap<string, ZipMember>;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly anchors: readonly TrustAnchor[];
  readonly root: Certificate;
  /** Newer than the package, DER. */
  readonly crls: readonly Uint8Array[];
  readonly now: Date;
}

/** @throws evidence/package-unreadable */
export function readManifest(members: ReadonlyMap<string, ZipMember>): {
  manifest: Manifest;
  manifestBytes: Uint8Array;
} {
  const member = members.get(MANIFEST);
  if (!member) throw evidenceError("package-unreadable", "it holds no manifest.json");
  const manifestBytes = wholeOf(member.source, MANIFEST);
  return { manifest: parseManifest(manifestBytes), manifestBytes };
}

export function bytesOf({ members }: Pick<PackageView, "members">, name: string): Uint8Array | null {
  const member = members.get(name);
  return member ? wholeOf(member.source, name) : null;
}

export function textOf(view: Pick<PackageView, "members">, name: string): string | null {
  const bytes = bytesOf(view, name);
  return bytes && toUtf8(bytes);
}

/** @throws evidence/package-unreadable for a record that is larger than any record is */
function wholeOf(source: ByteSource, name: string): Uint8Array {
  if (source.size > MOST_RECORD_BYTES) throw evidenceError("package-unreadable", `${name} is too large`);
  return source.read(0, source.size);
}

/** Names below a folder with an ending, in the order of the package. */
export const namesIn = ({ members }: PackageView, folder: string, ending: string): string[] =>
  [...members.keys()].filter((name) => name.startsWith(folder) && name.endsWith(ending));

/** Every certificate that travels as a file. */
export function certificatesOf(view: PackageView): { name: string; certificate: Certificate }[] {
  return namesIn(view, "05-certificates/", ".cer").flatMap((name) => {
    try {
      return [{ name, certificate: parseCertificate(bytesOf(view, name)!) }];
    } catch {
      return [];
    }
  });
}
