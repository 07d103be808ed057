import { REQUEST } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, createContext } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { recipientContext } from "../recipient-context.ts";
import { addressOf, linkFor } from "../testing.ts";
import { openCheck } from "./open-check.ts";
import { passCheck } from "./pass-check.ts";
import { requestCode } from "./request-code.ts";

export interface Asked {
  readonly ctx: Context;
  readonly envelopeId: EnvelopeId;
  readonly token: string;
  /** Who holds the link. */
  readonly holder: Context;
}

/** Somebody with a link who is asked to show who they are. */
export async function heldBy(ctx: Context, envelopeId: EnvelopeId, name = "Ana Ruiz"): Promise<Asked> {
  const token = await linkFor(ctx, envelopeId, name);
  return { ctx, envelopeId, token, holder: await browser(ctx, token) };
}

/** A browser with a link, and with what it got for a check, if it did. */
export const browser = (ctx: Context, token: string, session?: string, request = REQUEST): Promise<Context> =>
  recipientContext({ runtime: ctx.runtime, request }, token, session);

/** Lets some time go by for whoever holds the link. */
export const later = (holder: Context, ms: number): Context => {
  const runtime = { ...holder.runtime, now: () => new Date(Date.now() + ms) };
  const { organizationId, actor, request } = holder;
  return createContext(runtime, { organizationId, actor, request });
};

/** What became of the code that was asked for. */
export async function settled(holder: Context) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const { code } = await openCheck(holder);
    if (code.state !== "sending") return code;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the code stays on its way");
}

/** The code in the newest message to somebody. */
export async function codeTo(ctx: Context, address: string): Promise<string> {
  const entries = (await readOutbox(ctx)) ?? [];
  const newest = entries.find(
    ({ toAddress, subject }) => toAddress === address && !subject.includes("asks you"),
  )!;
  const { text } = await openOutboxMail(ctx, { mailId: newest.id });
  return /\b(\d{6})\b/.exec(text)![1]!;
}

/** Shows the mailbox or telephone that is asked for now, as the person would. @returns what the browser keeps */
export async function passByCode({ ctx, holder }: Asked, to = addressOf("Ana Ruiz")): Promise<string> {
  await requestCode(holder);
  await settled(holder);
  return passCheck(holder, { code: await codeTo(ctx, to) });
}

export const typesOf = async (ctx: Context, envelopeId: EnvelopeId): Promise<string[]> =>
  (await readChain(ctx, envelopeId)).entries.map(({ type }) => type);

export const wrongFor = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

/** As an app reads a seed (RFC 4648 §6). */
export function fromBase32(text: string): Uint8Array {
  const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...text].map((sign) => signs.indexOf(sign).toString(2).padStart(5, "0")).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (eight) => Number.parseInt(eight, 2));
}
