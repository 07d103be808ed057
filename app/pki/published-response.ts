import "server-only";
import { sha256 } from "#lib/bytes.ts";
import { type Published, tagOf } from "#lib/pki/published.ts";

const LONGEST_SECONDS = 3_600;

/** What our authorities have signed, to be kept by anyone until it may have changed (RFC 5019 §6.2). */
export function publishedResponse(
  request: Request,
  { der, thisUpdate, nextUpdate }: Published,
  contentType: string,
  now = new Date(),
): Response {
  const left = nextUpdate ? Math.floor((nextUpdate.getTime() - now.getTime()) / 1000) : 0;
  const seconds = request.method === "GET" ? Math.max(0, Math.min(LONGEST_SECONDS, left)) : 0;
  const tag = tagOf(sha256(der));
  const headers: Record<string, string> = {
    "content-type": contentType,
    "x-content-type-options": "nosniff",
    "cache-control": seconds > 0 ? `public, max-age=${seconds}, no-transform, must-revalidate` : "no-store",
  };
  if (seconds > 0) {
    headers.etag = tag;
    headers.expires = new Date(now.getTime() + seconds * 1000).toUTCString();
    if (thisUpdate) headers["last-modified"] = thisUpdate.toUTCString();
    if (request.headers.get("if-none-match") === tag) return new Response(null, { status: 304, headers });
  }
  headers["content-length"] = String(der.length);
  return new Response(der as Uint8Array<ArrayBuffer>, { headers });
}

/** A certificate never changes; which one an address gives may, at a renewal. */
export function certificateResponse(der: Uint8Array | null, fileName: string): Response {
  if (!der) return nothing();
  return new Response(der as Uint8Array<ArrayBuffer>, {
    headers: {
      "content-type": "application/pkix-cert",
      "content-length": String(der.length),
      "content-disposition": `attachment; filename="${fileName}"`,
      "cache-control": `public, max-age=${LONGEST_SECONDS}, no-transform`,
      "x-content-type-options": "nosniff",
    },
  });
}

export const nothing = () =>
  new Response("Not found\n", { status: 404, headers: { "content-type": "text/plain" } });
