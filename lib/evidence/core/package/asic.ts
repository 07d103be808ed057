import { fromHex, fromUtf8, sha256, toBase64, toHex } from "#lib/bytes.ts";
import type { ListedFile } from "./manifest.ts";
import { ASIC_SIGNATURE, MANIFEST, MANIFEST_SIGNATURE, MANIFEST_TIMESTAMP, MIMETYPE } from "./names.ts";

/** What the first file of the container says, without a line's end. @see EN 319 162-1 §A.1 */
export const ASIC_MEDIA_TYPE = "application/vnd.etsi.asic-e+zip";

type Hashed = Pick<ListedFile, "name" | "sha256">;

/**
 * The list that makes a package an ASiC-E container with CAdES: each of its files with its hash, and the signature
 * over this list. The same files always give the same bytes.
 *
 * @param files every file that `manifest.json` lists. @param about `manifest.json`, what signs it, what stamps it.
 * @see EN 319 162-1 §4.4.4, §A.4
 */
export function asicManifest(
  files: readonly Hashed[],
  about: Readonly<Record<"manifest" | "cms" | "timestamp", Uint8Array>>,
): Uint8Array {
  const own = [
    [MANIFEST, about.manifest],
    [MANIFEST_SIGNATURE, about.cms],
    [MANIFEST_TIMESTAMP, about.timestamp],
  ] as const;
  const all = [
    ...files.filter(({ name }) => name !== MIMETYPE),
    ...own.map(([name, bytes]): Hashed => ({ name, sha256: toHex(sha256(bytes)) })),
  ];
  return fromUtf8(
    [
      `<?xml version="1.0" encoding="UTF-8" standalone="no"?>`,
      `<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">`,
      `<asic:SigReference MimeType="application/pkcs7-signature" URI="${ASIC_SIGNATURE}"/>`,
      ...all.map(reference),
      "</asic:ASiCManifest>",
      "",
    ].join("\n"),
  );
}

const SHA_256 = "http://www.w3.org/2001/04/xmlenc#sha256";

const reference = ({ name, sha256 }: Hashed): string =>
  `<asic:DataObjectReference URI="${uriOf(name)}"><ds:DigestMethod Algorithm="${SHA_256}"/>` +
  `<ds:DigestValue>${toBase64(fromHex(sha256))}</ds:DigestValue></asic:DataObjectReference>`;

/** RFC 3986: parts of the name, with what a URI does not take written as octets; nothing of XML is left in it. */
const uriOf = (name: string): string => name.split("/").map(encodeURIComponent).join("/");
