import "server-only";

const LONGEST_SECONDS = 3_600;

/** What our authorities have signed, to be kept by anyone until it may have changed (RFC 5019 §6.2). */
export function publishedResponse(
  der: Uint8Array,
  contentType: string,
  nextUpdate: Date | null,
  now = new Date(),
): Response {
  const left = nextUpdate ? Math.floor((nextUpdate.getTime() - now.getTime()) / 1000) : 0;
  const seconds = Math.max(0, Math.min(LONGEST_SECONDS, left));
  return new Response(der as Uint8Array<ArrayBuffer>, {
    headers: {
      "content-type": contentType,
      "content-length": String(der.length),
      "cache-control": seconds > 0 ? `public, max-age=${seconds}, no-transform` : "no-store",
      ...(nextUpdate && seconds > 0 ? { expires: nextUpdate.toUTCString() } : {}),
      "x-content-type-options": "nosniff",
    },
  });
}

/** A certificate never changes; which one an address gives may, at a renewal. */
export function certificateResponse(der: Uint8Array | null, fileName: string): Response {
  if (!der) return nothing();
  const response = publishedResponse(der, "application/pkix-cert", null);
  response.headers.set("cache-control", `public, max-age=${LONGEST_SECONDS}, no-transform`);
  response.headers.set("content-disposition", `attachment; filename="${fileName}"`);
  return response;
}

export const nothing = () =>
  new Response("Not found\n", { status: 404, headers: { "content-type": "text/plain" } });
