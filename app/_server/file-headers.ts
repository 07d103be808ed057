import type { Download } from "#lib/evidence/download.ts";

/** What a file to save is sent with: its name in both spellings (RFC 6266, RFC 8187). */
export function fileHeaders({ fileName, contentType, sizeBytes }: Download): Record<string, string> {
  const plain = fileName
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/g, "_")
    .replace(/["\\]/g, "_");
  return {
    "content-type": contentType,
    ...(sizeBytes === null ? {} : { "content-length": String(sizeBytes) }),
    "content-disposition": `attachment; filename="${plain}"; filename*=UTF-8''${extended(fileName)}`,
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
  };
}

/** Everything but attr-char (RFC 8187 §3.2.1) as percent codes; encodeURIComponent leaves four characters too many. */
function extended(fileName: string): string {
  return encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
