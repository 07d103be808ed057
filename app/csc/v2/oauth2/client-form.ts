import "server-only";
import { formBody } from "../../../_server/body.ts";

const LIMIT_BYTES = 16 * 1024;

/** A form with what a program logs in with, in it or in the header (RFC 6749 §2.3.1). */
export async function clientForm(request: Request) {
  const form = await formBody(request, LIMIT_BYTES);
  const field = (name: string) => {
    const value = form.get(name);
    return typeof value === "string" ? value.slice(0, 4_000) : "";
  };
  const [clientId, clientSecret] = basic(request) ?? [field("client_id"), field("client_secret")];
  return { field, clientId, clientSecret };
}

function basic(request: Request): [string, string] | null {
  const [, encoded] = /^Basic ([\w+/=]{1,500})$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (!encoded) return null;
  const [id = "", secret = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return [id, secret];
}
