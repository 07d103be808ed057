import { z } from "zod";
import { fromBase64 } from "#lib/bytes.ts";
import type { KeyAlgorithm, RemoteCredential } from "#lib/ports/keys.ts";
import { publicKeyOf, usableAlgorithm } from "./algorithms.ts";

const MAX_CERTIFICATES = 10;

const AuthObject = z.object({
  ...{ id: z.string().max(100), type: z.string(), generator: z.string().optional() },
  ...{
    label: z.string().max(255).optional().catch(undefined),
    format: z.string().optional().catch(undefined),
  },
});

/** What `credentials/list` and `credentials/info` say of one, as far as we look (CSC API 2.0 §11.4, §11.5). */
export const CredentialInfo = z.object({
  credentialID: z.string().max(500).optional(),
  description: z.string().max(1000).catch(""),
  key: z.object({ status: z.string(), algo: z.array(z.string()).max(50) }),
  cert: z.object({
    status: z.string().optional(),
    certificates: z.array(z.string().max(20_000)).min(1).max(MAX_CERTIFICATES),
  }),
  auth: z.object({
    mode: z.string(),
    expression: z.string().max(1000).optional(),
    objects: z.array(AuthObject).max(20).optional(),
  }),
  multisign: z.number().int().min(1).catch(1),
});
export type CredentialInfo = z.infer<typeof CredentialInfo>;

/** Something a credential wants to be told before it signs. */
export interface Wanted {
  readonly id: string;
  readonly kind: "pin" | "totp" | "person";
}

const ALTERNATIVES = /\bX?OR\b/;

/** What an authorization must bring. Of alternatives, one that nobody has to be asked for. */
export function wantedBy({ mode, expression, objects = [] }: CredentialInfo["auth"]): Wanted[] {
  if (mode !== "explicit") return mode === "implicit" ? [] : [{ id: mode, kind: "person" }];
  const wanted = objects.map((object) => ({ id: object.id, kind: kindOf(object) }));
  if (!expression || !ALTERNATIVES.test(expression)) return wanted;
  const known = wanted.find(({ kind }) => kind !== "person");
  return known ? [known] : wanted;
}

function kindOf({ id, type, generator }: z.infer<typeof AuthObject>): Wanted["kind"] {
  if (type !== "Password") return "person";
  if (generator !== undefined) return generator.toLowerCase() === "totp" ? "totp" : "person";
  return /otp/i.test(id) ? "person" : "pin";
}

const ENDED = ["expired", "revoked", "suspended"];

/** What is left of a credential's description; its certificates are as they came. */
export function credentialOf(id: string, info: CredentialInfo): RemoteCredential {
  const certificates = info.cert.certificates.map(fromBase64);
  return {
    ...{ id, certificates, description: info.description, multisign: info.multisign },
    isEnabled: info.key.status === "enabled" && !ENDED.includes(info.cert.status ?? ""),
    algorithm: algorithmOf(certificates[0]!, info),
    asks: [...new Set(wantedBy(info.auth).map(({ kind }) => kind))],
  };
}

function algorithmOf(certificate: Uint8Array, { key }: CredentialInfo): KeyAlgorithm | null {
  try {
    return usableAlgorithm(publicKeyOf(certificate), key.algo);
  } catch {
    return null;
  }
}
