import { verify } from "@node-rs/argon2";
import { z } from "zod";
import { fromUtf8, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import { type OrganizationId, parsePublicId } from "#lib/ids.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { cscError } from "../core/program-signing.ts";
import { allowHashes, openedKey } from "./authorize-hashes.ts";
import { isUsable } from "./offered-key.ts";
import {
  endToken,
  findProgram,
  findProgramToken,
  loadProgram,
  loadToken,
  type ProgramRow,
  saveToken,
  takeCode,
} from "./store.ts";

const TOKEN_SECONDS = 900;
const LOG_INS = { tries: 30, windowSeconds: 60 };
const WRONG_TOKENS = { tries: 60, windowSeconds: 600 };
const CALLS = { tries: 1200, windowSeconds: 60 };

const LogIn = z.object({
  grantType: z.string(),
  clientId: z.string().max(100),
  clientSecret: z.string().max(200),
  scope: z.string().max(200),
  /** What a member's word is fetched with. */
  ...{ code: z.string().max(200).default(""), redirectUri: z.string().max(300).default("") },
  verifier: z.string().max(200).default(""),
});

export interface AccessToken {
  readonly text: string;
  readonly expiresInSeconds: number;
  /** It lets hashes be signed (CSC API 2.0 §8.4.3), and opens nothing. */
  readonly isSad?: boolean;
}

/**
 * Gives a program that logs in a token for a while (RFC 6749 §4.4).
 *
 * @throws csc/off, grant-refused, scope-refused; client-refused for a wrong pair, with no word on which half;
 *   identity/too-many-tries
 */
export async function issueProgramToken(
  visitor: Visitor,
  input: z.input<typeof LogIn>,
): Promise<AccessToken> {
  requireOn(visitor);
  const { grantType, scope, ...client } = LogIn.parse(input);
  if (grantType === "authorization_code") return redeemCode(visitor, client);
  if (grantType !== "client_credentials") throw cscError("grant-refused", "another grant");
  if (scope !== "" && scope !== "service") throw cscError("scope-refused", "another scope");
  const { ctx, row } = await requireClient(visitor, client);
  return newToken(ctx, row);
}

async function newToken(ctx: Context, row: ProgramRow): Promise<AccessToken> {
  const text = toBase64Url(ctx.runtime.random(32));
  const expiresAt = new Date(ctx.now().getTime() + TOKEN_SECONDS * 1000);
  await inTransaction(ctx, (ctx) =>
    saveToken(ctx, {
      ...{ organizationId: ctx.organizationId, programId: row.id, expiresAt },
      tokenSha256: sha256(fromUtf8(text)),
    }),
  );
  return { text, expiresInSeconds: TOKEN_SECONDS };
}

/** What a member has let a program do, once (RFC 6749 §4.1.3, RFC 7636 §4.6). @throws csc/client-refused, code-refused */
async function redeemCode(
  visitor: Visitor,
  { code, redirectUri, verifier, ...client }: Omit<z.output<typeof LogIn>, "grantType" | "scope">,
): Promise<AccessToken> {
  const { ctx, row } = await requireClient(visitor, client);
  const taken = await inTransaction(ctx, (ctx) => takeCode(ctx, row.id, sha256(fromUtf8(code))));
  const isRight =
    taken?.redirectUri === redirectUri && taken.challenge === toBase64Url(sha256(fromUtf8(verifier)));
  if (!taken || !isRight) throw cscError("code-refused", "no such code");
  if (taken.scope === "service") return newToken(ctx, row);
  const { keyId, hashes, memberId } = taken;
  const { row: key } = await inTransaction(ctx, (ctx) => openedKey(ctx, row.id, keyId!));
  if (!isUsable(key, ctx.now())) throw cscError("credential-off", `key ${keyId} signs no more`);
  const { SAD, expiresIn } = await allowHashes(asProgram(ctx, row), {
    ...{ programId: row.id, keyId: keyId!, algorithm: key.key.algorithm as KeyAlgorithm },
    ...{ hashes: hashes!, numSignatures: hashes!.length, approvedBy: memberId },
  });
  return { text: SAD, expiresInSeconds: expiresIn, isSad: true };
}

const asProgram = ({ runtime, organizationId, request }: Context, { id, name }: ProgramRow): Context =>
  createContext(runtime, { organizationId, actor: { kind: "program", programId: id, name }, request });

/**
 * Ends a token before its time. One that is another's or not there is as good as ended: nothing is said of it.
 *
 * @throws csc/off, client-refused; identity/too-many-tries
 * @see RFC 7009 §2.2
 */
export async function revokeProgramToken(
  visitor: Visitor,
  input: { readonly clientId: string; readonly clientSecret: string; readonly token: string },
): Promise<void> {
  const { ctx, row } = await requireClient(visitor, input);
  if (input.token === "") throw cscError("malformed", "Missing parameter token");
  const tokenSha256 = sha256(fromUtf8(input.token));
  await inTransaction(ctx, (ctx) => endToken(ctx, row.id, tokenSha256));
}

/** @throws csc/off; client-refused for a wrong pair, with no word on which half; identity/too-many-tries */
async function requireClient(
  visitor: Visitor,
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
) {
  const { runtime, request } = visitor;
  requireOn(visitor);
  await limitRate(runtime, `program-log-in:${networkOf(request.ip)}`, LOG_INS);
  const found = await findClient(visitor, clientId.slice(0, 100));
  const isRight = await verify(found?.row.secretHash ?? (await nobodysHash()), clientSecret.slice(0, 200));
  if (!found || !isRight) throw cscError("client-refused", found ? "wrong secret" : "no such program");
  return found;
}

/** Checked where there is no secret, so that time does not tell which programs there are. */
let nobodys: Promise<string> | null = null;
function nobodysHash(): Promise<string> {
  nobodys ??= hashPassword("nobody's secret");
  return nobodys;
}

async function findClient(visitor: Visitor, clientId: string) {
  const id = parsePublicId<string>("program", clientId);
  const organizationId = id && (await findProgram(visitor.runtime, id));
  if (!organizationId) return null;
  const ctx = unnamed(visitor, organizationId);
  const row = await inTransaction(ctx, (ctx) => loadProgram(ctx, id));
  return row && isLetIn(row, ctx.now()) ? { ctx, row } : null;
}

/**
 * The program that a token was given to.
 *
 * @param authorization the header's value. @throws csc/off, malformed, token-refused; identity/too-many-tries
 */
export async function programContext(visitor: Visitor, authorization: string | null): Promise<Context> {
  const { runtime, request } = visitor;
  requireOn(visitor);
  const [, text] = /^Bearer ([\w-]{1,200})$/i.exec(authorization ?? "") ?? [];
  if (!text) throw cscError("malformed", "Malformed authorization header");
  const tokenSha256 = sha256(fromUtf8(text));
  const found = await findProgramToken(runtime, tokenSha256);
  const row = found && (await programOf(unnamed(visitor, found.organizationId), tokenSha256));
  if (!row) {
    await limitRate(runtime, `wrong-program-token:${networkOf(request.ip)}`, WRONG_TOKENS);
    throw cscError("token-refused", "no such token, or it has ended");
  }
  await limitRate(runtime, `program:${row.id}`, CALLS);
  const actor = { kind: "program", programId: row.id, name: row.name } as const;
  return createContext(runtime, { organizationId: row.organizationId, actor, request });
}

async function programOf(ctx: Context, tokenSha256: Uint8Array): Promise<ProgramRow | null> {
  return inTransaction(ctx, async (ctx) => {
    const token = await loadToken(ctx, tokenSha256);
    if (!token || token.expiresAt <= ctx.now()) return null;
    const row = await loadProgram(ctx, token.programId);
    return row && isLetIn(row, ctx.now()) ? row : null;
  });
}

const isLetIn = ({ closedAt, expiresAt }: ProgramRow, now: Date): boolean => !closedAt && expiresAt > now;

const unnamed = ({ runtime, request }: Visitor, organizationId: OrganizationId): Context =>
  createContext(runtime, { organizationId, actor: { kind: "system", job: "program" }, request });

/** @throws csc/off where programs are not answered at all */
function requireOn({ runtime }: Visitor): void {
  if (!runtime.config.cscServer) throw cscError("off", "CSC_SERVER is not true");
}
