import { z } from "zod";
import { fromBase64, fromUtf8, toBase64 } from "#lib/bytes.ts";
import type { Visitor } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { importSeal } from "#lib/signing/seals/import-seal.ts";
import { listSeals } from "#lib/signing/seals/list-seals.ts";
import { registerCertificates } from "#lib/signing/seals/register-certificate.ts";
import { answerOnceWithKey, answerWithKey, snakeCase } from "../with-key.ts";

const MAX_CHARACTERS = 1_500_000;

/** A file in Base64, or PEM as text. */
const brought = {
  file: z
    .string()
    .max(MAX_CHARACTERS)
    .refine((text) => toBase64(fromBase64(text)) === text, "Base64 of the file")
    .transform(fromBase64)
    .optional(),
  pem: z.string().max(MAX_CHARACTERS).transform(fromUtf8).optional(),
};

const ImportBody = z
  .strictObject({
    ...brought,
    password: z.string().max(1000).default(""),
    chosen: z.number().int().min(0).max(99).nullable().default(null),
  })
  .refine(({ file, pem }) => (file === undefined) !== (pem === undefined), "either file or pem");

const RegisterBody = z
  .strictObject({ ...brought, use: z.enum(["anchor", "chain"]) })
  .refine(({ file, pem }) => (file === undefined) !== (pem === undefined), "either file or pem");

/**
 * `POST /api/v1/keys/import`: takes a key as the page does. It is tested, and signs nothing before a person has made
 * it the seal on that page.
 */
export function importKey(visitor: Visitor, request: Request): Promise<Response> {
  return answerOnceWithKey(visitor, request, async (ctx, body) => {
    const { file, pem, password, chosen } = ImportBody.parse(body);
    const { sealId, findings, choices } = await importSeal(ctx, { bytes: (file ?? pem)!, password, chosen });
    if (sealId !== null)
      return { status: 201, body: { id: publicId("sealKey", sealId), state: "certified", findings } };
    const code = "keys/not-usable";
    const title = "Nothing was kept: the file holds no key that can be used as it is.";
    const problem = { type: `about:blank#${code}`, code, title, status: 422, retryable: false };
    return { status: 422, body: { ...problem, findings, choices } };
  });
}

/** `POST /api/v1/certificates`: registers certificates without their keys. */
export function registerByApi(visitor: Visitor, request: Request): Promise<Response> {
  return answerOnceWithKey(visitor, request, async (ctx, body) => {
    const { file, pem, use } = RegisterBody.parse(body);
    const { added, brought } = await registerCertificates(ctx, { use, bytes: (file ?? pem)! });
    return { status: added > 0 ? 201 : 200, body: { use, added, sha256: brought } };
  });
}

/** `GET /api/v1/keys`: what seals, and what was brought to become the seal, with how its tests went. */
export function listKeys(visitor: Visitor, request: Request): Promise<Response> {
  return answerWithKey(visitor, request, async (ctx) => {
    const { current, brought, registered } = await listSeals(ctx);
    const told = {
      current: current && { ...current, certificateId: publicId("certificate", current.certificateId) },
      brought: brought.map(({ id, ...one }) => ({ id: publicId("sealKey", id), ...one })),
      registered: registered.map(({ id, ...one }) => ({ id: publicId("registration", id), ...one })),
    };
    return Response.json(snakeCase(told), { headers: { "cache-control": "no-store" } });
  });
}
