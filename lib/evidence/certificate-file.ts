import { fromUtf8, sha256 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { certificatesOnlyCms } from "#lib/pki/core/cms/certificates-only.ts";
import { certificatesAbove } from "#lib/pki/published.ts";
import type { CertificateRecord } from "./certificates-store.ts";
import { certificatePaper } from "./core/certificate-paper.ts";
import { detailsOf } from "./get-certificate.ts";
import { GENERATOR } from "./trail-facts.ts";

export const CERTIFICATE_FORMS = ["der", "pem", "p7b", "json", "pdf"] as const;
export type CertificateForm = (typeof CERTIFICATE_FORMS)[number];

/** Ending and media type of each form. */
export const FORM_FACTS: Readonly<
  Record<CertificateForm, { readonly ending: string; readonly type: string }>
> = {
  der: { ending: ".cer", type: "application/pkix-cert" },
  pem: { ending: ".pem", type: "application/x-pem-file" },
  p7b: { ending: ".p7b", type: "application/x-pkcs7-certificates" },
  json: { ending: ".json", type: "application/json" },
  pdf: { ending: ".pdf", type: "application/pdf" },
};

/** How many signatures the files name; how many there are beside them stands in there too. */
const MOST_IN_JSON = 10_000;
const MOST_ON_PAPER = 1_000;
const PAPER_TIMEOUT_MS = 60_000;

/** The bytes of a certificate in one form; never with a private key, which is nowhere near. */
export async function certificateBytes(
  ctx: Context,
  record: CertificateRecord,
  form: CertificateForm,
): Promise<Uint8Array> {
  const { der } = record.certificate;
  switch (form) {
    case "der":
      return der;
    case "pem":
      return fromUtf8(toPem(der));
    case "p7b":
      return certificatesOnlyCms([der, ...(await certificatesAbove(ctx.runtime, record.certificate))]);
    case "json":
      return fromUtf8(`${JSON.stringify(await jsonOf(ctx, record), null, 2)}\n`);
    case "pdf":
      return pdfOf(ctx, record);
  }
}

/** What the JSON file says, for people; the same file is attached to it. */
async function pdfOf(ctx: Context, record: CertificateRecord): Promise<Uint8Array> {
  const { certificate, organization } = record;
  const told = await jsonOf(ctx, record);
  const details = await detailsOf(ctx, record, { after: null, limit: MOST_ON_PAPER });
  const { kind, view, chain, signed, revocation, signedTotal } = details;
  const madeAt = ctx.now();
  const about = { kind, view, chain, signed, signedTotal, revocation, organizationName: organization.name };
  const attachment = {
    ...{ name: "certificate.json", mediaType: "application/json", description: "The same for machines" },
    ...{ relationship: "Data" as const, modifiedAt: madeAt },
    bytes: fromUtf8(`${JSON.stringify(told, null, 2)}\n`),
  };
  const options = {
    ...{ paper: organization.settings.paper, seed: sha256(certificate.der), createdAt: madeAt },
    ...{ author: organization.name, producer: GENERATOR, attachment },
  };
  const paper = certificatePaper({ ...about, madeAt, generator: GENERATOR });
  return ctx.runtime.sandbox.run("paper", { paper, options }, { timeoutMs: PAPER_TIMEOUT_MS });
}

/** All that is known of it, and which documents it belongs to. */
async function jsonOf(ctx: Context, record: CertificateRecord) {
  const { certificate, signerName } = record;
  const details = await detailsOf(ctx, record, { after: null, limit: MOST_IN_JSON });
  const { revocation } = details;
  const chain = [certificate.der, ...(await certificatesAbove(ctx.runtime, record.certificate))];
  return {
    id: publicId("certificate", certificate.id),
    kind: details.kind,
    signer: signerName,
    envelope: details.envelope
      ? { id: publicId("envelope", details.envelope.id), title: details.envelope.title }
      : null,
    certificate: details.view,
    revocation: {
      status: revocation.revokedAt ? "revoked" : revocation.asOf ? "not-revoked" : "not-asked",
      revokedAt: revocation.revokedAt?.toISOString() ?? null,
      reason: revocation.reason,
      asOf: revocation.asOf?.toISOString() ?? null,
      /** Of what it signed last: `not-revoked-when-signed` and the like. */
      whenSigned: revocation.sentence,
      signedAt: revocation.signedAt?.toISOString() ?? null,
      answers: revocation.answers.map(({ thisUpdate, nextUpdate, ...one }) => ({
        ...one,
        thisUpdate: thisUpdate?.toISOString() ?? null,
        nextUpdate: nextUpdate?.toISOString() ?? null,
      })),
    },
    chain: { ...details.chain, pem: chain.map((der) => toPem(der)) },
    signaturesTotal: details.signedTotal,
    signaturesNotListed: details.signedTotal - details.signed.length,
    signatures: details.signed.map(({ signatureId, documentId, envelopeId, signedAt, ...one }) => ({
      ...one,
      id: publicId("signature", signatureId),
      documentId: publicId("document", documentId),
      envelopeId: publicId("envelope", envelopeId),
      signedAt: signedAt.toISOString(),
    })),
  };
}
