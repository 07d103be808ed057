import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { fromUtf8, toHex, toUtf8 } from "#lib/bytes.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import type { PackageFacts } from "./package-facts.ts";

export interface ListedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly about: string;
}

/** What the organization signs: every file of a package with its hash, and what the package is. */
export interface Manifest {
  readonly format: "whereof-evidence-package/1";
  readonly package: {
    readonly id: string;
    readonly variant: "full" | "redacted";
    readonly createdAt: string;
    readonly generator: string;
  };
  readonly envelope: {
    readonly id: string;
    readonly shortId: string;
    readonly organization: string;
    readonly level: string;
    readonly completedAt: string;
  };
  readonly chain: { readonly count: number; readonly head: string };
  readonly trustAnchor: { readonly subject: string; readonly sha256: string };
  readonly files: readonly ListedFile[];
  /** Left out of a redacted package: the hash ties what is left out to this package. */
  readonly withheld: readonly ListedFile[];
}

/** The manifest as the exact bytes that are signed: canonical JSON (RFC 8785) in UTF-8. */
export function manifestBytes(
  facts: PackageFacts,
  files: readonly ListedFile[],
  withheld: readonly ListedFile[],
): Uint8Array {
  const { order, trail, completedAt, rootDer } = facts;
  const { id, shortId, level } = trail.envelope;
  const root = parseCertificate(rootDer);
  const manifest: Manifest = {
    format: "whereof-evidence-package/1",
    package: {
      id: order.id,
      variant: order.variant,
      createdAt: order.askedAt.toISOString(),
      generator: trail.generator,
    },
    envelope: {
      ...{ id, shortId, level, organization: trail.organizationName },
      completedAt: completedAt.toISOString(),
    },
    chain: { count: trail.entries.length, head: trail.entries.at(-1)!.hash },
    trustAnchor: { subject: root.subject.text, sha256: root.sha256 },
    ...{ files, withheld },
  };
  return fromUtf8(canonicalJson(manifest as unknown as Json));
}

/**
 * Reads a manifest of exactly that form.
 *
 * @param bytes untrusted. @throws evidence/package-unreadable
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  try {
    const manifest = JSON.parse(toUtf8(bytes)) as Manifest;
    const areFiles = (list: unknown) =>
      Array.isArray(list) &&
      list.every(
        (one: ListedFile) =>
          typeof one.name === "string" &&
          Number.isSafeInteger(one.sizeBytes) &&
          /^[0-9a-f]{64}$/.test(one.sha256),
      );
    const isWhole =
      manifest.format === "whereof-evidence-package/1" &&
      areFiles(manifest.files) &&
      areFiles(manifest.withheld) &&
      typeof manifest.envelope.shortId === "string" &&
      typeof manifest.chain.head === "string" &&
      typeof manifest.trustAnchor.sha256 === "string";
    const isCanonical = isWhole && canonicalJson(manifest as unknown as Json) === toUtf8(bytes);
    if (isCanonical && toHex(fromUtf8(toUtf8(bytes))) === toHex(bytes)) return manifest;
  } catch (error) {
    throw evidenceError("package-unreadable", "manifest.json cannot be read", { cause: error });
  }
  throw evidenceError("package-unreadable", "manifest.json is not of the form it has to be");
}

/** Lines as `sha256sum --check` reads them. */
export const sumsOf = (files: readonly Pick<ListedFile, "name" | "sha256">[]): string =>
  files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
