import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { concatBytes } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type WebReader, webError } from "#lib/ports/web.ts";
import { isNamedHost, isPublicAddress, publicOnly } from "./egress.ts";

const TIMEOUT_MS = 15_000;

/**
 * Fetches over HTTP and HTTPS, from public addresses only.
 *
 * @param hosts that are allowed wherever they are, `name` or `name:port`: what the operator has named.
 */
export function publicWeb(hosts: readonly string[] = []): WebReader {
  const ask: WebReader["ask"] = (url, { method, headers, body, limitBytes }) => {
    const target = new URL(url);
    const client = target.protocol === "https:" ? https : target.protocol === "http:" ? http : null;
    if (!client) return Promise.reject(webError("not-public", `no way to fetch ${target.protocol}`));
    const plain = target.hostname.replace(/^\[|\]$/g, "");
    const isNamed = isNamedHost(hosts, plain, portOf(target));
    if (!isNamed && isIP(plain) && !isPublicAddress(plain))
      return Promise.reject(webError("not-public", `${target.hostname} is not on the public internet`));
    return new Promise((done, refuse) => {
      const fail = (why: string, cause?: unknown) =>
        refuse(webError("unavailable", `${target.host}: ${why}`, { cause }));
      const request = client.request(target, {
        method,
        ...(isNamed ? {} : { lookup: publicOnly }),
        headers: { ...headers, ...(body ? { "content-length": body.length } : {}) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
        agent: false,
      });
      request.on("error", (error) => (isRefusal(error) ? refuse(error) : fail("no answer", error)));
      request.on("response", (answer) => {
        const parts: Uint8Array[] = [];
        let size = 0;
        answer.on("error", (error) => fail("the answer broke off", error));
        answer.on("data", (part: Uint8Array) => {
          size += part.length;
          parts.push(part);
          if (size <= limitBytes) return;
          fail(`more than ${limitBytes} bytes`);
          request.destroy();
        });
        answer.on("end", () =>
          done({
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: concatBytes(parts),
          }),
        );
      });
      request.end(body);
    });
  };
  return {
    ask,
    async fetch(url, { limitBytes, body, contentType = "application/octet-stream" }) {
      const answer = await ask(url, {
        ...{ limitBytes, method: body ? "POST" : "GET" },
        ...(body ? { body, headers: { "content-type": contentType } } : { headers: {} }),
      });
      if (answer.status === 200) return answer.body;
      throw webError("unavailable", `${new URL(url).host}: HTTP ${answer.status}`);
    },
  };
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === "https:" ? 443 : 80);
