import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export interface SignedRequest {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const MAX_SKEW_MS = 5 * 60_000;
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

const sha256Hex = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: Uint8Array | string, text: string) => createHmac("sha256", key).update(text).digest();

/**
 * Checks a request to `/` the way AWS does (Signature Version 4): credential, scope, date, signed headers, body.
 *
 * @returns null, or the error a service answers with
 */
export function refuseSignature(
  { method, headers, body }: SignedRequest,
  { accessKeyId, secretAccessKey }: SigningCredentials,
  scope: { readonly region: string; readonly service: string },
): { error: string; message: string } | null {
  const parts = AUTHORIZATION.exec(headers.authorization ?? "");
  if (!parts) return { error: "IncompleteSignatureException", message: "no usable authorization header" };
  const [, credential, day, region, service, names, signature] = parts as unknown as string[];
  if (credential !== accessKeyId) {
    return { error: "UnrecognizedClientException", message: "The security token included is invalid." };
  }
  const wrong = (message: string) => ({ error: "InvalidSignatureException", message });
  if (region !== scope.region || service !== scope.service) return wrong("wrong credential scope");

  const date = String(headers["x-amz-date"] ?? "");
  if (!date.startsWith(day!)) return wrong("credential and request name different days");
  if (!(Math.abs(instantOf(date) - Date.now()) < MAX_SKEW_MS)) return wrong(`Signature expired: ${date}`);

  const signed = names!.split(";");
  const mustBeSigned = Object.keys(headers).filter((name) => name === "host" || name.startsWith("x-amz-"));
  const unsigned = mustBeSigned.filter((name) => !signed.includes(name));
  if (unsigned.length > 0 || !signed.includes("host")) return wrong(`not signed: ${unsigned.join(", ")}`);

  const lines = signed.map(
    (name) =>
      `${name}:${String(headers[name] ?? "")
        .trim()
        .replace(/ +/g, " ")}`,
  );
  const canonical = [method, "/", "", ...lines, "", names, sha256Hex(body)].join("\n");
  const stringToSign = [
    "AWS4-HMAC-SHA256",
    date,
    `${day}/${region}/${service}/aws4_request`,
    sha256Hex(canonical),
  ];
  const key = [day!, region!, service!, "aws4_request"].reduce<Uint8Array | string>(
    hmac,
    `AWS4${secretAccessKey}`,
  );
  const expected = hmac(key, stringToSign.join("\n"));
  const isSame = timingSafeEqual(expected, Buffer.from(signature!, "hex"));
  return isSame
    ? null
    : wrong("The request signature we calculated does not match the signature you provided.");
}

/** `20261120T231600Z` in milliseconds since 1970, or NaN. */
function instantOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}
