import { fromBase64, fromUtf8, sha256, toBase64Url } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { keysError } from "#lib/ports/keys.ts";
import type {
  PersonalCredential,
  Question,
  ServiceAccess,
  SignatureService,
} from "#lib/ports/signature-service.ts";
import type { WebReader } from "#lib/ports/web.ts";
import { signOid } from "../keys/csc/algorithms.ts";
import { agreed, CLOCK, type Clock } from "../keys/csc/authorized.ts";
import { CredentialInfo, credentialOf } from "../keys/csc/credential.ts";
import { refuse, WHO } from "../keys/csc/service.ts";
import type { RestAnswer } from "../keys/rest/ask.ts";
import { askToken, callService, oauthBase } from "./csc-web.ts";

const MOST_LISTED = 20;
/** They look at this page meanwhile. */
const PATIENCE_MS = 45_000;
const WITH_CERTIFICATES = { certificates: "chain", certInfo: true, authInfo: true };

/**
 * A service of the Cloud Signature Consortium's kind, version 2, for credentials of people: authorization code with PKCE,
 * or answers they give here.
 *
 * @param web how it is reached: from public addresses, and from those the operator has named.
 */
export function cscSignatureService(web: WebReader, clock: Clock = CLOCK): SignatureService {
  const ask = (access: ServiceAccess, method: string, token: string, body: object) =>
    callService(web, { url: `${access.url.replace(/\/+$/, "")}/${method}`, body, token });
  const call = async (access: ServiceAccess, method: string, token: string, body: object) => {
    const answer = await ask(access, method, token, body);
    requireAnswer(answer);
    return answer;
  };
  const look = async (access: ServiceAccess, token: string, id: string) => {
    const { body } = await call(access, "credentials/info", token, {
      credentialID: id,
      ...WITH_CERTIFICATES,
    });
    return personalOf(id, body);
  };
  return {
    async challenge(access, token, { credentialId, questionId }) {
      const asked = { credentialID: credentialId, authObjectID: questionId };
      const { body } = await call(access, "credentials/getChallenge", token, asked);
      // CSC API 2.0 §11.8: 204 where it goes another way.
      if (body.challenge === undefined) return null;
      if (typeof body.challenge !== "string" || body.challenge.length > 1000)
        throw keysError("unavailable", `${WHO} gave a challenge that nobody can read`);
      return body.challenge;
    },
    async check(access) {
      await askToken(web, access, { grant_type: "client_credentials", scope: "service" });
    },
    logIn: (access) => askToken(web, access, { grant_type: "client_credentials", scope: "service" }),
    async pageFor(access, { redirectUri, state, verifier }, wanted) {
      const page = new URL(`${await oauthBase(web, access)}/oauth2/authorize`);
      const parameters = {
        ...{ response_type: "code", client_id: access.clientId, redirect_uri: redirectUri, state },
        code_challenge: toBase64Url(sha256(fromUtf8(verifier))),
        ...{ code_challenge_method: "S256", scope: wanted ? "credential" : "service" },
        ...(wanted && {
          credentialID: wanted.credentialId,
          numSignatures: String(wanted.hashes.length),
          // CSC API 2.0 §8.4.2: base64url, with commas between them.
          hashes: wanted.hashes.map((hash) => toBase64Url(fromBase64(hash))).join(","),
          hashAlgorithmOID: wanted.hashOid,
        }),
      };
      for (const [name, value] of Object.entries(parameters)) page.searchParams.set(name, value);
      return page.href;
    },
    redeem: (access, { redirectUri, verifier }, code) =>
      askToken(web, access, {
        ...{ grant_type: "authorization_code", code, redirect_uri: redirectUri, code_verifier: verifier },
      }),
    async list(access, token, userId) {
      const wanted = { credentialInfo: true, ...WITH_CERTIFICATES };
      const whose = userId === null ? {} : { userID: userId };
      const first = await ask(access, "credentials/list", token, { ...wanted, ...whose });
      // CSC API 2.0 §11.4: a log-in that says whose they are takes no user.
      const isImplied = first.status === 400 && /\buserID\b/.test(String(first.body.error_description));
      if (!isImplied) requireAnswer(first);
      const { body } = isImplied ? await call(access, "credentials/list", token, wanted) : first;
      if (!Array.isArray(body.credentialIDs)) throw keysError("unavailable", `${WHO} answered with no list`);
      const told: readonly unknown[] = Array.isArray(body.credentialInfos) ? body.credentialInfos : [];
      const ids = body.credentialIDs.map(String).filter((id) => id !== "" && id.length <= 500);
      const found: PersonalCredential[] = [];
      for (const id of ids.slice(0, MOST_LISTED)) {
        const info = told.find((one) => (one as { credentialID?: unknown } | null)?.credentialID === id);
        const one = info ? personalOf(id, info) : await look(access, token, id).catch(whenBeyondUs);
        if (one) found.push(one);
      }
      return found;
    },
    async authorize(access, token, { credentialId, hashes, hashOid }, answers) {
      const authData = Object.entries(answers).map(([id, value]) => ({ id, value }));
      const first = await call(access, "credentials/authorize", token, {
        ...{ credentialID: credentialId, numSignatures: hashes.length, hashes, hashAlgorithmOID: hashOid },
        ...(authData.length > 0 && { authData }),
      });
      const waiting = { ...clock, until: clock.now() + PATIENCE_MS };
      const answer = await agreed((method, body) => ask(access, method, token, body), first, waiting);
      requireAnswer(answer);
      const { SAD: text, expiresIn } = answer.body;
      if (typeof text !== "string" || text === "")
        throw keysError("unavailable", `${WHO} answered with no authorization`);
      // CSC API 2.0 §11.6: without a word an authorization lasts an hour.
      return { text, lastsSeconds: typeof expiresIn === "number" ? expiresIn : 3600 };
    },
  };
}

function requireAnswer(answer: RestAnswer): void {
  if (answer.status === 401) throw keysError("not-permitted", `${WHO} does not take its own token`);
  refuse(answer);
}

function personalOf(id: string, body: unknown): PersonalCredential | null {
  const { success, data } = CredentialInfo.safeParse(body);
  if (!success) return null;
  const { algorithm, ...known } = credentialOf(id, data);
  return {
    ...known,
    algorithm,
    signOid: algorithm && signOid(algorithm, data.key.algo),
    ...waysOf(data.auth),
  };
}

/** CSC API 2.0 §11.5: what is asked of whom. */
function waysOf(auth: CredentialInfo["auth"]): Pick<PersonalCredential, "mode" | "questions"> {
  const { mode, objects = [] } = auth;
  if (mode === "oauth2code") return { mode: "page", questions: [] };
  // Who asks the person itself needs no answer from here.
  if (mode === "implicit") return { mode: "nothing", questions: [] };
  if (mode !== "explicit" || objects.some(({ type }) => type !== "Password" && type !== "ChallengeResponse"))
    return { mode: "unknown", questions: [] };
  const questions = objects.map(
    ({ id, label, format, type }): Question => ({
      ...{ id, label: label || id, isNumeric: format === "N" },
      ...(type === "ChallengeResponse" && { isChallenge: true }),
    }),
  );
  return { mode: questions.length > 0 ? "answers" : "nothing", questions };
}

/** One that cannot be read is left out of the list; a service that is away has none. */
function whenBeyondUs(error: unknown): null {
  if (isRefusal(error, "keys/not-found") || isRefusal(error, "keys/remote-refused")) return null;
  throw error;
}
