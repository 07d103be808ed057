import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromBase64, fromBase64Url, fromUtf8, sha256, toBase64, toBase64Url, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { parsePublicId } from "#lib/ids.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { cscError, decideAuthorization } from "../core/program-signing.ts";
import { openedKey } from "./authorize-hashes.ts";
import { isUsable, offeredKey } from "./offered-key.ts";
import { authorizationIn, keyIdIn } from "./program-request.ts";
import { loadProgram, type ProgramRow, saveCode } from "./store.ts";

const CODE_SECONDS = 120;

/** What stands in the address that a program sends a member to. */
const Query = z.object({
  response_type: z.literal("code"),
  client_id: z.string().max(100),
  redirect_uri: z.string().max(300),
  state: z.string().max(500).default(""),
  scope: z.enum(["service", "credential"]).default("service"),
  code_challenge: z.string().regex(/^[\w-]{43}$/),
  code_challenge_method: z.literal("S256"),
  credentialID: z.string().max(100).optional(),
  numSignatures: z.string().max(5).optional(),
  hashes: z.string().max(20_000).optional(),
  hashAlgorithmOID: z.string().max(100).optional(),
});

/** What a member is asked to let a program do. */
export interface ApprovalView {
  readonly program: string;
  /** Where they are sent back to. */
  readonly host: string;
  readonly scope: "service" | "credential";
  /** Of the certificate of the key that is to sign. */
  readonly key: string | null;
  /** What is to be signed, in hexadecimal. */
  readonly hashes: readonly string[];
}

type Asked = Readonly<Record<string, string | undefined>>;

/**
 * What a program asks a member for, in their browser: to see which keys are open to it, or to sign just these hashes
 * (CSC API 2.0 §8.4.2, RFC 6749 §4.1.1).
 *
 * @throws csc/off, malformed, client-refused, redirect-refused, credential-unknown, credential-off, not-in-scope,
 *   number-too-high, number-wrong; authorize/not-permitted
 */
export async function readApproval(ctx: Context, asked: Asked): Promise<ApprovalView> {
  requirePermission(ctx, "key.manage");
  const { program, query, signing } = await read(ctx, asked);
  return {
    ...{ program: program.name, host: new URL(query.redirect_uri).host, scope: query.scope },
    key: signing ? offeredKey(signing.row).name : null,
    hashes: signing?.hashes.map((hash) => toHex(fromBase64(hash))) ?? [],
  };
}

/** Lets it. @returns where the member goes, with a code that only the program can use. @throws as `readApproval` */
export async function approveRequest(ctx: Context, asked: Asked): Promise<string> {
  const member = requirePermission(ctx, "key.manage");
  const { program, query, signing } = await read(ctx, asked);
  const at = ctx.now();
  const code = toBase64Url(ctx.runtime.random(32));
  await inTransaction(ctx, async (ctx) => {
    await saveCode(ctx, {
      ...{ organizationId: ctx.organizationId, codeSha256: sha256(fromUtf8(code)), programId: program.id },
      ...{ redirectUri: query.redirect_uri, challenge: query.code_challenge, scope: query.scope },
      ...{ keyId: signing?.row.key.id ?? null, hashes: signing?.hashes ?? null, memberId: member.memberId },
      expiresAt: new Date(at.getTime() + CODE_SECONDS * 1000),
    });
    const data = {
      ...{ program: program.id, scope: query.scope, key: signing?.row.key.id },
      hashes: signing?.hashes.map((hash) => toHex(fromBase64(hash))),
    };
    await appendEvent(ctx, { type: "program-signing.approved", envelopeId: null, data });
  });
  return backTo(query, { code });
}

/** Does not let it. @returns where the member goes. @throws as `readApproval` */
export async function refuseRequest(ctx: Context, asked: Asked): Promise<string> {
  requirePermission(ctx, "key.manage");
  const { program, query } = await read(ctx, asked);
  const data = { program: program.id, scope: query.scope };
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, { type: "program-signing.refused", envelopeId: null, data }),
  );
  return backTo(query, { error: "access_denied" });
}

function backTo(query: z.output<typeof Query>, said: Readonly<Record<string, string>>): string {
  const url = new URL(query.redirect_uri);
  for (const [name, value] of Object.entries({ ...said, state: query.state }))
    url.searchParams.set(name, value);
  return url.href;
}

async function read(ctx: Context, asked: Asked) {
  if (!ctx.runtime.config.cscServer) throw cscError("off", "CSC_SERVER is not true");
  const parsed = Query.safeParse(asked);
  if (!parsed.success) throw cscError("malformed", "A parameter of oauth2/authorize is missing or wrong");
  const query = parsed.data;
  const programId = parsePublicId<string>("program", query.client_id);
  return inTransaction(ctx, async (ctx) => {
    const program = programId ? await loadProgram(ctx, programId) : null;
    if (!program || program.closedAt || program.expiresAt <= ctx.now() || program.isLocked)
      throw cscError("client-refused", "no such program here");
    // Nobody is sent anywhere that was not said when the program was let in.
    if (program.redirectUri === null || program.redirectUri !== query.redirect_uri)
      throw cscError("redirect-refused", "another address");
    return {
      program,
      query,
      signing: query.scope === "service" ? null : await signingIn(ctx, program, query),
    };
  });
}

async function signingIn(ctx: Context, program: ProgramRow, query: z.output<typeof Query>) {
  const body = {
    ...{ credentialID: query.credentialID, numSignatures: Number(query.numSignatures) },
    hashes: (query.hashes ?? "").split(",").map((hash) => toBase64(fromBase64Url(hash))),
    hashAlgorithmOID: query.hashAlgorithmOID,
  };
  const keyId = keyIdIn(body);
  const { row } = await openedKey(ctx, program.id, keyId);
  if (!isUsable(row, ctx.now())) throw cscError("credential-off", `key ${keyId} signs no more`);
  const { hashes, numSignatures } = authorizationIn(body, row.key.algorithm as KeyAlgorithm);
  decideAuthorization({ hashes, numSignatures }, { perMinute: program.perMinute, askedInMinute: 0 });
  return { row, hashes };
}
