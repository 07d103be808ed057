import { sha256, toHex } from "#lib/bytes.ts";
import { createContext, inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import type { EventId, OrganizationId } from "#lib/ids.ts";
import { serveStatusDesk } from "#lib/pki/status-desk.ts";
import { serveTimestampDesk } from "#lib/pki/timestamp-desk.ts";
import type { JobData } from "#lib/ports/queue.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { noteDelay } from "#lib/signing/note-delay.ts";
import { serveSigningDesk } from "#lib/signing/programs/signing-desk.ts";
import { offersTimestamps } from "#lib/signing/programs/timestamp-hash.ts";
import { FOLLOWERS, type FollowedEvent, followedEvent, isNeeded } from "./followers.ts";

/** Takes jobs until the runtime is closed. */
export async function startJobs(runtime: WorkerRuntime): Promise<void> {
  await runtime.queue.work("event", (data) => fanOut(runtime, data));
  await runtime.queue.work("follower", (data) => follow(runtime, data));
  await serveStatusDesk(runtime);
  if (!runtime.config.cscServer) return;
  await serveSigningDesk(runtime);
  if (offersTimestamps(runtime)) await serveTimestampDesk(runtime);
}

function contextOf(runtime: WorkerRuntime, data: JobData, job: string): WorkerContext {
  const organizationId = data.organizationId as OrganizationId;
  return createContext(runtime, { organizationId, actor: { kind: "system", job } });
}

/** One job for each follower of an event. Their ids come from the event, so that a second run adds none. */
async function fanOut(runtime: WorkerRuntime, data: JobData): Promise<void> {
  const followers = Object.keys(FOLLOWERS[data.type as keyof typeof FOLLOWERS] ?? {});
  if (followers.length === 0) return;
  const { organizationId, eventId, type } = data as { organizationId: string; eventId: string; type: string };
  await inTransaction(contextOf(runtime, data, "fan-out"), async (ctx) => {
    for (const follower of followers) {
      if (!(await isNeeded(ctx, follower, data))) continue;
      const job = { organizationId, eventId, type, follower };
      const options = { id: jobId(eventId, follower), isBackground: data.isBackground === "yes" };
      await runtime.queue.add(ctx, "follower", job, options);
    }
  });
}

/** A name-based UUID (RFC 9562 §5.8) for an event and one of its followers. */
function jobId(eventId: string, follower: string): string {
  const bytes = sha256(new TextEncoder().encode(`${eventId} ${follower}`)).subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function follow(runtime: WorkerRuntime, data: JobData): Promise<void> {
  const { eventId, type, follower } = data as { eventId: string; type: string; follower: string };
  const run = FOLLOWERS[type as keyof typeof FOLLOWERS]?.[follower];
  if (!run) throw new Error(`no follower ${follower} of ${type}`);
  const ctx = contextOf(runtime, data, `${type} ${follower}`);
  const event = await followedEvent(ctx, eventId as EventId);
  const startedAt = Date.now();
  try {
    await run(ctx, event);
    await settleDelay(ctx, event, null);
    runtime.log.debug({ type, follower, ms: Date.now() - startedAt }, "followed");
  } catch (error) {
    await explain(ctx, event, follower, error);
    throw error;
  }
}

/** Steps of one document queue up behind each other; nobody needs to hear of that. */
const ORDINARY = new Set(["signing/step-under-way", "signing/base-moved"]);

async function explain(
  ctx: WorkerContext,
  event: FollowedEvent,
  follower: string,
  error: unknown,
): Promise<void> {
  const { log } = ctx.runtime;
  if (error instanceof AppError && ORDINARY.has(error.code)) {
    log.debug({ code: error.code, follower }, "waits its turn");
    return;
  }
  const code = error instanceof AppError ? error.code : "internal";
  log.error({ err: error, code, follower, event: event.id }, "follower failed; it will be tried again");
  await settleDelay(ctx, event, code).catch((failure: unknown) =>
    log.error({ err: failure }, "delay not noted"),
  );
}

/** Only what keeps a document from its next step is shown as a delay; mail has a state of its own. */
const WORK = new Set([
  ...["envelope.sent prepare", "recipient.signed sign"],
  ...["envelope.all-signed seal", "envelope.sealed auditTrail"],
]);

async function settleDelay(
  ctx: WorkerContext,
  event: FollowedEvent,
  waitingFor: string | null,
): Promise<void> {
  const isWork = ctx.actor.kind === "system" && WORK.has(ctx.actor.job);
  if (!isWork || !event.envelopeId) return;
  await noteDelay(ctx, { envelopeId: event.envelopeId, waitingFor });
}
