import "server-only";
import type { Download } from "#lib/evidence/download.ts";
import { fileHeaders } from "./file-headers.ts";

/** A file as an answer to save. */
export const fileResponse = (file: Download): Response =>
  new Response(file.bytes, { headers: fileHeaders(file) });
