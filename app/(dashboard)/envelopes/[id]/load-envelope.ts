import "server-only";
import { cache } from "react";
import { type EnvelopeView, getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { envelopeIdIn } from "../../../_server/params.ts";

/** The envelope an address names, read once however often a page asks. */
export const loadEnvelope = cache(async (id: string): Promise<EnvelopeView> => {
  const ctx = await memberContext();
  return answerPage(async () => getEnvelope(ctx, { envelopeId: envelopeIdIn(id) }));
});
