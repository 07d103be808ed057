import "server-only";

/** A file's name as a header of our own carries it; null where there is none, so that no other site can send one. */
export function givenName(request: Request): string | null {
  const name = request.headers.get("x-file-name");
  if (name === null) return null;
  try {
    return decodeURIComponent(name).slice(0, 1_000);
  } catch {
    return "";
  }
}
