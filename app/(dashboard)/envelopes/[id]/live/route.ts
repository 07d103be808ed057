import { watchEnvelope } from "#lib/envelopes/watch-envelope.ts";
import { watchingContext } from "../../../../_server/context.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";
import { answer } from "../../../../_server/problem.ts";

const HEARTBEAT_MS = 20_000;
/** Afterwards the browser comes back, and it is asked again who they are. */
const LIFE_MS = 10 * 60_000;

/** Tells an open page that something happened, as server-sent events. */
export function GET(request: Request, { params }: { params: Promise<{ id: string }> }) {
  return answer(async () => {
    const envelopeId = envelopeIdIn((await params).id);
    const { ctx, isStillHere } = await watchingContext();
    const encoder = new TextEncoder();
    let send = (_: string) => {};
    let close = () => {};
    const stop = await watchEnvelope(ctx, { envelopeId }, (type) => send(`data: ${type}\n\n`));
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (text) => controller.enqueue(encoder.encode(text));
        const beat = async () => {
          send(": here\n\n");
          if (!(await isStillHere().catch(() => false))) close();
        };
        const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
        const end = setTimeout(() => close(), LIFE_MS);
        close = () => {
          [send, close] = [() => {}, () => {}];
          stop();
          clearInterval(heartbeat);
          clearTimeout(end);
          controller.close();
        };
        request.signal.addEventListener("abort", () => close());
        if (request.signal.aborted) close();
        else send("retry: 3000\n\n");
      },
      cancel: () => close(),
    });
    return new Response(stream, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        // Nobody on the way may hold events back to pack them.
        "cache-control": "no-cache, no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
  });
}

export const dynamic = "force-dynamic";
