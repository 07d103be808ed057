import { generateKeyPairSync } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { keysContract } from "#lib/ports/keys.contract.ts";
import { memoryMasterKey } from "../master-key/memory-master-key.ts";
import { type KeyVault, softwareKey, softwareKeys } from "./software-keys.ts";

function memoryVault(): KeyVault & { readonly rows: Map<string, Uint8Array> } {
  const rows = new Map<string, Uint8Array>();
  return {
    rows,
    save: async (id, sealed) => void rows.set(id, sealed),
    load: async (id) => rows.get(id) ?? null,
  };
}

keysContract("software", async () => ({
  provider: softwareKeys({ vault: memoryVault(), masterKey: memoryMasterKey() }),
}));

describe("a software key", () => {
  test("lies in the vault sealed, for its own row and master key only", async () => {
    const [vault, masterKey] = [memoryVault(), memoryMasterKey()];
    const keys = softwareKeys({ vault, masterKey });
    const [one, other] = [
      await keys.create("ecdsa-p256-sha256", "one"),
      await keys.create("ecdsa-p256-sha256", "other"),
    ];
    // The public key ends a P-256 PKCS#8: were it there, the private key would be too.
    const point = Buffer.from(one.publicKey.slice(-64));
    expect(Buffer.from(vault.rows.get(one.id)!).includes(point)).toBe(false);

    vault.rows.set(one.id, vault.rows.get(other.id)!);
    await expect(keys.open(one.id)).rejects.toMatchObject({ code: "master-key/mismatch" });
    const stranger = softwareKeys({ vault, masterKey: memoryMasterKey() });
    await expect(stranger.open(other.id)).rejects.toMatchObject({ code: "master-key/mismatch" });
  });

  test("shows nothing of the private key when it is printed", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const secret = Buffer.from(privateKey.export({ format: "jwk" }).d!, "base64url");
    const printed = inspect(softwareKey("1", "ecdsa-p256-sha256", privateKey), {
      depth: 9,
      showHidden: true,
    });
    expect(printed).not.toContain(secret.toString("hex"));
    expect(JSON.stringify(softwareKey("1", "ecdsa-p256-sha256", privateKey))).not.toContain('"d"');
  });

  test("fits its algorithm or is refused", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const misfit = expect.objectContaining({ code: "keys/unsupported-algorithm" });
    expect(() => softwareKey("1", "ecdsa-p256-sha256", privateKey)).toThrow(misfit);
    const { privateKey: ed25519 } = generateKeyPairSync("ed25519");
    expect(() => softwareKey("1", "ecdsa-p256-sha256", ed25519)).toThrow(misfit);
  });
});
