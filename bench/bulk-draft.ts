import { readFileSync } from "node:fs";
import type { Context } from "#lib/context.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";

/**
 * Something to send in bulk: two pages, a person nobody is named in yet, and three fields, one of which rows fill.
 *
 * @param isGivenLink whether the sender gives that person a link and nobody mails them.
 */
export async function bulkDraft(ctx: Context, title = "Lease", isGivenLink = false): Promise<EnvelopeId> {
  const newId = () => uuidV7(Date.now(), ctx.runtime.random(10));
  const envelopeId = await createEnvelope(ctx, { title });
  const pdf = new Uint8Array(readFileSync(new URL("../e2e/documents/nda.pdf", import.meta.url)));
  async function* bytes() {
    yield pdf;
  }
  const document = await addDocument(ctx, { envelopeId, name: "lease.pdf" }, bytes());
  const person = newId();
  const at = (type: "signature" | "amount" | "date", y: number) => ({
    ...{ id: newId(), documentId: document.id, recipientId: person, type, page: 0 },
    ...{
      x: 0.1,
      y,
      width: 0.4,
      height: 0.04,
      label: type === "amount" ? "Rent" : "",
      isRequired: true,
      settings: {},
    },
  });
  await saveDraft(ctx, {
    envelopeId,
    version: document.version,
    content: {
      ...{
        title,
        message: "",
        order: "sequential",
        consentMode: "business",
        asksForEveryPage: false,
        expiryDays: 90,
        reminderHours: 48,
      },
      recipients: [
        {
          id: person,
          role: "signer",
          name: "",
          email: "",
          check: "none",
          phone: "",
          language: "",
          isGivenLink,
        },
      ],
      fields: [at("signature", 0.5), at("amount", 0.6), at("date", 0.7)],
      rules: [],
    },
  });
  return envelopeId;
}
