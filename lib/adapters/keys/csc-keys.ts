import { isRefusal } from "#lib/errors.ts";
import {
  type KeyProvider,
  keysError,
  parseRemoteKeyId,
  type RemoteCredential,
  type RemoteSecret,
  type RemoteSigning,
} from "#lib/ports/keys.ts";
import { publicKeyOf, signOid, usableAlgorithm } from "./csc/algorithms.ts";
import {
  CLOCK,
  type Clock,
  type OpenCredential,
  PATIENCE_MS,
  SecretKeeper,
  signAuthorized,
} from "./csc/authorized.ts";
import { CredentialInfo, credentialOf, wantedBy } from "./csc/credential.ts";
import { type CscAsk, type CscService, cscService, refuse, WHO } from "./csc/service.ts";
import { digestKey } from "./digest-key.ts";
import type { RestAnswer } from "./rest/ask.ts";

export interface CscAccess extends CscService {
  /** The secret that a key's id names. */
  secretOf(secretId: string): Promise<RemoteSecret | null>;
  readonly clock?: Clock;
  /** Signatures are made without being waited for (CSC API 2.0 §11.10: operation mode A). */
  readonly isLater?: boolean;
  /** How long a person who is asked there, or signatures made later, are waited for. */
  readonly patienceMs?: number;
}

const MAX_LISTED = 50;
/** Of one authorization, however many the service allows. */
const MAX_AT_ONCE = 50;
const WITH_CERTIFICATES = { certificates: "chain", certInfo: true, authInfo: true };

/**
 * Credentials of a remote signing service that speaks the API of the Cloud Signature Consortium, version 2. A key's
 * id is the credential's, with `#` and the id of the secret that opens it, where it wants one. What waits for one key
 * is authorized and signed together.
 */
export function cscKeys(access: CscAccess): KeyProvider & RemoteSigning {
  const ask = cscService(access);
  const secrets = new SecretKeeper(access.clock ?? CLOCK);
  const whose = access.userId ? { userID: access.userId } : {};
  const desks = new Map<string, Desk>();
  const look = async (credentialID: string) => {
    const answer = await ask("credentials/info", { credentialID, ...WITH_CERTIFICATES });
    refuse(answer);
    return parseInfo(answer.body);
  };
  const secretOf = async (id: string | null): Promise<OpenCredential["secret"]> => {
    if (id === null) return null;
    const secret = await access.secretOf(id);
    if (!secret) throw keysError("not-found", `no secret ${id}`);
    return { ...secret, id };
  };
  return {
    name: "csc",
    host: new URL(access.url).host,
    async create() {
      throw keysError("not-made-here", `${WHO} makes its keys itself`);
    },
    async open(id, wanted) {
      const { credentialId, secretId } = parseRemoteKeyId(id);
      const info = await look(credentialId);
      const { isEnabled, certificates } = credentialOf(credentialId, info);
      if (!isEnabled) throw keysError("not-permitted", `${credentialId} does not sign at the moment`);
      const publicKey = readPublicKey(certificates[0]!);
      const algorithm = usableAlgorithm(publicKey, info.key.algo, wanted);
      if (!algorithm) throw keysError("unsupported-algorithm", `${credentialId} does not sign as ${wanted}`);
      const credential: OpenCredential = {
        ...{ credentialId, algorithm, signOid: signOid(algorithm, info.key.algo)! },
        ...{ wanted: wantedBy(info.auth), secret: await secretOf(secretId) },
        isLater: access.isLater ?? false,
        patienceMs: access.patienceMs ?? PATIENCE_MS,
      };
      const desk = desks.get(id) ?? newDesk(ask, secrets);
      desks.set(id, desk);
      const limit = Math.min(info.multisign, MAX_AT_ONCE);
      return digestKey({
        ...{ id, algorithm, publicKey },
        signDigest: (digest) => desk(credential, limit, digest),
      });
    },
    async check() {
      await list(ask, look, { ...whose, onlyIds: true });
    },
    list: () => list(ask, look, { ...whose, onlyIds: false }),
  };
}

function readPublicKey(certificate: Uint8Array): Uint8Array {
  try {
    return publicKeyOf(certificate);
  } catch (cause) {
    throw keysError("unavailable", `${WHO} gave a certificate that cannot be read`, { cause });
  }
}

function parseInfo(body: RestAnswer["body"]): CredentialInfo {
  const parsed = CredentialInfo.safeParse(body);
  if (!parsed.success)
    throw keysError("unavailable", `${WHO} described a credential in a way we do not know`);
  return parsed.data;
}

async function list(
  ask: CscAsk,
  look: (id: string) => Promise<CredentialInfo>,
  { onlyIds, ...whose }: { readonly onlyIds: boolean; readonly userID?: string },
): Promise<RemoteCredential[]> {
  const wanted = onlyIds ? whose : { ...whose, credentialInfo: true, ...WITH_CERTIFICATES };
  const answer = await ask("credentials/list", wanted);
  refuse(answer);
  const { credentialIDs, credentialInfos } = answer.body;
  if (!Array.isArray(credentialIDs)) throw keysError("unavailable", `${WHO} answered with no list`);
  if (onlyIds) return [];
  const told = new Map(
    (Array.isArray(credentialInfos) ? credentialInfos : []).flatMap((one) => {
      const { success, data } = CredentialInfo.safeParse(one);
      return success && data.credentialID ? [[data.credentialID, data] as const] : [];
    }),
  );
  const found: RemoteCredential[] = [];
  for (const id of credentialIDs.map(String).filter(isName).slice(0, MAX_LISTED)) {
    const info = told.get(id) ?? (await look(id).catch(whenBeyondUs));
    if (info) found.push(credentialOf(id, info));
  }
  return found;
}

const isName = (id: string): boolean => id !== "" && id.length <= 500;

/** One that cannot be read is left out of the list; a service that is away has none. */
function whenBeyondUs(error: unknown): null {
  if (isRefusal(error, "keys/not-found") || isRefusal(error, "keys/remote-refused")) return null;
  throw error;
}

type Desk = (credential: OpenCredential, limit: number, digest: Uint8Array) => Promise<Uint8Array>;

/** Signs what waits for one key, as many at once as an authorization allows. */
function newDesk(ask: CscAsk, secrets: SecretKeeper): Desk {
  interface Waiting {
    readonly digest: Uint8Array;
    readonly credential: OpenCredential;
    readonly limit: number;
    resolve(signature: Uint8Array): void;
    reject(error: unknown): void;
  }
  const waiting: Waiting[] = [];
  let isBusy = false;
  const work = async () => {
    isBusy = true;
    while (waiting.length > 0) {
      const { credential, limit } = waiting[0]!;
      const others = waiting.findIndex((one) => one.credential.algorithm !== credential.algorithm);
      const batch = waiting.splice(0, Math.min(limit, others < 0 ? limit : others));
      try {
        const digests = batch.map(({ digest }) => digest);
        const signatures = await signAuthorized(ask, credential, digests, secrets);
        for (const [index, one] of batch.entries()) one.resolve(signatures[index]!);
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    isBusy = false;
  };
  return (credential, limit, digest) =>
    new Promise((resolve, reject) => {
      waiting.push({ digest, credential, limit, resolve, reject });
      if (!isBusy) void work();
    });
}
