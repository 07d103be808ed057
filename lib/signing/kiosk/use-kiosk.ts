import { verify } from "@node-rs/argon2";
import { appendEvent } from "#lib/audit/append-event.ts";
import { authorizeError, hasPermission, requireMember } from "#lib/authorize.ts";
import { fromBase64Url, sha256, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { isDone } from "#lib/envelopes/core/routing.ts";
import { publishedVersion } from "#lib/envelopes/templates/published-version.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { requireTurn } from "../core/finish.ts";
import { type KioskState, kioskState, MOST_WRONG_PINS, walkUpRole } from "../core/kiosk.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, loadCeremony, routed } from "../store.ts";
import {
  changeKiosk,
  endKioskTokens,
  findHost,
  findKiosk,
  type KioskRow,
  loadKiosk,
  loadOrganizationName,
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
  /** On a device of walk-ups; null where people were named beforehand. */
  readonly walkUp: WalkUpView | null;
  /** Who signs with this host: nobody's address, and nothing of the document. */
  readonly people: readonly {
    readonly id: string;
    readonly name: string;
    readonly state: "ready" | "waiting" | "done";
  }[];
}

export interface WalkUpView {
  /** What is signed here, as the template is called. */
  readonly templateTitle: string;
  readonly asksPhone: boolean;
}

/** What a device shows between two people. @throws signing/not-found for no device of ours */
export async function openKiosk(visitor: Visitor, secret: string): Promise<KioskView> {
  const { ctx, id } = await contextOf(visitor, secret);
  return inTransaction(ctx, async (ctx) => {
    const row = (await loadKiosk(ctx, id, false))!;
    const walkUp = row.templateId ? await describeWalkUp(ctx, row) : null;
    const state = kioskState(row, ctx.now());
    const shared = { state, hostName: row.hostName, triesLeft: MOST_WRONG_PINS - row.wrongPins, walkUp };
    const organizationName = await loadOrganizationName(ctx);
    if (row.envelopeId === null) return { ...shared, organizationName, title: row.eventTitle, people: [] };
    const loaded = await loadCeremony(ctx, row.envelopeId, false);
    const people = routed(loaded.recipients).filter(({ hostId }) => hostId === row.hostId);
    return {
      ...{ ...shared, organizationName },
      title: row.eventTitle || loaded.envelope.title,
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
    if (row.envelopeId === null) throw signingError("not-found", `recipient ${input.recipientId}`);
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
    await makeRoom(ctx, row);
  });
}

/** On a device of walk-ups nothing of the last one is left: who went away without finishing leaves nothing open. */
async function makeRoom(ctx: Context, row: KioskRow): Promise<void> {
  if (row.templateId === null || row.envelopeId === null) return;
  await changeKiosk(ctx, row.id, { envelopeId: null, recipientId: null });
  const { envelope, recipients } = await loadCeremony(ctx, row.envelopeId, true);
  const isOpen = recipients.some(
    ({ hostId, state }) =>
      hostId === row.hostId && ["waiting", "notified", "viewed", "consented"].includes(state),
  );
  if (!isOpen || envelope.state !== "sent" || envelope.heldSince) return;
  const host = await findHost(ctx, row.hostId);
  if (!host) return;
  const actor = { kind: "member", ...host, method: "host-device" } as const;
  await voidEnvelope({ ...ctx, actor }, { envelopeId: envelope.id, reason: LEFT });
}

const LEFT = "Left the device without signing";

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
    const envelopeId = row.templateId ? null : row.envelopeId;
    if (!(await verify(row.pinHash, input.pin.slice(0, 20).normalize("NFKC")))) {
      const wrongPins = row.wrongPins + 1;
      const isLocked = wrongPins >= MOST_WRONG_PINS;
      await changeKiosk(ctx, id, { wrongPins, ...(isLocked ? { heldSession: null } : {}) });
      const type = isLocked ? "kiosk.locked" : "kiosk.pin-refused";
      await appendEvent(ctx, { type, envelopeId, data: { kiosk: id, tries: wrongPins } });
      if (isLocked) await takeBack(ctx, row, "other");
      if (isLocked) await makeRoom(ctx, row);
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
  await makeRoom(ctx, row);
  await changeKiosk(ctx, row.id, { endedAt: ctx.now(), heldSession: null });
  const data = { kiosk: row.id, reason };
  // Of a session of walk-ups the organization's own trail tells.
  const envelopeId = row.templateId ? null : row.envelopeId;
  await appendEvent(ctx, { type: "kiosk.ended", envelopeId, data });
}

/** @throws signing/kiosk-over, kiosk-locked */
export async function requireOpen(ctx: Context, id: string): Promise<KioskRow> {
  const row = (await loadKiosk(ctx, id, true))!;
  const state = kioskState(row, ctx.now());
  if (state !== "open") throw signingError(`kiosk-${state}`, `kiosk ${id}`);
  return row;
}

/** What the host does with their own device, they do as themselves. Part of a verb. */
export async function asHost(ctx: Context, { hostId }: KioskRow): Promise<Context> {
  const host = await findHost(ctx, hostId);
  if (!host) throw signingError("kiosk-over", `member ${hostId} is gone`);
  return { ...ctx, actor: { kind: "member", ...host, method: "host-device" } };
}

export async function contextOf(
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

async function describeWalkUp(ctx: Context, row: KioskRow): Promise<WalkUpView> {
  const { content } = await publishedVersion(ctx, row.templateId!, row.templateVersion);
  return { templateTitle: content.draft.title, asksPhone: walkUpRole(content.draft).check === "sms-code" };
}
