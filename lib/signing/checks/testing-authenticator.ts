import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** An authenticator in software that makes what WebAuthn §6 describes, and lies where a test asks it to. */
export interface TestAuthenticator {
  create(options: { challenge: string }, over?: Lies): object;
  get(options: { challenge: string }, over?: Lies): object;
  count: number;
}

export interface Lies {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  /** UP 0x01, UV 0x04, BE 0x08, BS 0x10 (§6.1). */
  readonly flags?: number;
  readonly count?: number;
  readonly key?: KeyObject;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;
const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest();
const base64Url = (data: Uint8Array) => Buffer.from(data).toString("base64url");

export function testAuthenticator(origin = "http://localhost:3000", rpId = "localhost"): TestAuthenticator {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomBytes(32);
  const { x, y } = publicKey.export({ format: "jwk" });
  // COSE_Key, EC2, ES256, P-256 (RFC 9053 §7.1.1), in CBOR.
  const coseKey = Buffer.concat([
    Buffer.from("a5010203262001215820", "hex"),
    Buffer.from(x!, "base64url"),
    Buffer.from("225820", "hex"),
    Buffer.from(y!, "base64url"),
  ]);
  const dataOf = (over: Lies, flags: number, count: number, rest: Uint8Array = Buffer.alloc(0)) => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(over.count ?? count);
    return Buffer.concat([sha256(over.rpId ?? rpId), Buffer.from([flags]), counter, rest]);
  };
  const clientData = (type: string, challenge: string, over: Lies) =>
    Buffer.from(
      JSON.stringify({
        type: over.type ?? type,
        challenge: over.challenge ?? challenge,
        origin: over.origin ?? origin,
        crossOrigin: false,
      }),
    );
  const credential = (response: object) => ({
    ...{ id: base64Url(id), rawId: base64Url(id), type: "public-key", clientExtensionResults: {} },
    response,
  });
  return {
    count: 0,
    create({ challenge }, over = {}) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey]);
      const flags = ATTESTED | (over.flags ?? USER_PRESENT | USER_VERIFIED);
      const data = dataOf(over, flags, this.count, attested);
      const head = Buffer.alloc(3);
      head[0] = 0x59;
      head.writeUInt16BE(data.length, 1);
      // { fmt: "none", attStmt: {}, authData } (WebAuthn §6.5.4)
      const attestation = Buffer.concat([
        Buffer.from("a363666d74646e6f6e656761747453746d74a0686175746844617461", "hex"),
        ...[head, data],
      ]);
      return credential({
        clientDataJSON: base64Url(clientData("webauthn.create", challenge, over)),
        attestationObject: base64Url(attestation),
        transports: ["internal"],
      });
    },
    get({ challenge }, over = {}) {
      this.count += 1;
      const data = dataOf(over, over.flags ?? USER_PRESENT | USER_VERIFIED, this.count);
      const client = clientData("webauthn.get", challenge, over);
      const signed = Buffer.concat([data, sha256(client)]);
      return credential({
        clientDataJSON: base64Url(client),
        authenticatorData: base64Url(data),
        signature: base64Url(sign("sha256", signed, { key: over.key ?? privateKey, dsaEncoding: "der" })),
      });
    },
  };
}
