import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireLinkHolder } from "#lib/authorize.ts";
import { fromBase64Url, sha256, toBase64Url, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { takesPasskeys } from "#lib/envelopes/authentication/policy.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { personKey } from "../consent/record-act.ts";
import { signingError } from "../errors.ts";
import { findRecipient, loadCeremony, loadSender, type RecipientRow } from "../store.ts";
import { type CurrentStep, currentStep } from "./current-step.ts";
import { openSession } from "./open-session.ts";
import { countTry, countWrong } from "./pass-check.ts";
import { changeCheck, changePasskey, loadPasskeys, lockCheck, lockPasskey, savePasskey } from "./store.ts";

const CHALLENGE_BYTES = 32;
const CHALLENGE_MS = 5 * 60_000;
/** EdDSA, ES256, RS256: what WebAuthn §5.4 tells everybody to take. */
const ALGORITHMS = [-8, -7, -257];

/** What a browser is to ask its authenticator for. */
export type PasskeyRequest =
  | { readonly kind: "register"; readonly options: PublicKeyCredentialCreationOptionsJSON }
  | { readonly kind: "assert"; readonly options: PublicKeyCredentialRequestOptionsJSON };

/** The address passkeys are bound to: the public one, and nothing under it (WebAuthn §5.1.2, RP ID). */
function relyingParty({ runtime }: Context) {
  const { hostname, origin } = new URL(runtime.config.baseUrl);
  return { rpId: hostname, origin };
}

/**
 * Asks for a passkey of somebody's, or sets the first one up, once they have shown that the mailbox is theirs. A new
 * challenge takes the place of every earlier one.
 *
 * @throws signing/passkey-not-asked
 */
export async function beginPasskey(ctx: Context): Promise<PasskeyRequest> {
  requireLinkHolder(ctx);
  const { rpId } = relyingParty(ctx);
  const challenge = new Uint8Array(ctx.runtime.random(CHALLENGE_BYTES));
  return inTransaction(ctx, async (ctx) => {
    const { recipient, asked } = await requireStep(ctx);
    const person = personKey(ctx.organizationId, reachedAt(recipient));
    await lockCheck(ctx, recipient.id);
    const passkeyPurpose = asked.hasPasskey ? "assert" : "register";
    const passkeyExpiresAt = new Date(ctx.now().getTime() + CHALLENGE_MS);
    await changeCheck(ctx, recipient.id, { passkeyChallenge: challenge, passkeyPurpose, passkeyExpiresAt });
    const known = (await loadPasskeys(ctx, person)).map(({ credentialId, transports }) => ({
      ...{ id: toBase64Url(credentialId), transports: [...transports] as AuthenticatorTransport[] },
    }));
    if (asked.hasPasskey) {
      const options = await generateAuthenticationOptions({
        ...{ rpID: rpId, challenge, timeout: CHALLENGE_MS, allowCredentials: known },
        userVerification: "required",
      });
      return { kind: "assert", options };
    }
    const { envelope } = await loadCeremony(ctx, recipient.envelopeId, false);
    const { organizationName } = await loadSender(ctx, envelope);
    const options = await generateRegistrationOptions({
      ...{ rpName: organizationName.slice(0, 64), rpID: rpId, challenge, timeout: CHALLENGE_MS },
      ...{ userName: reachedAt(recipient), userDisplayName: recipient.name, userID: new Uint8Array(person) },
      ...{ attestationType: "none", supportedAlgorithmIDs: ALGORITHMS },
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
    });
    return { kind: "register", options };
  });
}

/** @throws signing/passkey-not-asked where none is asked for, or none may be set up yet */
async function requireStep(ctx: Context): Promise<{ recipient: RecipientRow; asked: CurrentStep }> {
  const { recipientId, checked } = requireLinkHolder(ctx);
  const recipient = await findRecipient(ctx, recipientId);
  const asked = recipient && (await currentStep(ctx, recipient, checked));
  const isOffered = asked?.step === "passkey" || (asked?.step === "second-factor" && !isByApp(asked));
  const mayGoOn = asked?.hasPasskey || asked?.maySetUp;
  if (!recipient || !asked || !isOffered || !mayGoOn || !takesPasskeys(ctx.runtime.config.baseUrl))
    throw signingError("passkey-not-asked", `the check is ${asked?.step}`);
  return { recipient, asked };
}

/** Somebody known by an app shows the app: a passkey set up beside it would only need the mailbox. */
const isByApp = ({ hasApp, hasPasskey }: CurrentStep): boolean => hasApp && !hasPasskey;

const text = z.string().max(20_000);
const Answer = z.object({
  id: text,
  rawId: text,
  type: z.literal("public-key"),
  authenticatorAttachment: text.nullish(),
  clientExtensionResults: z.looseObject({}).default({}),
  response: z.object({
    clientDataJSON: text,
    attestationObject: text.optional(),
    authenticatorData: text.optional(),
    signature: text.optional(),
    userHandle: text.nullish(),
    transports: z.array(z.string().max(40)).max(10).optional(),
  }),
});
const Input = z.object({ answer: Answer });

/**
 * Checks what a passkey has signed: our challenge, given out once and not long ago, for our address, by a person who
 * was there and unlocked it, with a count that goes up (WebAuthn §7.1, §7.2).
 *
 * @returns what the browser keeps to be known by, for this link and four hours.
 * @throws signing/passkey-refused; passkey-known for one that is set up; check-locked after five in a row that do not
 * hold; passkey-not-asked; identity/too-many-tries after twenty a day
 */
export async function passPasskey(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const holder = requireLinkHolder(ctx);
  const { answer } = Input.parse(input);
  await countTry(ctx, holder.recipientId);
  // A wrong try must stay counted, and a challenge used, so nothing is thrown in here.
  const outcome = await inTransaction(ctx, async (ctx) => {
    const row = await lockCheck(ctx, holder.recipientId);
    const { recipient, asked } = await requireStep(ctx);
    if (row.lockedUntil && row.lockedUntil > ctx.now()) return "check-locked";
    const { passkeyChallenge, passkeyPurpose, passkeyExpiresAt } = row;
    await changeCheck(ctx, recipient.id, { passkeyChallenge: null, passkeyPurpose: null });
    const isAlive = passkeyExpiresAt !== null && passkeyExpiresAt > ctx.now();
    const purpose = asked.hasPasskey ? "assert" : "register";
    const challenge = isAlive && passkeyPurpose === purpose ? passkeyChallenge : null;
    const given = { recipient, answer, challenge: toBase64Url(challenge ?? ctx.runtime.random(32)) };
    const detail = await (purpose === "assert" ? verifiedUse(ctx, given) : verifiedNew(ctx, given));
    if (detail === "known") return "passkey-known";
    if (!detail) {
      await countWrong(ctx, holder, "passkey", row);
      return "passkey-refused";
    }
    await changeCheck(ctx, recipient.id, { wrongTries: 0, lockedUntil: null });
    return { session: await openSession(ctx, "passkey", detail) };
  });
  if (typeof outcome === "string") throw signingError(outcome, `recipient ${holder.recipientId}`);
  return toBase64Url(outcome.session);
}

interface Given {
  readonly recipient: RecipientRow;
  readonly answer: z.infer<typeof Answer>;
  /** Base64url. */
  readonly challenge: string;
}

/** What the trail says of a passkey: nothing it can be found by elsewhere. */
const describePasskey = (credentialId: Uint8Array, isSynced: boolean, signCount: number) => ({
  passkey: { idSha256: toHex(sha256(credentialId)), isSynced, signCount, isUserVerified: true },
});

async function verifiedUse(ctx: Context, { recipient, answer, challenge }: Given) {
  const { rpId, origin } = relyingParty(ctx);
  const credentialId = fromBase64Url(answer.id);
  const known = await lockPasskey(ctx, personKey(ctx.organizationId, reachedAt(recipient)), credentialId);
  if (!known) return null;
  const result = await quietly(() =>
    verifyAuthenticationResponse({
      response: answer as AuthenticationResponseJSON,
      ...{ expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId },
      requireUserVerification: true,
      credential: {
        id: toBase64Url(known.credentialId),
        publicKey: new Uint8Array(known.publicKey),
        counter: known.signCount,
      },
    }),
  );
  if (!result?.verified) return null;
  const { newCounter: signCount, credentialBackedUp: isSynced } = result.authenticationInfo;
  await changePasskey(ctx, known.credentialId, { signCount, isSynced, usedAt: ctx.now() });
  return describePasskey(known.credentialId, isSynced, signCount);
}

async function verifiedNew(ctx: Context, { recipient, answer, challenge }: Given) {
  const { rpId, origin } = relyingParty(ctx);
  const result = await quietly(() =>
    verifyRegistrationResponse({
      response: answer as RegistrationResponseJSON,
      ...{ expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: rpId },
      ...{ requireUserVerification: true, supportedAlgorithmIDs: ALGORITHMS },
    }),
  );
  if (!result?.verified) return null;
  const { credential, credentialBackedUp: isSynced } = result.registrationInfo;
  const credentialId = fromBase64Url(credential.id);
  const at = ctx.now();
  const isNew = await savePasskey(ctx, {
    ...{ organizationId: ctx.organizationId, credentialId, isSynced, createdAt: at, usedAt: at },
    personKey: personKey(ctx.organizationId, reachedAt(recipient)),
    ...{ publicKey: credential.publicKey, signCount: credential.counter },
    transports: answer.response.transports ?? [],
  });
  if (!isNew) return "known" as const;
  const detail = describePasskey(credentialId, isSynced, credential.counter);
  await appendEvent(ctx, {
    type: "passkey.enrolled",
    envelopeId: recipient.envelopeId,
    data: { recipient: recipient.id, ...detail },
  });
  return detail;
}

/** The library throws what it does not like; all of it is an answer that does not hold. */
async function quietly<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}
