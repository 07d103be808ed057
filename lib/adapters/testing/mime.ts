/** One part of a message (RFC 2045), decoded. */
export interface MimePart {
  readonly headers: ReadonlyMap<string, string>;
  readonly type: string;
  readonly filename: string | null;
  readonly content: Buffer;
}

/** Headers of the whole message and its parts that are not multipart, in order. */
export function parseMime(raw: string): { headers: ReadonlyMap<string, string>; parts: MimePart[] } {
  return { headers: splitPart(raw).headers, parts: leaves(raw) };
}

function leaves(raw: string): MimePart[] {
  const { headers, body } = splitPart(raw);
  const contentType = headers.get("content-type") ?? "text/plain";
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (contentType.startsWith("multipart/") && boundary) {
    const inner = body.split(`--${boundary}`).slice(1, -1);
    return inner.flatMap((part) => leaves(part.replace(/^\r\n/, "").replace(/\r\n$/, "")));
  }
  const content = decodeBody(body, headers.get("content-transfer-encoding") ?? "7bit");
  const filename = parameter(headers.get("content-disposition") ?? "", "filename");
  return [{ headers, type: contentType.split(";")[0]!, filename, content }];
}

function splitPart(raw: string) {
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
    }),
  );
  return { headers, body: raw.slice(end + 4) };
}

/** Encoded words (RFC 2047); white space between two of them does not count. */
function decodeWords(text: string): string {
  const joined = text.replace(/(\?=)\s+(?==\?)/g, "$1");
  return joined.replace(/(?:=\?utf-8\?[bq]\?[^?]*\?=)+/gi, (words) => {
    const bytes = [...words.matchAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi)].map(([, encoding, data]) =>
      encoding!.toLowerCase() === "b"
        ? Buffer.from(data!, "base64")
        : quotedPrintable(data!.replaceAll("_", " ")),
    );
    return Buffer.concat(bytes).toString();
  });
}

function decodeBody(body: string, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(body, "base64");
  if (encoding === "quoted-printable") return quotedPrintable(body.replace(/=\r\n/g, ""));
  return Buffer.from(body, "latin1");
}

function quotedPrintable(text: string): Buffer {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1");
}

/** A parameter, also where it is percent-encoded and continued (RFC 2231). */
function parameter(header: string, name: string): string | null {
  const plain = new RegExp(`${name}="?([^";]+)"?`).exec(header)?.[1];
  if (plain) return plain;
  const pieces = [...header.matchAll(new RegExp(`${name}\\*(?:\\d+\\*?)?=([^;]+)`, "g"))];
  if (pieces.length === 0) return null;
  return decodeURIComponent(
    pieces
      .map(([, piece]) => piece!.trim())
      .join("")
      .replace(/^utf-8''/i, ""),
  );
}
