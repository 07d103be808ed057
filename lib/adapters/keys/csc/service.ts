import { readFile } from "node:fs/promises";
import { isLoopback } from "#lib/loopback.ts";
import { keysError } from "#lib/ports/keys.ts";
import { type AccessToken, AccessTokens } from "../rest/access-tokens.ts";
import { askRest, type RestAnswer } from "../rest/ask.ts";

export interface CscService {
  /** Up to the methods' names: `https://provider.example/csc/v2`. */
  readonly url: string;
  /** What `oauth2/token` stands below; null where the service itself says. */
  readonly oauthUrl: string | null;
  readonly clientId: string;
  readonly clientSecret: { readonly text: string } | { readonly file: string };
  /** Whose credentials are listed; null for those that are ours by our log-in. */
  readonly userId?: string | null;
  readonly answerWithinMs?: number;
}

export const WHO = "The remote signing service";
const ANSWER_WITHIN_MS = 20_000;

export type CscAsk = (method: string, body: object, options?: { attempts: number }) => Promise<RestAnswer>;

/** How a service is asked, with our token. @returns also what it refuses, but for a log-in that it does not know */
export function cscService(service: CscService): CscAsk {
  const url = service.url.replace(/\/+$/, "");
  const answerWithinMs = service.answerWithinMs ?? ANSWER_WITHIN_MS;
  const post = (address: string, body: object, more: { token?: string; attempts?: number } = {}) =>
    askRest({
      ...{ method: "POST", url: address, body, who: WHO, answerWithinMs },
      ...(more.token && { headers: { authorization: `Bearer ${more.token}` } }),
      ...(more.attempts && { attempts: more.attempts }),
    });
  const logIn = async (): Promise<AccessToken> => {
    const answer = await post(
      `${await oauthUrl()}/oauth2/token`,
      new URLSearchParams({
        ...{ grant_type: "client_credentials", scope: "service", client_id: service.clientId },
        client_secret: await secretOf(service),
      }),
    );
    const { access_token: text, expires_in } = answer.body;
    if (answer.status >= 300 || typeof text !== "string")
      throw keysError("not-permitted", `${WHO} refuses our log-in (${answer.status}${errorOf(answer)})`);
    // CSC API 2.0 §8.4.2: without a word it lasts an hour.
    return { text, expiresInSeconds: typeof expires_in === "number" ? expires_in : 3600 };
  };
  const oauthUrl = async (): Promise<string> => {
    if (service.oauthUrl) return service.oauthUrl.replace(/\/+$/, "");
    const { body } = await post(`${url}/info`, {});
    if (typeof body.oauth2 !== "string" || body.oauth2 === "") return url;
    requireSafe(body.oauth2);
    return body.oauth2.replace(/\/+$/, "");
  };
  const tokens = new AccessTokens(logIn);
  return async (method, body, options) => {
    const answer = await tokens.use(
      (token) => post(`${url}/${method}`, body, { token, ...options }),
      ({ status }) => status === 401,
    );
    if (answer.status === 401) throw keysError("not-permitted", `${WHO} does not take its own token`);
    return answer;
  };
}

async function secretOf({ clientSecret }: CscService): Promise<string> {
  if ("text" in clientSecret) return clientSecret.text;
  try {
    return (await readFile(clientSecret.file, "utf8")).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw keysError("not-permitted", `the file with the client's secret cannot be read (${code})`);
  }
}

/** The secret goes where the service says, if nobody can read it on its way there. */
function requireSafe(address: string): void {
  const found = URL.canParse(address) ? new URL(address) : null;
  const isSafe = found?.protocol === "https:" || (found?.protocol === "http:" && isLoopback(found.hostname));
  if (!isSafe) throw keysError("not-permitted", `${WHO} wants the log-in at an address without TLS`);
}

/** The word of a refusal; its description may repeat what we sent. */
export function errorOf({ body }: RestAnswer): string {
  const error = String(body.error ?? "");
  return /^[a-z_]{1,60}$/.test(error) ? `, ${error}` : "";
}

/** What a refusal comes down to. */
type Refused = "secret" | "locked" | "authorization" | "unknown" | "off" | "algorithm" | "number" | "other";

const DESCRIPTIONS: readonly (readonly [RegExp, Refused])[] = [
  [/locked/i, "locked"],
  [/\bSAD\b/, "authorization"],
  [/credentialID is disabled|suspended|revoked|expired/i, "off"],
  [/credentialID/, "unknown"],
  [/signAlgo|hashAlgo|digest value length/i, "algorithm"],
  [/num(bers of |S)ignatures/i, "number"],
];

/** @see CSC API 2.0 §11.6, §11.10 */
export function refusalIn({ body }: RestAnswer): Refused {
  const [error, description] = [String(body.error ?? ""), String(body.error_description ?? "")];
  if (["invalid_authentication_data", "invalid_pin", "invalid_otp"].includes(error)) return "secret";
  return DESCRIPTIONS.find(([pattern]) => pattern.test(description))?.[1] ?? "other";
}

/** @throws what a refusal means for a key; nothing when the answer is none */
export function refuse(answer: RestAnswer): void {
  if (answer.status < 300) return;
  const said = `${WHO} refuses (${answer.status}${errorOf(answer)})`;
  if (answer.status === 403) throw keysError("not-permitted", said);
  switch (refusalIn(answer)) {
    case "secret":
      throw keysError("remote-secret-refused", said);
    case "locked":
      throw keysError("remote-credential-locked", said);
    case "off":
      throw keysError("not-permitted", `${said}: the credential does not sign any more`);
    case "unknown":
      throw keysError("not-found", `${said}: the credential is not known`);
    case "algorithm":
      throw keysError("unsupported-algorithm", said);
    default:
      throw keysError("remote-refused", said);
  }
}
