import { toHex } from "#lib/bytes.ts";
import { integer, oid, sequence, setOf, sorted, tagged } from "#lib/pki/core/asn1/der.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { contentInfo } from "#lib/pki/core/cms/assemble-cms.ts";

/**
 * A chain in one file, as `.p7b`: a CMS SignedData that nobody signed and that only carries certificates.
 *
 * @param certificates DER each, at least one. @returns ContentInfo, DER: sorted and each once.
 * @see RFC 5652 §5.2 (degenerate case)
 */
export function certificatesOnlyCms(certificates: readonly Uint8Array[]): Uint8Array {
  const distinct = [...new Map(certificates.map((der) => [toHex(der), der])).values()];
  return contentInfo(integer(1), setOf([]), sequence(oid(OID.data)), tagged(0, sorted(distinct)), setOf([]));
}
