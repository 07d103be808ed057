import { z } from "zod";
import type { Visitor } from "#lib/context.ts";
import { CERTIFICATE_FORMS } from "#lib/evidence/certificate-file.ts";
import { downloadCertificate } from "#lib/evidence/download-certificate.ts";
import { checkPair } from "#lib/evidence/lookup/check-pair.ts";
import { findCertificates, MOST_AT_ONCE } from "#lib/evidence/lookup/find-certificates.ts";
import { type CertificateId, ID_PREFIXES, parsePublicId, publicId } from "#lib/ids.ts";
import { fileHeaders } from "../../../_server/file-headers.ts";
import { answerWithKey, snakeCase } from "../with-key.ts";

const idOf = (kind: keyof typeof ID_PREFIXES) =>
  z.string().transform((text, { addIssue }) => {
    const id = parsePublicId<string>(kind, text);
    if (id === null)
      addIssue({ code: "custom", message: `an id that begins with ${ID_PREFIXES[kind]}_`, input: text });
    return id ?? "";
  });

/** A day is its first moment, in UTC. */
const Instant = z.union([z.iso.date(), z.iso.datetime({ offset: true })]).transform((text) => new Date(text));

const ListQuery = z.strictObject({
  envelope: idOf("envelope").optional(),
  document: idOf("document").optional(),
  signature: idOf("signature").optional(),
  from: Instant.optional(),
  to: Instant.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_AT_ONCE).optional(),
});

const PairQuery = z.strictObject({ certificate: z.string().max(200), document_sha256: z.string().max(200) });

const FileQuery = z.strictObject({ format: z.enum(CERTIFICATE_FORMS).default("json") });

const queryOf = (request: Request) => Object.fromEntries(new URL(request.url).searchParams);

/** `GET /api/v1/certificates`: those of an envelope, a document, a signature or a span of time. */
export function listCertificates(visitor: Visitor, request: Request): Promise<Response> {
  return answerWithKey(visitor, request, async (ctx) => {
    const { envelope, document, signature, ...rest } = ListQuery.parse(queryOf(request));
    const ids = { envelopeId: envelope, documentId: document, signatureId: signature };
    const { items, nextCursor } = await findCertificates(ctx, { ...ids, ...rest });
    const data = items.map(({ id, envelopeId, envelopeTitle, ...one }) => ({
      ...{ id: publicId("certificate", id), ...one },
      envelope: envelopeId && { id: publicId("envelope", envelopeId), title: envelopeTitle },
    }));
    const page = { nextCursor, hasMore: nextCursor !== null };
    const response = Response.json(snakeCase({ data, page }), { headers: { "cache-control": "no-store" } });
    if (nextCursor) {
      const next = new URL(request.url);
      next.searchParams.set("cursor", nextCursor);
      response.headers.set("link", `<${next.pathname}${next.search}>; rel="next"`);
    }
    return response;
  });
}

/** `GET /api/v1/certificates/{id}`: all that is known of one, or a file of it; each leaves an event. */
export function readCertificate(visitor: Visitor, request: Request, text: string): Promise<Response> {
  return answerWithKey(visitor, request, async (ctx) => {
    const { format } = FileQuery.parse(queryOf(request));
    const certificateId = idOf("certificate").parse(text) as CertificateId;
    const file = await downloadCertificate(ctx, { certificateId, form: format });
    if (format !== "json") return new Response(file.bytes, { headers: fileHeaders(file) });
    const told = snakeCase(await new Response(file.bytes).json());
    return Response.json(told, { headers: { "cache-control": "no-store" } });
  });
}

/** `GET /api/v1/certificates/check`: whether a certificate and a file belong together. */
export function checkCertificate(visitor: Visitor, request: Request): Promise<Response> {
  return answerWithKey(visitor, request, async (ctx) => {
    const { certificate, document_sha256: documentSha256 } = PairQuery.parse(queryOf(request));
    const id = parsePublicId<string>("certificate", certificate);
    const { certificateId, belongs, signatures } = await checkPair(ctx, {
      ...{ certificate: id === null ? { sha256: certificate } : { id }, documentSha256 },
    });
    const told = {
      ...{ certificate: publicId("certificate", certificateId), documentSha256, belongs },
      signatures: signatures.map(({ signatureId, envelopeId, documentId, ...one }) => ({
        ...{ id: publicId("signature", signatureId), envelope: publicId("envelope", envelopeId) },
        ...{ document: publicId("document", documentId), ...one },
      })),
    };
    return Response.json(snakeCase(told), { headers: { "cache-control": "no-store" } });
  });
}
