import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireMember } from "#lib/authorize.ts";
import { fromUtf8, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { KIOSK_MS, pinProblem } from "../core/kiosk.ts";
import { signingError } from "../errors.ts";
import { loadCeremony } from "../store.ts";
import { saveKiosk } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** Leaves the session; its host's alone. */
  pin: z.string().max(20),
  /** The host's own session, which the device is without while people sign on it. */
  heldSession: z.string().max(8_000).nullable(),
});

const TOKEN_BYTES = 32;

/**
 * Lets a host hand a device to the people who sign in person with them.
 *
 * @returns what the device shows from then on instead of the host's own session.
 * @throws signing/kiosk-nobody, kiosk-pin-form, kiosk-pin-easy, not-under-way
 */
export async function startKiosk(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const host = requireMember(ctx);
  const { envelopeId, pin, heldSession } = Input.parse(input);
  const problem = pinProblem(pin);
  if (problem) throw signingError(`kiosk-${problem}`, "the number");
  const pinHash = await hashPassword(pin);
  const token = ctx.runtime.random(TOKEN_BYTES);
  const startedAt = ctx.now();
  const id = uuidV7(startedAt.getTime(), ctx.runtime.random(10));
  const sealed = heldSession ? await ctx.runtime.sealIdentity(`kiosk:${id}`, fromUtf8(heldSession)) : null;

  await inTransaction(ctx, async (ctx) => {
    const { envelope, recipients } = await loadCeremony(ctx, envelopeId, true);
    if (!recipients.some(({ hostId }) => hostId === host.memberId))
      throw signingError("kiosk-nobody", `member ${host.memberId} hosts nobody here`);
    if (envelope.state !== "sent") throw signingError("not-under-way", `envelope is ${envelope.state}`);
    await saveKiosk(ctx, {
      ...{ organizationId: ctx.organizationId, id, envelopeId, hostId: host.memberId, hostName: host.name },
      ...{ tokenSha256: sha256(token), pinHash, heldSession: sealed, startedAt },
      expiresAt: new Date(startedAt.getTime() + KIOSK_MS),
    });
    const data = { kiosk: id, name: personal(host.name) };
    await appendEvent(ctx, { type: "kiosk.started", envelopeId, data });
  });
  return toBase64Url(token);
}
