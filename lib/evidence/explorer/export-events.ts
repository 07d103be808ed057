import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { EVENT_FORMS, type EventForm, FILE_FORMS, MOST_EXPORTED } from "../core/explorer/event-files.ts";
import { EventQuery } from "../core/explorer/event-query.ts";
import type { Download } from "../download.ts";
import { evidenceError } from "../errors.ts";
import { countEvents, type EventFilter } from "./events-store.ts";
import { eachEvent, filterFor } from "./search-events.ts";
import { recordOf } from "./tell-events.ts";

const Input = EventQuery.extend({ form: z.enum(EVENT_FORMS) });

/**
 * Everything a search of the audit events finds up to now, as a file that is written while it is read, and records
 * that.
 *
 * @throws authorize/not-allowed; evidence/too-many-events, too-many-people, reason-required
 */
export async function exportEvents(ctx: Context, input: z.input<typeof Input>): Promise<Download> {
  const member = requirePermission(ctx, "audit.read");
  requirePermission(ctx, "evidence.download");
  const { form, ...query } = Input.parse(input);
  const fileName = `audit events ${ctx.now().toISOString().slice(0, 19).replaceAll(":", "")}.${form}`;
  const filter = await inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "export", null);
    const filter = await filterFor(ctx, member, query);
    const count = await countEvents(ctx, filter, MOST_EXPORTED + 1);
    if (count > MOST_EXPORTED) throw evidenceError("too-many-events", `more than ${MOST_EXPORTED}`);
    const { occurredAt } = await appendEvent(ctx, {
      type: "audit.exported",
      envelopeId: null,
      data: { kind: form, file: fileName, count, query: recorded(query), reason },
    });
    // What happens from now on, this export among it, is not in the file.
    return { ...filter, to: filter.to && filter.to < occurredAt ? filter.to : occurredAt };
  });
  const { contentType } = FILE_FORMS[form];
  return { fileName, contentType, sizeBytes: null, bytes: streamOf(ctx, filter, form) };
}

/** What was looked for, as an event may hold it. */
const recorded = ({ person, ip, text, ...query }: EventQuery) => ({
  ...query,
  person: person === "" ? undefined : personal(person),
  ip: ip === "" ? undefined : personal(ip),
  text: text === "" ? undefined : personal(text),
});

function streamOf(ctx: Context, filter: EventFilter, form: EventForm): ReadableStream<Uint8Array> {
  const { head, line, tail } = FILE_FORMS[form];
  const batches = eachEvent(ctx, filter);
  let isFirst = true;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (head !== "") controller.enqueue(fromUtf8(head));
    },
    async pull(controller) {
      const next = await batches.next();
      if (next.done) {
        if (tail !== "") controller.enqueue(fromUtf8(tail));
        controller.close();
        return;
      }
      let text = "";
      for (const event of next.value) {
        text += line(recordOf(event), isFirst);
        isFirst = false;
      }
      controller.enqueue(fromUtf8(text));
    },
    cancel: () => void batches.return(undefined),
  });
}
