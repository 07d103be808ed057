import type { TrustChoice } from "#lib/evidence/choose-trust.ts";
import { CHECK_LIMITS, collectUpload, type Upload } from "#lib/evidence/validate-upload.ts";
import { isUuid } from "#lib/ids.ts";
import { filesError } from "#lib/ports/files.ts";
import { apiError } from "../answer-api.ts";

/** What a form holds besides its file. */
const FORM_LIMITS = { restBytes: 2 * 1024 ** 2, anchorBytes: 512 * 1024, parts: 40 } as const;
const KINDS = ["application/pdf", "application/zip", "application/octet-stream"];

/** Refuses by its length alone what is too large, so that nothing of it is read. @throws files/too-large */
export function requireSmallEnough({ headers }: Request): void {
  const sizeBytes = Number(headers.get("content-length") ?? Number.NaN);
  if (sizeBytes > CHECK_LIMITS.sizeBytes + FORM_LIMITS.restBytes)
    throw filesError("too-large", `${sizeBytes} bytes, ${CHECK_LIMITS.sizeBytes} at most`);
}

/**
 * The file to check and what to trust, from the body of a request: the file itself, or a form with it.
 *
 * @throws api/body-missing, media-type, form-unreadable, file-missing, field-unknown, trust-unknown; files/too-large
 */
export async function readUpload(request: Request): Promise<Upload> {
  const { body, headers, url } = request;
  if (!body) throw apiError("body-missing", "send the PDF as the body, or a form with a part named file");
  const type = (headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  const chunks = body as unknown as AsyncIterable<Uint8Array>;
  if (type === "multipart/form-data") return readForm(headers.get("content-type")!, chunks);
  if (!KINDS.includes(type))
    throw apiError(
      "media-type",
      `${type || "no Content-Type"}; taken: multipart/form-data, ${KINDS.join(", ")}`,
    );
  const { searchParams } = new URL(url);
  const bytes = await collectUpload(chunks);
  const trust = trustOf(searchParams.getAll("trust"), []);
  return { bytes, name: searchParams.get("name") ?? "", trust };
}

async function readForm(type: string, body: AsyncIterable<Uint8Array>): Promise<Upload> {
  const limit = CHECK_LIMITS.sizeBytes + FORM_LIMITS.restBytes;
  const form = await formOf(type, await collectUpload(body, limit));
  const parts = [...form.entries()];
  if (parts.length > FORM_LIMITS.parts) throw apiError("form-unreadable", `${parts.length} parts`);
  const unknown = parts.find(([name]) => !["file", "anchor", "trust"].includes(name));
  if (unknown) throw apiError("field-unknown", `${unknown[0].slice(0, 100)}; known: file, anchor, trust`);
  const files = form.getAll("file");
  const [file] = files;
  if (!(file instanceof File) || files.length !== 1) throw apiError("file-missing", `${files.length} files`);
  const names = form.getAll("trust").filter((value) => typeof value === "string");
  const anchors = await Promise.all(form.getAll("anchor").map(anchorBytes));
  const bytes = await contentOf(file, CHECK_LIMITS.sizeBytes);
  return { bytes, name: file.name, trust: trustOf(names, anchors) };
}

async function formOf(type: string, bytes: Uint8Array): Promise<FormData> {
  try {
    const body = bytes as Uint8Array<ArrayBuffer>;
    return await new Response(body, { headers: { "content-type": type } }).formData();
  } catch (error) {
    throw apiError("form-unreadable", "not a form of RFC 7578", { cause: error });
  }
}

const anchorBytes = async (value: File | string): Promise<Uint8Array> =>
  typeof value === "string"
    ? new TextEncoder().encode(value.slice(0, FORM_LIMITS.anchorBytes))
    : contentOf(value, FORM_LIMITS.anchorBytes);

async function contentOf(file: File, limitBytes: number): Promise<Uint8Array> {
  if (file.size > limitBytes) throw filesError("too-large", `${file.size} bytes, ${limitBytes} at most`);
  return new Uint8Array(await file.arrayBuffer());
}

/** `own`: the roots of this installation, as when nothing is named; anything else is the id of a list. */
function trustOf(names: readonly string[], anchorFiles: readonly Uint8Array[]): TrustChoice {
  const unknown = names.find((name) => name !== "own" && !isUuid(name));
  if (unknown !== undefined) throw apiError("trust-unknown", unknown.slice(0, 100));
  return { own: names.includes("own"), anchorFiles, lists: names.filter((name) => name !== "own") };
}
