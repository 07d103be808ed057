import { newDigester } from "#lib/evidence/verifier/digests.ts";

/** SHA-256 of a file in lower-case hex, computed in this browser; also on an address without TLS. */
export async function fileSha256(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const digest = crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : slowly(bytes);
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

function slowly(bytes: Uint8Array): Uint8Array {
  const digester = newDigester("sha256");
  digester.update(bytes);
  return digester.digest();
}
