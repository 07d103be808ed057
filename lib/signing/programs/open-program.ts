import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import { publicId, uuidV7 } from "#lib/ids.ts";
import { isLoopback } from "#lib/loopback.ts";
import { signingError } from "../errors.ts";
import { readChallengeKey } from "./challenge-key.ts";
import { isUsable } from "./offered-key.ts";
import { changeProgram, endTokens, loadKeys, loadProgram, saveProgram } from "./store.ts";

const DAY_MS = 86_400_000;

const Input = z.object({
  name: typedLine(80, 1),
  keyIds: z.array(z.uuid()).min(1).max(20),
  /** Else it may only look at the keys and their certificates. */
  maySign: z.boolean().default(true),
  perMinute: z.number().int().min(1).max(1000),
  days: z.number().int().min(1).max(730),
  /** Empty for none: who has the secret may sign. */
  pin: z
    .string()
    .max(64)
    .regex(/^(\S{6,})?$/)
    .default(""),
  /** Where members are sent back to who let it sign each time; empty where it signs by itself. */
  redirectUri: typedLine(300).default(""),
  /** A member allows each authorization on our own pages. */
  asksApproval: z.boolean().default(false),
  /** PEM of the public key it answers challenges with; empty for none. */
  challengeKey: z.string().max(2000).default(""),
});

/** What a program logs in with. The secret is shown once: only its hash is kept. */
export interface ProgramLogIn {
  readonly clientId: string;
  readonly clientSecret: string;
}

/**
 * Lets a named program sign hashes with keys of the organization, until a day and so many a minute.
 *
 * @throws signing/programs-off, program-key-unfit, program-return-unreadable, program-key-unreadable
 */
export async function openProgram(ctx: Context, input: z.input<typeof Input>): Promise<ProgramLogIn> {
  const member = requirePermission(ctx, "key.manage");
  const { name, keyIds, maySign, perMinute, days, pin, redirectUri, asksApproval, ...more } =
    Input.parse(input);
  const challengeKey = more.challengeKey.trim() ? readChallengeKey(more.challengeKey) : null;
  if (redirectUri !== "" && !isReturn(redirectUri))
    throw signingError("program-return-unreadable", redirectUri);
  if (!ctx.runtime.config.cscServer) throw signingError("programs-off", "CSC_SERVER is not true");
  const at = ctx.now();
  const id = uuidV7(at.getTime(), ctx.runtime.random(10));
  const clientSecret = toBase64Url(ctx.runtime.random(32));
  const [secretHash, pinHash] = [await hashPassword(clientSecret), pin ? await hashPassword(pin) : null];
  const expiresAt = new Date(at.getTime() + days * DAY_MS);
  const scopes = maySign ? (["read", "sign"] as const) : (["read"] as const);
  await inTransaction(ctx, async (ctx) => {
    const fit = (await loadKeys(ctx)).filter((row) => isUsable(row, at)).map(({ key }) => key.id);
    const wanted = [...new Set(keyIds)];
    if (!wanted.every((one) => fit.includes(one)))
      throw signingError("program-key-unfit", `of ${wanted.join(", ")}`);
    const row = {
      ...{ organizationId: ctx.organizationId, id, name, secretHash, pinHash, scopes, perMinute },
      ...{ redirectUri: redirectUri || null, asksApproval, challengeKey },
    };
    await saveProgram(ctx, { ...row, createdBy: member.memberId, createdAt: at, expiresAt }, wanted);
    const data = {
      ...{ program: id, name, keys: wanted, scopes: [...scopes], perMinute, asksPin: pinHash !== null },
      asksMember: redirectUri || undefined,
      ...(asksApproval && { asksApproval }),
      ...(challengeKey && { asksChallenge: true }),
      expiresAt: expiresAt.toISOString(),
    };
    await appendEvent(ctx, { type: "program.opened", envelopeId: null, data });
  });
  return { clientId: publicId("program", id), clientSecret };
}

/** RFC 6749 §3.1.2: an absolute address without a fragment. */
function isReturn(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, hash } = new URL(text);
  return (protocol === "https:" || (protocol === "http:" && isLoopback(hostname))) && !hash;
}

/** Lets a program in no more, from this moment on. @throws signing/program-not-found */
export async function closeProgram(ctx: Context, input: { readonly programId: string }): Promise<void> {
  requirePermission(ctx, "key.manage");
  const id = z.uuid().parse(input.programId);
  await inTransaction(ctx, async (ctx) => {
    const row = await loadProgram(ctx, id, true);
    if (!row || row.closedAt) throw signingError("program-not-found", `program ${id}`);
    await changeProgram(ctx, id, { closedAt: ctx.now() });
    await endTokens(ctx, id);
    await appendEvent(ctx, {
      type: "program.closed",
      envelopeId: null,
      data: { program: id, name: row.name },
    });
  });
}
