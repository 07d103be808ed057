import { fromUtf8, toUtf8 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { isLoopback } from "#lib/loopback.ts";
import { keysError } from "#lib/ports/keys.ts";
import type { ServiceAccess } from "#lib/ports/signature-service.ts";
import type { WebReader } from "#lib/ports/web.ts";
import { errorOf, WHO } from "../keys/csc/service.ts";
import type { RestAnswer } from "../keys/rest/ask.ts";

const MOST_BYTES = 1024 * 1024;

export interface ServiceCall {
  readonly url: string;
  readonly body: object | URLSearchParams;
  readonly token?: string;
}

/** One call to a service that an organization has named: by the way that leads to no address inside. @throws keys/unavailable */
export async function callService(web: WebReader, { url, body, token }: ServiceCall): Promise<RestAnswer> {
  const isForm = body instanceof URLSearchParams;
  try {
    const { status, body: bytes } = await web.ask(url, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": isForm ? "application/x-www-form-urlencoded" : "application/json",
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: fromUtf8(isForm ? body.toString() : JSON.stringify(body)),
      limitBytes: MOST_BYTES,
    });
    const answer = { status, body: parse(toUtf8(bytes)) };
    if (status === 429) throw keysError("throttled", `${WHO} answered with HTTP 429`);
    if (status >= 500) throw keysError("unavailable", `${WHO} answered with HTTP ${status}`);
    return answer;
  } catch (cause) {
    if (isRefusal(cause) && cause.code.startsWith("web/"))
      throw keysError("unavailable", `${WHO} did not answer (${cause.code})`, { cause });
    throw cause;
  }
}

function parse(text: string): RestAnswer["body"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as RestAnswer["body"]) : {};
  } catch {
    return {};
  }
}

/** What `oauth2/` stands below. @throws keys/not-permitted where it would go without TLS */
export async function oauthBase(web: WebReader, { url, oauthUrl }: ServiceAccess): Promise<string> {
  const base = url.replace(/\/+$/, "");
  if (oauthUrl) return oauthUrl.replace(/\/+$/, "");
  const { body } = await callService(web, { url: `${base}/info`, body: {} });
  const told = typeof body.oauth2 === "string" && body.oauth2 !== "" ? body.oauth2 : base;
  const found = URL.canParse(told) ? new URL(told) : null;
  if (found?.protocol !== "https:" && !(found?.protocol === "http:" && isLoopback(found.hostname)))
    throw keysError("not-permitted", `${WHO} wants the log-in at an address without TLS`);
  return told.replace(/\/+$/, "");
}

/** What a token endpoint gives. @throws keys/not-permitted, keys/remote-refused */
export async function askToken(
  web: WebReader,
  access: ServiceAccess,
  form: Readonly<Record<string, string>>,
) {
  const { clientId, clientSecret } = access;
  const answer = await callService(web, {
    url: `${await oauthBase(web, access)}/oauth2/token`,
    body: new URLSearchParams({ ...form, client_id: clientId, client_secret: clientSecret }),
  });
  const { access_token: text, expires_in: seconds } = answer.body;
  if (answer.status < 300 && typeof text === "string" && text !== "")
    return { text, lastsSeconds: typeof seconds === "number" ? seconds : 3600 };
  const said = `${WHO} gives no token (${answer.status}${errorOf(answer)})`;
  const isOurs = answer.status === 401 || /client/.test(String(answer.body.error ?? ""));
  throw keysError(isOurs ? "not-permitted" : "remote-refused", said);
}
