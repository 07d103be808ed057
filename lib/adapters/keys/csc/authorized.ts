import { setTimeout as sleep } from "node:timers/promises";
import { fromBase64, toBase64 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { HASH_OIDS, PSS_SHA256_PARAMS, WITHOUT_HASH } from "#lib/ports/csc-names.ts";
import { type KeyAlgorithm, keysError, type RemoteSecret } from "#lib/ports/keys.ts";
import { ALGORITHMS, ecdsaDer } from "../key-algorithms.ts";
import type { RestAnswer } from "../rest/ask.ts";
import { awaitAnswer, type Waiting } from "./await-answer.ts";
import type { Wanted } from "./credential.ts";
import { type CscAsk, refusalIn, refuse, WHO } from "./service.ts";
import { msUntilStep, totpCode, totpStep } from "./totp.ts";

/** A credential that can be signed with, and how. */
export interface OpenCredential {
  readonly credentialId: string;
  readonly algorithm: KeyAlgorithm;
  readonly signOid: string;
  readonly wanted: readonly Wanted[];
  /** Signatures are fetched when they are made; nobody waits on one connection. */
  readonly isLater: boolean;
  /** How long a person, or signatures made later, are waited for, over all attempts. */
  readonly patienceMs: number;
  readonly secret: (RemoteSecret & { readonly id: string }) | null;
}

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

export const CLOCK: Clock = { now: () => Date.now(), sleep };

const ATTEMPTS = 3;
const WAIT_MS = 250;
/** CSC API 2.0 §11.6: without a word an authorization lasts an hour. */
const DEFAULT_SECONDS = 3600;
/** For a person who is asked, and for signatures that are made later, unless it is set otherwise. */
export const PATIENCE_MS = 120_000;
/** An authorization that has less left is not used any more: the way there takes time too. */
const LEAST_LEFT_MS = 2_000;

/**
 * Authorizes hashes and has them signed. An authorization is used once, whatever comes of it: when nobody can say
 * whether it was, the hashes are authorized anew.
 *
 * @returns a signature for each digest, in their order, as the key port gives them
 */
export async function signAuthorized(
  ask: CscAsk,
  credential: OpenCredential,
  digests: readonly Uint8Array[],
  secrets: SecretKeeper,
): Promise<Uint8Array[]> {
  const { credentialId, algorithm } = credential;
  // Each hash once: an authorization is for hashes, not for how often they are wanted.
  const hashes = [...new Set(digests.map(toBase64))];
  const hashAlgorithmOID = HASH_OIDS[ALGORITHMS[algorithm].hash];
  const bound = { credentialID: credentialId, hashes, hashAlgorithmOID };
  let failure: unknown;
  // For all attempts together: who never answers is not waited for three times.
  const waiting: Waiting = { ...clockOf(secrets), until: secrets.clock.now() + credential.patienceMs };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (attempt > 1) await secrets.clock.sleep(WAIT_MS * attempt);
    const { sad, endsAt } = await authorize(ask, credential, bound, { secrets, waiting });
    if (secrets.clock.now() > endsAt - LEAST_LEFT_MS) {
      failure = keysError("unavailable", `${WHO} gives authorizations that end at once`);
      continue;
    }
    try {
      const found = await signOnce(ask, credential, { ...bound, SAD: sad }, waiting);
      const byHash = new Map(hashes.map((hash, index) => [hash, found[index]!]));
      return digests.map((digest) => byHash.get(toBase64(digest))!);
    } catch (error) {
      if (!isRefusal(error) || error.kind !== "unavailable") throw error;
      failure = error;
    }
  }
  throw failure;
}

interface Bound {
  readonly hashes: readonly string[];
  readonly hashAlgorithmOID: string;
}

const clockOf = ({ clock }: SecretKeeper) => ({
  now: () => clock.now(),
  sleep: (ms: number) => clock.sleep(ms),
});

async function authorize(
  ask: CscAsk,
  credential: OpenCredential,
  bound: Bound,
  { secrets, waiting }: { readonly secrets: SecretKeeper; readonly waiting: Waiting },
): Promise<{ readonly sad: string; readonly endsAt: number }> {
  const { answer: first, askedAt } = await secrets.use(credential, (authData) =>
    // A code is good for one try.
    ask(
      "credentials/authorize",
      { ...bound, numSignatures: bound.hashes.length, ...(authData.length > 0 && { authData }) },
      { attempts: credential.wanted.some(({ kind }) => kind === "totp") ? 1 : ATTEMPTS },
    ),
  );
  refuse(first);
  let at = askedAt;
  const check: CheckAsk = (method, body) => {
    at = secrets.clock.now();
    return ask(method, body, { attempts: 1 });
  };
  const answer = await agreed(check, first, waiting);
  refuse(answer);
  const { SAD: sad, expiresIn } = answer.body;
  if (typeof sad !== "string" || sad === "")
    throw keysError("unavailable", `${WHO} answered with no authorization`);
  const seconds = typeof expiresIn === "number" ? expiresIn : DEFAULT_SECONDS;
  return { sad, endsAt: at + seconds * 1000 };
}

type CheckAsk = (method: string, body: object) => Promise<RestAnswer>;

/**
 * What comes of an authorization that takes its time, since somebody is asked there (CSC API 2.0 §11.6, §11.7).
 *
 * @throws keys/remote-person-needed when they say no, or nothing in time
 */
export async function agreed(ask: CheckAsk, first: RestAnswer, waiting: Waiting): Promise<RestAnswer> {
  if (first.status !== 202 && typeof first.body.handle !== "string") return first;
  let { handle } = first.body;
  if (typeof handle !== "string" || handle === "")
    throw keysError("unavailable", `${WHO} said later, and not what to ask with`);
  const check = async () => {
    const answer = await ask("credentials/authorizeCheck", { handle });
    // The next question is asked with what came last.
    if (answer.status === 202 && typeof answer.body.handle === "string") handle = answer.body.handle;
    return answer;
  };
  const answer = await awaitAnswer(waiting, check).catch((cause: unknown) => {
    if (!isRefusal(cause, "keys/unavailable")) throw cause;
    throw keysError("remote-person-needed", `${WHO} asks a person to agree, and nobody did`, { cause });
  });
  if (answer.body.error === "access_denied")
    throw keysError("remote-person-needed", `${WHO} asked a person, who did not agree`);
  return answer;
}

async function signOnce(
  ask: CscAsk,
  { algorithm, signOid, isLater, patienceMs }: OpenCredential,
  request: Bound & { readonly SAD: string },
  waiting: Waiting,
): Promise<Uint8Array[]> {
  const { isPss, type } = ALGORITHMS[algorithm];
  const { hashAlgorithmOID, ...rest } = request;
  // CSC API 2.0 §11.10: left out where the algorithm says it.
  const hash = WITHOUT_HASH.includes(signOid) ? { hashAlgorithmOID } : {};
  const first = await ask(
    "signatures/signHash",
    {
      ...{ ...rest, ...hash, signAlgo: signOid, ...(isPss && { signAlgoParams: PSS_SHA256_PARAMS }) },
      ...(isLater && { operationMode: "A", validity_period: patienceMs }),
    },
    { attempts: 1 },
  );
  const answer = await signedLater(first, waiting, (requestID) =>
    ask("signatures/signPolling", { requestID }, { attempts: 1 }),
  );
  if (answer.status >= 300 && refusalIn(answer) === "authorization")
    throw keysError("unavailable", `${WHO} does not take its authorization any more`);
  refuse(answer);
  const { signatures } = answer.body;
  const isWhole = Array.isArray(signatures) && signatures.length === request.hashes.length;
  if (!isWhole || !signatures.every((one) => typeof one === "string"))
    throw keysError("unavailable", `${WHO} answered with no signatures`);
  const found = signatures.map(fromBase64);
  return type === "ec" ? found.map((one) => asDer(one, algorithm)) : found;
}

/**
 * The signatures that a service makes without being waited for, whether that was asked of it or not (CSC API 2.0
 * §11.10, §11.12).
 *
 * @throws keys/unavailable where they are kept no longer, or do not come in time
 */
export async function signedLater(
  first: RestAnswer,
  waiting: Waiting,
  poll: (requestId: string) => Promise<RestAnswer>,
): Promise<RestAnswer> {
  const { responseID, signatures } = first.body;
  if (first.status >= 300 || signatures !== undefined || typeof responseID !== "string") return first;
  const answer = await awaitAnswer(waiting, () => poll(responseID));
  if (answer.status === 400 && /requestID/.test(String(answer.body.error_description)))
    throw keysError("unavailable", `${WHO} does not know its own response any more`);
  return answer;
}

/** The specification leaves open how ECDSA signatures look: some services give `r ‖ s`. */
export function asDer(signature: Uint8Array, algorithm: KeyAlgorithm): Uint8Array {
  const half = algorithm === "ecdsa-p384-sha384" ? 48 : 32;
  return signature.length === half * 2 ? ecdsaDer(signature) : signature;
}

/** Tells secrets when they are asked for, each code once, and none again that was refused. */
export class SecretKeeper {
  readonly clock: Clock;
  readonly #refused = new Set<string>();
  readonly #usedSteps = new Map<string, number>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  async use(
    credential: OpenCredential,
    work: (authData: readonly { id: string; value: string }[]) => ReturnType<CscAsk>,
  ) {
    const { secret, wanted, credentialId } = credential;
    const hasCode = wanted.some(({ kind }) => kind === "totp");
    for (let isLast = !hasCode; ; isLast = true) {
      if (secret && this.#refused.has(secret.id))
        throw keysError("remote-secret-refused", `the secret of ${credentialId} was refused before`);
      const step = hasCode ? await this.#freshStep(credentialId) : 0;
      const authData = wanted.map((one) => ({ id: one.id, value: answerTo(one, credential, step) }));
      const askedAt = this.clock.now();
      const answer = await work(authData);
      const isRefused = answer.status >= 300 && refusalIn(answer) === "secret";
      if (!isRefused) return { answer, askedAt };
      // Another process may have used this code: the next one tells.
      if (isLast && secret) this.#refused.add(secret.id);
      if (isLast) return { answer, askedAt };
    }
  }

  /** A code is taken once (RFC 6238 §5.2), so the next signature waits for the next code. */
  async #freshStep(credentialId: string): Promise<number> {
    const now = this.clock.now();
    const step = Math.max(totpStep(now), (this.#usedSteps.get(credentialId) ?? 0) + 1);
    this.#usedSteps.set(credentialId, step);
    if (step > totpStep(now)) await this.clock.sleep(msUntilStep(step, now));
    return step;
  }
}

function answerTo({ kind }: Wanted, { secret, credentialId }: OpenCredential, step: number): string {
  if (kind === "pin" && secret?.pin) return secret.pin;
  if (kind === "totp" && secret?.totpSecret) return totpCode(secret.totpSecret, step);
  const needed = kind === "person" ? "remote-person-needed" : "remote-secret-refused";
  throw keysError(needed, `${credentialId} wants what we were not given (${kind})`);
}
