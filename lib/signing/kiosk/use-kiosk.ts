import { verify } from "@node-rs/argon2";
import { appendEvent } from "#lib/audit/append-event.ts";
import { authorizeError, hasPermission, requireMember } from "#lib/authorize.ts";
import { fromBase64Url, sha256, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { isDone } from "#lib/envelopes/core/routing.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { requireTurn } from "../core/finish.ts";
import { type KioskState, kioskState, MOST_WRONG_PINS } from "../core/kiosk.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, loadCeremony, loadSender, routed } from "../store.ts";
import {
  changeKiosk,
  endKioskTokens,
  findHost,
  findKiosk,
  type KioskRow,
  loadKiosk,
  saveKioskToken,
} from "./store.ts";

const TOKEN_BYTES = 32;
const WRONG_DEVICES = { tries: 60, windowSeconds: 600 };
const PINS = { tries: 20, windowSeconds: 600 };

export interface KioskView {
  readonly state: KioskState;
  readonly title: string;
  readonly organizationName: string;
  readonly hostName: string;
  readonly triesLeft: number;
  /** Who signs with this host: nobody's address, and nothing of the document. */
  readonly people: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: "ready" | "waiting" | "done";
  }[];
}

/** What a device shows between two people. @throws signing/not-found for no device of ours */
export async function openKiosk(visitor: Visitor, secret: string): Promise<KioskView> {
  const { ctx, id } = await contextOf(visitor, secret);
  return inTransaction(ctx, async (ctx) => {
    const row = (await loadKiosk(ctx, id, false))!;
    const loaded = await loadCeremony(ctx, row.envelopeId, false);
    const { organizationName } = await loadSender(ctx, loaded.envelope);
    const state = kioskState(row, ctx.now());
    const people = routed(loaded.recipients).filter(({ hostId }) => hostId === row.hostId);
    return {
      ...{ state, organizationName, hostName: row.hostName, triesLeft: MOST_WRONG_PINS - row.wrongPins },
      title: loaded.envelope.title,
      people: people.map((person) => ({
        ...{ id: person.id, name: person.name },
        state:
          isDone(person) || person.state === "finished"
            ? "done"
            : ceremonyOf(loaded, person.id).turn === person.order && person.state !== "waiting"
              ? "ready"
              : "waiting",
      })),
    };
  });
}

/**
 * Hands the device to one person: they get a link that opens on this device alone, until they give it back.
 *
 * @returns the link's token. @throws signing/kiosk-over, kiosk-locked, out-of-turn, already-done …
 */
export async function handToPerson(
  visitor: Visitor,
  secret: string,
  input: { readonly recipientId: string },
): Promise<string> {
  const { ctx, id } = await contextOf(visitor, secret);
  const token = ctx.runtime.random(TOKEN_BYTES);
  await inTransaction(ctx, async (ctx) => {
    const row = await requireOpen(ctx, id);
    const loaded = await loadCeremony(ctx, row.envelopeId, true);
    const person = loaded.recipients.find((one) => one.id === input.recipientId && one.hostId === row.hostId);
    if (!person) throw signingError("not-found", `recipient ${input.recipientId}`);
    requireTurn(ceremonyOf(loaded, person.id));
    await takeBack(ctx, row, "other");
    await saveKioskToken(ctx, {
      ...{ organizationId: ctx.organizationId, tokenSha256: sha256(token), recipientId: person.id },
      ...{ kioskSessionId: id, createdAt: ctx.now() },
    });
    await changeKiosk(ctx, id, { recipientId: person.id });
    const data = { recipient: person.id, kiosk: id };
    const { envelopeId } = row;
    await appendEvent(await asHost(ctx, row), { type: "kiosk.handed-over", envelopeId, data });
  });
  return toBase64Url(token);
}

/** The device is given back: whoever had it is through with it, and their link ends. Said twice, it stands once. */
export async function giveBack(
  visitor: Visitor,
  secret: string,
  input: { readonly reason: "done" | "idle" | "other" },
): Promise<void> {
  const { ctx, id } = await contextOf(visitor, secret);
  await inTransaction(ctx, async (ctx) => {
    const row = (await loadKiosk(ctx, id, true))!;
    await takeBack(ctx, row, input.reason);
  });
}

async function takeBack(ctx: Context, row: KioskRow, reason: "done" | "idle" | "other"): Promise<void> {
  if (row.recipientId === null) return;
  await endKioskTokens(ctx, row.id);
  await changeKiosk(ctx, row.id, { recipientId: null });
  const data = { recipient: row.recipientId, kiosk: row.id, reason };
  await appendEvent(ctx, { type: "kiosk.wiped", envelopeId: row.envelopeId, data });
}

/**
 * Leaves the session by its host's number. Wrong ones are counted; after the fifth only signing in ends it.
 *
 * @returns the host's own session, to be put back; null when there was none. @throws signing/kiosk-pin-wrong, kiosk-locked
 */
export async function leaveKiosk(
  visitor: Visitor,
  secret: string,
  input: { readonly pin: string },
): Promise<string | null> {
  const { ctx, id } = await contextOf(visitor, secret);
  await limitRate(ctx.runtime, `kiosk-pin:${id}`, PINS);
  // What was tried stays counted, so nothing is thrown in here.
  const left = await inTransaction(ctx, async (ctx) => {
    const row = await requireOpen(ctx, id);
    const { envelopeId } = row;
    if (!(await verify(row.pinHash, input.pin.slice(0, 20).normalize("NFKC")))) {
      const wrongPins = row.wrongPins + 1;
      const isLocked = wrongPins >= MOST_WRONG_PINS;
      await changeKiosk(ctx, id, { wrongPins, ...(isLocked ? { heldSession: null } : {}) });
      const type = isLocked ? "kiosk.locked" : "kiosk.pin-refused";
      await appendEvent(ctx, { type, envelopeId, data: { kiosk: id, tries: wrongPins } });
      if (isLocked) await takeBack(ctx, row, "other");
      return { isRight: false as const, isLocked };
    }
    await end(ctx, row, "pin");
    return { isRight: true as const, heldSession: row.heldSession };
  });
  if (!left.isRight) throw signingError(left.isLocked ? "kiosk-locked" : "kiosk-pin-wrong", `kiosk ${id}`);
  if (!left.heldSession) return null;
  return toUtf8(await ctx.runtime.openIdentity(`kiosk:${id}`, left.heldSession));
}

/** Whoever signs in ends it: its host, or who manages everybody's envelopes. Already over, it stays so. */
export async function endKiosk(ctx: Context, input: { readonly secret: string }): Promise<void> {
  const member = requireMember(ctx);
  const bytes = fromBase64Url(input.secret.slice(0, 64));
  const found = bytes.length === TOKEN_BYTES ? await findKiosk(ctx.runtime, sha256(bytes)) : null;
  if (found?.organizationId !== ctx.organizationId) throw signingError("not-found", "no such device");
  await inTransaction(ctx, async (ctx) => {
    const row = (await loadKiosk(ctx, found.id, true))!;
    if (row.hostId !== member.memberId && !hasPermission(member, "envelope.manage-all"))
      throw authorizeError("not-allowed", `member ${member.memberId} is not its host`);
    if (row.endedAt === null) await end(ctx, row, "signed-in");
  });
}

async function end(ctx: Context, row: KioskRow, reason: "pin" | "signed-in"): Promise<void> {
  await takeBack(ctx, row, "other");
  await changeKiosk(ctx, row.id, { endedAt: ctx.now(), heldSession: null });
  const data = { kiosk: row.id, reason };
  await appendEvent(ctx, { type: "kiosk.ended", envelopeId: row.envelopeId, data });
}

/** @throws signing/kiosk-over, kiosk-locked */
async function requireOpen(ctx: Context, id: string): Promise<KioskRow> {
  const row = (await loadKiosk(ctx, id, true))!;
  const state = kioskState(row, ctx.now());
  if (state !== "open") throw signingError(`kiosk-${state}`, `kiosk ${id}`);
  return row;
}

/** What the host does with their own device, they do as themselves. */
async function asHost(ctx: Context, { hostId }: KioskRow): Promise<Context> {
  const host = await findHost(ctx, hostId);
  if (!host) throw signingError("kiosk-over", `member ${hostId} is gone`);
  return { ...ctx, actor: { kind: "member", ...host } };
}

async function contextOf(
  { runtime, request }: Visitor,
  secret: string,
): Promise<{ ctx: Context; id: string }> {
  const bytes = fromBase64Url(secret.slice(0, 64));
  const found = bytes.length === TOKEN_BYTES ? await findKiosk(runtime, sha256(bytes)) : null;
  if (!found) {
    await limitRate(runtime, `wrong-kiosk:${networkOf(request.ip)}`, WRONG_DEVICES);
    throw signingError("not-found", "no such device");
  }
  const { organizationId, id } = found;
  const actor = { kind: "system", job: "kiosk" } as const;
  return { ctx: createContext(runtime, { organizationId, actor, request }), id };
}

/** Who of an envelope's people the asking member hosts. */
export async function listHosted(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<readonly { readonly id: RecipientId; readonly name: string }[]> {
  const member = requireMember(ctx);
  return inTransaction(ctx, async (ctx) => {
    const { recipients } = await loadCeremony(ctx, input.envelopeId, false);
    return recipients
      .filter(({ hostId, state }) => hostId === member.memberId && state !== "finished")
      .map(({ id, name }) => ({ id, name }));
  });
}
