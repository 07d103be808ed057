import { readFile } from "node:fs/promises";
import { fromUtf8, toUtf8 } from "#lib/bytes.ts";
import { checkByOpening, type KeyProvider, keysError, type SigningKey } from "#lib/ports/keys.ts";
import { digestKey } from "./digest-key.ts";
import type { KeyReference, TokenKey } from "./pkcs11/protocol.ts";
import { TokenLink } from "./pkcs11/token-link.ts";

export interface Pkcs11Access {
  readonly module: string;
  /** Label or serial number. */
  readonly token: string;
  readonly pin: { readonly text: string } | { readonly file: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly answerWithinMs?: number;
}

/** Keys that never leave a token or HSM, through its vendor's PKCS #11 module. They are named by RFC 7512 URIs. */
export function pkcs11Keys({ pin, ...access }: Pkcs11Access): KeyProvider & { close(): void } {
  const link = new TokenLink({ ...access, pin: () => readPin(pin) });
  const open: KeyProvider["open"] = async (id, algorithm) =>
    tokenKey(link, await link.ask("open", { ...referenceOf(id), algorithm: algorithm ?? null }));
  return {
    name: "pkcs11",
    async create(algorithm, label) {
      return tokenKey(link, await link.ask("create", { algorithm, label }));
    },
    async take(pkcs8, wanted) {
      return tokenKey(link, await link.ask("take", { pkcs8, ...wanted }));
    },
    async keysThere() {
      const found = await link.ask("list", {});
      return found.map(({ id, label, token, serial, publicKey, flags }) => ({
        id: uriOf({ id, token, serial }),
        ...{ label, place: `${token} (${serial})`, publicKey },
        ...{ isExtractable: flags.extractable, isSensitive: flags.sensitive },
        ...{ mayNeverHaveLeft: flags.neverExtractable, maySign: flags.sign },
      }));
    },
    open,
    async check() {
      await link.takeNewPin();
      await checkByOpening(() => open("pkcs11:object=whereof-check"));
    },
    close: () => link.close(),
  };
}

async function readPin(pin: Pkcs11Access["pin"]): Promise<string> {
  if ("text" in pin) return pin.text;
  try {
    return (await readFile(pin.file, "utf8")).replace(/\r?\n$/, "");
  } catch (cause) {
    throw keysError("pin-unreadable", "the file with the token's PIN cannot be read", { cause });
  }
}

function tokenKey(link: TokenLink, { algorithm, publicKey, ...place }: TokenKey): SigningKey {
  const { id } = place;
  return digestKey({
    ...{ id: uriOf(place), algorithm, publicKey },
    signDigest: (digest) => link.ask("sign", { id, algorithm, digest }),
  });
}

/** RFC 7512 §2.3: every byte may be percent-encoded, and of the id every one should be. */
const uriOf = ({ id, token, serial }: Pick<TokenKey, "id" | "token" | "serial">): string =>
  `pkcs11:token=${encodeURIComponent(token)};serial=${encodeURIComponent(serial)};id=${Buffer.from(id)
    .toString("hex")
    .replace(/../g, "%$&")};type=private`;

/** What a key's URI says of it. Anything that is no such URI names no key. */
function referenceOf(uri: string): KeyReference {
  const path = /^pkcs11:([^?]*)/.exec(uri)?.[1] ?? "";
  const attributes = new Map(path.split(";").map((part) => [part.split("=", 1)[0], part] as const));
  const bytesOf = (name: string): Uint8Array | null => {
    const value = attributes.get(name)?.slice(name.length + 1);
    return value ? unescaped(value) : null;
  };
  const textOf = (name: string): string | null => {
    const bytes = bytesOf(name);
    return bytes && toUtf8(bytes);
  };
  return { id: bytesOf("id"), label: textOf("object"), token: textOf("token"), serial: textOf("serial") };
}

/** Not by decodeURIComponent: an id is bytes, not text. */
function unescaped(value: string): Uint8Array {
  const parts = value.match(/%[0-9a-f]{2}|[^%]+/gi) ?? [];
  return new Uint8Array(
    Buffer.concat(
      parts.map((part) => (part.startsWith("%") ? Buffer.from(part.slice(1), "hex") : fromUtf8(part))),
    ),
  );
}
