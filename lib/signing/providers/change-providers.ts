import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import {
  PROVIDER_KINDS,
  type ProviderKind,
  SIGNATURE_KINDS,
  type SignatureKind,
} from "#lib/envelopes/core/signature-kind.ts";
import { isRefusal } from "#lib/errors.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import { uuidV7 } from "#lib/ids.ts";
import { isLoopback } from "#lib/loopback.ts";
import { signingError } from "../errors.ts";
import { isSecret } from "../secrets/is-secret.ts";
import {
  changeProvider,
  findPolicy,
  listProviders,
  loadProvider,
  savePolicy,
  saveProvider,
} from "./store.ts";
import { accessOf, redirectUriOf, secretPurpose } from "./waiting-signer.ts";

export interface SignatureSettings {
  /** What providers have to be told. */
  readonly redirectUri: string;
  /** What senders may ask for. */
  readonly allowed: readonly SignatureKind[];
  readonly providers: readonly SignatureProviderView[];
}

export interface SignatureProviderView {
  readonly id: string;
  readonly name: string;
  readonly kind: ProviderKind;
  readonly url: string;
  readonly oauthUrl: string;
  readonly clientId: string;
  readonly logIn: "person" | "client";
  readonly testedAt: Date | null;
  /** Why the last test failed, as a code; null when it did not. */
  readonly failure: string | null;
}

/** Who may be asked to make signatures, without their secrets. */
export async function getSignatureSettings(ctx: Context): Promise<SignatureSettings> {
  requirePermission(ctx, "authentication.manage");
  return inTransaction(ctx, async (ctx) => ({
    redirectUri: redirectUriOf(ctx),
    allowed: (await findPolicy(ctx))?.allowed ?? SIGNATURE_KINDS,
    providers: (await listProviders(ctx)).map((row) => ({
      ...{ id: row.id, name: row.name, kind: row.kind, url: row.url, oauthUrl: row.oauthUrl ?? "" },
      ...{ clientId: row.clientId, logIn: row.logIn, testedAt: row.testedAt, failure: row.failure },
    })),
  }));
}

const Input = z.object({
  /** Left out for a new one. */
  providerId: z.uuid().optional(),
  name: typedLine(60),
  kind: z.enum(PROVIDER_KINDS),
  url: typedLine(300),
  /** Empty where the service itself says. */
  oauthUrl: typedLine(300).default(""),
  clientId: typedLine(300),
  /** Empty keeps the one there is. */
  clientSecret: z.string().max(2_000),
  logIn: z.enum(["person", "client"]).default("person"),
  password: z.string().max(1_000),
});

/**
 * Sets up a provider whose credentials make people's signatures, or changes one. Asks for the password: whoever names
 * another provider says whose certificates count.
 *
 * @throws signing/provider-name-missing, provider-address-unreadable, provider-client-missing, provider-secret-missing,
 *   provider-not-found; identity/current-password-wrong
 */
export async function setSignatureProvider(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  requirePermission(ctx, "authentication.manage");
  const { providerId, password, clientSecret, ...told } = Input.parse(input);
  const { name, url, oauthUrl, clientId } = told;
  if (name === "") throw signingError("provider-name-missing", "no name");
  if (!isService(url) || (oauthUrl !== "" && !isService(oauthUrl)))
    throw signingError("provider-address-unreadable", `${url} ${oauthUrl}`);
  if (clientId === "") throw signingError("provider-client-missing", "no client");
  await stepUp(ctx, password);
  const before = providerId ? await inTransaction(ctx, (ctx) => loadProvider(ctx, providerId)) : null;
  if (before?.removedAt) throw signingError("provider-not-found", `provider ${providerId} was removed`);
  const at = ctx.now();
  const id = before?.id ?? uuidV7(at.getTime(), ctx.runtime.random(10));
  // Another server must not be shown the secret of the one before.
  const isSame = before?.url === url && (before.oauthUrl ?? "") === oauthUrl && before.clientId === clientId;
  if (clientSecret === "" && !isSame) throw signingError("provider-secret-missing", "no secret");
  const purpose = secretPurpose(ctx.organizationId, id);
  const kept = before && isSame ? before : null;
  const isOther =
    clientSecret !== "" && !(kept && (await isSecret(ctx, purpose, kept.sealedSecret, clientSecret)));
  const sealedSecret = isOther
    ? await ctx.runtime.sealIdentity(purpose, fromUtf8(clientSecret))
    : kept!.sealedSecret;
  const secretChangedAt = isOther ? at : kept!.secretChangedAt;
  await inTransaction(ctx, async (ctx) => {
    const row = { ...told, organizationId: ctx.organizationId, id, oauthUrl: oauthUrl || null, sealedSecret };
    const dates = { createdAt: before?.createdAt ?? at, changedAt: at, secretChangedAt };
    await saveProvider(ctx, { ...row, ...dates, testedAt: null, failure: null });
    const data = { provider: id, ...told, from: before && { url: before.url, kind: before.kind } };
    await appendEvent(ctx, { type: "signature-provider.set", envelopeId: null, data });
  });
  return id;
}

/** An https address without query or fragment; on this machine also http. */
function isService(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isSafe = protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
  return isSafe && !search && !hash && !username;
}

const Removal = z.object({ providerId: z.uuid(), password: z.string().max(1_000) });

/**
 * Takes a provider away: no draft can ask for it any more. What was sent with it is still signed there.
 *
 * @throws signing/provider-not-found; identity/current-password-wrong
 */
export async function removeSignatureProvider(ctx: Context, input: z.input<typeof Removal>): Promise<void> {
  requirePermission(ctx, "authentication.manage");
  const { providerId, password } = Removal.parse(input);
  await stepUp(ctx, password);
  await inTransaction(ctx, async (ctx) => {
    const { removedAt, name, url } = await loadProvider(ctx, providerId);
    if (removedAt) throw signingError("provider-not-found", `provider ${providerId} was removed`);
    await changeProvider(ctx, providerId, { removedAt: ctx.now() });
    const data = { provider: providerId, name, url };
    await appendEvent(ctx, { type: "signature-provider.removed", envelopeId: null, data });
  });
}

/**
 * Whether a provider answers and knows us.
 *
 * @returns why not, as a code; null when all is well. @throws signing/provider-not-found
 */
export async function testSignatureProvider(
  ctx: Context,
  input: { readonly providerId: string },
): Promise<string | null> {
  requirePermission(ctx, "authentication.manage");
  const id = z.uuid().parse(input.providerId);
  const provider = await inTransaction(ctx, (ctx) => loadProvider(ctx, id));
  const failure = await ctx.runtime.signatureServices.check(await accessOf(ctx, provider)).then(
    () => null,
    (error: unknown) => {
      ctx.runtime.log.info({ err: error }, "a signature provider failed its test");
      return isRefusal(error) && error.code.startsWith("keys/") ? error.code : "keys/unavailable";
    },
  );
  await inTransaction(ctx, async (ctx) => {
    await changeProvider(ctx, id, { testedAt: ctx.now(), failure });
    const data = { provider: id, reason: failure ?? undefined };
    await appendEvent(ctx, { type: "signature-provider.tested", envelopeId: null, data });
  });
  return failure;
}

const Policy = z.object({ allowed: z.array(z.enum(SIGNATURE_KINDS)).max(3) });

/**
 * Says what senders may ask for. One alone is what all of them ask for.
 *
 * @throws signing/signature-kinds-missing
 */
export async function setSignaturePolicy(ctx: Context, input: z.input<typeof Policy>): Promise<void> {
  requirePermission(ctx, "authentication.manage");
  const given = Policy.parse(input).allowed;
  const allowed = SIGNATURE_KINDS.filter((kind) => given.includes(kind));
  if (allowed.length === 0) throw signingError("signature-kinds-missing", "nothing would be allowed");
  await inTransaction(ctx, async (ctx) => {
    const from = (await findPolicy(ctx))?.allowed ?? SIGNATURE_KINDS;
    await savePolicy(ctx, { allowed, changedAt: ctx.now() });
    const data = { from: [...from], allowed: [...allowed] };
    await appendEvent(ctx, { type: "signature-policy.changed", envelopeId: null, data });
  });
}
