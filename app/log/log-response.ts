import "server-only";

const BRIEFLY = "public, max-age=5, no-transform";
const FOREVER = "public, max-age=31536000, immutable, no-transform";

interface LogFile {
  readonly body: Uint8Array | string;
  readonly contentType: string;
  /** What an address gives may change, or never does. */
  readonly mayChange: boolean;
  readonly fileName?: string;
}

/** What the log publishes: for anybody to fetch, keep and hand on, from scripts of any site as well. */
export function logResponse({ body, contentType, mayChange, fileName }: LogFile): Response {
  return new Response(body as BodyInit, {
    headers: {
      "content-type": contentType,
      "cache-control": mayChange ? BRIEFLY : FOREVER,
      "access-control-allow-origin": "*",
      "x-content-type-options": "nosniff",
      ...(fileName ? { "content-disposition": `attachment; filename="${fileName}"` } : {}),
    },
  });
}

export const TEXT = "text/plain; charset=utf-8";
export const BINARY = "application/octet-stream";

/** A number of leaves as addresses spell it; null when it is none. */
export const sizeIn = (text: string): number | null => (/^[1-9]\d{0,14}$/.test(text) ? Number(text) : null);

/** What is not there may come: nobody is to remember that it was missing. */
export const notThere = () =>
  new Response("Not found\n", {
    status: 404,
    headers: { "content-type": TEXT, "cache-control": "no-store", "access-control-allow-origin": "*" },
  });
