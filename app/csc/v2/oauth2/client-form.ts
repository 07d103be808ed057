import "server-only";

/** A form with what a program logs in with, in it or in the header (RFC 6749 §2.3.1). */
export async function clientForm(request: Request) {
  const form = new URLSearchParams((await request.text()).slice(0, 4_000));
  const field = (name: string) => form.get(name) ?? "";
  const [clientId, clientSecret] = basic(request) ?? [field("client_id"), field("client_secret")];
  return { field, clientId, clientSecret };
}

function basic(request: Request): [string, string] | null {
  const [, encoded] = /^Basic ([\w+/=]{1,500})$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (!encoded) return null;
  const [id = "", secret = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return [id, secret];
}
