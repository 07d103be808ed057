import { fromUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { type EventForm, FILE_FORMS } from "../core/explorer/event-files.ts";
import { loadChainRows } from "./events-store.ts";
import { recordOf, tellEvents } from "./tell-events.ts";

/** The trail of one envelope as a file, in its order. The caller has asked who reads. */
export async function trailFile(ctx: Context, envelopeId: EnvelopeId, form: EventForm): Promise<Uint8Array> {
  const { head, line, tail } = FILE_FORMS[form];
  const events = await tellEvents(ctx, await loadChainRows(ctx, envelopeId));
  const lines = events.map((event, index) => line(recordOf(event), index === 0));
  return fromUtf8(head + lines.join("") + tail);
}
