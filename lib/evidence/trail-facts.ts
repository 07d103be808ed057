import { readChain } from "#lib/audit/read-chain.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { sealKeyFacts } from "#lib/signing/key-exports/seal-key-facts.ts";
import type { AuditTrailFacts } from "./core/audit-trail-facts.ts";
import { holdsAt, type KeepingFacts } from "./core/keeping-facts.ts";
import { authoritiesIn, certificateFacts, signatureFacts } from "./core/trail-signatures.ts";
import type { ValidationReport } from "./core/validation/validation-report.ts";
import { type EnvelopeRecord, loadTrailFields } from "./store.ts";

export const GENERATOR = "Whereof 0.1.0";

/**
 * What the papers of an envelope are made from.
 *
 * @param until leaves out the events after this one: what a package was asked for with. @param at of the paper.
 */
export async function trailFacts(
  ctx: WorkerContext,
  record: EnvelopeRecord,
  reports: ReadonlyMap<string, ValidationReport>,
  {
    keeping,
    until = Number.MAX_SAFE_INTEGER,
    at = ctx.now(),
  }: { readonly keeping: KeepingFacts; readonly until?: number; readonly at?: Date },
): Promise<AuditTrailFacts> {
  const { envelope, organization, owner, recipients, documents, revisions, certificates } = record;
  const { baseUrl } = ctx.runtime.config;
  const chain = await readChain(ctx, envelope.id);
  const fields = await inTransaction(ctx, (ctx) => loadTrailFields(ctx, envelope.id));
  const seal = certificates.find(({ kind }) => kind === "seal");
  return {
    envelope: {
      title: envelope.title,
      shortId: envelope.shortId,
      id: publicId("envelope", envelope.id),
      state: envelope.state,
      level: envelope.level,
      order: envelope.order,
    },
    organizationName: organization.name,
    ...(organization.stagingOf ? { isTest: true } : {}),
    sender: owner,
    documents: documents.map(({ id, name, pages, changes }) => {
      const own = revisions.filter(({ documentId }) => documentId === id);
      return {
        ...{ id, name, changes, pages: pages.length, sizeBytes: own[0]!.sizeBytes },
        ...{ originalSha256: own[0]!.sha256, sealedSha256: own.at(-1)!.sha256 },
      };
    }),
    recipients: recipients.map(({ id, name, email, phone, role, order, chosenLanguage, language }) => {
      const own = certificates.find(({ recipientId }) => recipientId === id);
      return {
        id,
        name,
        email: email === "" ? phone : email,
        role,
        order,
        ...(chosenLanguage || language ? { language: chosenLanguage || language } : {}),
        certificate: own ? certificateFacts(own.der) : null,
      };
    }),
    fields,
    signatures: documents.flatMap(({ id }) => signatureFacts(id, reports.get(id)!, revisions)),
    sealCertificate: seal ? certificateFacts(seal.der) : null,
    authorities: authoritiesIn([...reports.values()]),
    sealKeys: await sealKeyFacts(ctx, {
      certificateIds: certificates.filter(({ kind }) => kind === "seal").map(({ id }) => id),
      at,
    }),
    keeping: { ...keeping, holds: holdsAt(keeping, at) },
    entries: chain.entries.filter(({ sequence }) => sequence <= until),
    brokenAt: chain.brokenAt !== null && chain.brokenAt <= until ? chain.brokenAt : null,
    timeZone: "UTC",
    createdAt: at,
    generator: GENERATOR,
    verifyAddress: `${baseUrl}/verify?id=${envelope.shortId}`,
  };
}
