import "server-only";
import type { Download } from "#lib/evidence/download.ts";

/** A file as an answer to save, with its name in both spellings (RFC 6266, RFC 8187). */
export function fileResponse({ fileName, contentType, sizeBytes, bytes }: Download): Response {
  const plain = fileName
    .normalize("NFKD")
    .replace(/[^\x20-\x7e]/g, "_")
    .replace(/["\\]/g, "_");
  return new Response(bytes, {
    headers: {
      "content-type": contentType,
      "content-length": String(sizeBytes),
      "content-disposition": `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
      "cache-control": "private, no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
