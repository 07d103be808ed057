import { octetString, tlv } from "#lib/pki/core/asn1/der.ts";
import { eachChild, readDer } from "#lib/pki/core/asn1/read-der.ts";
import { type Authority, opensslMakes, pem } from "#lib/pki/core/testing.ts";

/** The private key of a test authority as PKCS#8, DER. */
export const pkcs8Of = ({ key }: Authority): Uint8Array =>
  new Uint8Array(key.keyObject.export({ type: "pkcs8", format: "der" }));

export const keyPem = ({ key }: Authority): string =>
  key.keyObject.export({ type: "pkcs8", format: "pem" }).toString();

/** A PFX as OpenSSL writes it. @param args such as `-legacy`. */
export function opensslPkcs12(
  holder: Authority,
  chain: readonly Uint8Array[],
  password: string,
  args: readonly string[] = [],
): Uint8Array {
  const files = {
    "key.pem": keyPem(holder),
    "own.pem": pem(holder.certificateDer),
    "chain.pem": chain.map((der) => pem(der)).join(""),
  };
  const inputs = ["-inkey", "key.pem", "-in", "own.pem", ...(chain.length ? ["-certfile", "chain.pem"] : [])];
  return opensslMakes(
    "out.p12",
    ["pkcs12", "-export", ...inputs, "-passout", `pass:${password}`, "-out", "out.p12", ...args],
    files,
  );
}

/** The same value as programs write it in streams: indefinite lengths, octet strings in pieces. */
export function asBer(der: Uint8Array): Uint8Array {
  const value = readDer(der, "test", der.length);
  const end = new Uint8Array(2);
  if (value.tag === 0x04) {
    const half = value.content.length >> 1;
    const pieces = [value.content.subarray(0, half), value.content.subarray(half)].map(octetString);
    return Buffer.concat([Uint8Array.of(0x24, 0x80), ...pieces, end]);
  }
  if ((value.tag & 0x20) === 0) return tlv(value.tag, value.content);
  const members = [...eachChild(value, "test")].map(({ bytes }) => asBer(bytes));
  return Buffer.concat([Uint8Array.of(value.tag, 0x80), ...members, end]);
}
