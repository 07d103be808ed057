import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import tls from "node:tls";
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
    certificateOf,
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

function certificateOf(url: string): Promise<Uint8Array> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  return new Promise((done, refuse) => {
    const socket = tls.connect({
      ...{ host, port: portOf(target), timeout: TIMEOUT_MS },
      ...(isIP(host) ? {} : { servername: host }),
      // It is looked at, not believed in: one that has expired is what this is for.
      rejectUnauthorized: false,
    });
    const fail = (why: string, cause?: unknown) => {
      socket.destroy();
      refuse(webError("unavailable", `${target.host}: ${why}`, { cause }));
    };
    socket.once("secureConnect", () => {
      const raw: Buffer | undefined = socket.getPeerCertificate().raw;
      if (!raw) return fail("shows no certificate");
      socket.end();
      done(new Uint8Array(raw));
    });
    socket.once("timeout", () => fail("no answer in time"));
    socket.once("error", (error) => fail("no TLS", error));
  });
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === "https:" ? 443 : 80);
