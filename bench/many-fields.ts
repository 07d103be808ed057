import { PDFDocument } from "pdf-lib";
import type { Context } from "#lib/context.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";

const LINES = 30;
const PEOPLE = ["Ana Ruiz", "Bo Chen", "Cy Clerk"];

/** A draft of so many pages of text, with so many fields of three people spread over them evenly. */
export async function manyFields(
  ctx: Context,
  { pages, fields }: { readonly pages: number; readonly fields: number },
): Promise<EnvelopeId> {
  let at = Date.now();
  const newId = () => uuidV7(at++, ctx.runtime.random(10));
  const title = `${pages} pages`;
  const envelopeId = await createEnvelope(ctx, { title });
  const pdf = await textOf(pages);
  async function* bytes() {
    yield pdf;
  }
  const document = await addDocument(ctx, { envelopeId, name: "long.pdf" }, bytes());
  const recipients = PEOPLE.map((name, index) => ({
    ...{ id: newId(), role: "signer" as const, name, email: `person${index}@example.com` },
    ...{ check: "none" as const, phone: "", language: "" as const },
  }));
  const perPage = Math.ceil(fields / pages);
  const drafted = Array.from({ length: fields }, (_, index) => {
    const [page, place] = [Math.floor(index / perPage), index % perPage];
    const type = place === 0 ? "signature" : place % 2 === 0 ? "checkbox" : "text";
    return {
      ...{ id: newId(), documentId: document.id, recipientId: recipients[index % PEOPLE.length]!.id, page },
      ...{ type: type as "text", label: `Field ${index + 1}`, isRequired: true, settings: {} },
      ...{ x: 0.1 + 0.45 * (place % 2), y: 0.08 + 0.1 * Math.floor(place / 2) },
      ...(type === "checkbox" ? { width: 0.04, height: 0.03 } : { width: 0.3, height: 0.04 }),
    };
  });
  const content = {
    ...{ title, message: "", order: "parallel" as const, consentMode: "business" as const },
    ...{ asksForEveryPage: false, expiryDays: 90, reminderHours: 48, recipients, fields: drafted, rules: [] },
  };
  await saveDraft(ctx, { envelopeId, version: document.version, content });
  return envelopeId;
}

async function textOf(pages: number): Promise<Uint8Array> {
  const file = await PDFDocument.create();
  const font = await file.embedFont("Helvetica");
  for (let page = 1; page <= pages; page++) {
    const sheet = file.addPage([595, 842]);
    for (let line = 0; line < LINES; line++)
      sheet.drawText(
        `${page}.${line + 1} Each party keeps to itself what the other tells it in confidence.`,
        {
          ...{ x: 60, y: 780 - line * 23, size: 11, font },
        },
      );
  }
  return file.save();
}
