import "server-only";
import type { Route } from "next";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { isRefusal } from "#lib/errors.ts";
import { openEnvelope } from "#lib/evidence/access/open-envelope.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerPage } from "../../../_server/page.ts";
import { envelopeIdIn } from "../../../_server/params.ts";

/** The envelope an address names, read once however often a page asks; who must say why is asked first. */
export const loadEnvelope = cache(async (id: string): Promise<EnvelopeView> => {
  const ctx = await memberContext();
  return answerPage(async () => {
    try {
      return await openEnvelope(ctx, { envelopeId: envelopeIdIn(id) });
    } catch (error) {
      if (isRefusal(error, "identity/reason-required")) redirect(`/reason/${id}` as Route);
      throw error;
    }
  });
});
