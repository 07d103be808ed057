import { createPublicKey, verify } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { keysContract } from "#lib/ports/keys.contract.ts";
import { startVaultDouble } from "../testing/vault-double.ts";
import { restKeysContract } from "./rest/rest-keys.contract.ts";
import { type VaultAccess, vaultKeys } from "./vault-keys.ts";

const vault = await startVaultDouble();
afterAll(() => vault.close());
const access: VaultAccess = {
  address: vault.url,
  mount: "transit",
  namespace: vault.namespace,
  login: vault.appRole,
};
const flipLast = (text: string) => `${text.slice(0, -6)}${text.at(-6) === "A" ? "B" : "A"}${text.slice(-5)}`;

keysContract("Vault", async () => ({ provider: vaultKeys(access) }));

restKeysContract("Vault", async () => ({
  double: vault,
  signPath: "/sign/",
  provider: (answerWithinMs, address = vault.url) => vaultKeys({ ...access, address, answerWithinMs }),
  garble(body) {
    const { data } = body as { data: { signature: string } };
    return { data: { ...data, signature: flipLast(data.signature) } };
  },
  strangers: () => [
    vaultKeys({ ...access, login: { token: "hvs.guessed" } }),
    vaultKeys({ ...access, login: { ...vault.appRole, secretId: "guessed" } }),
    vaultKeys({ ...access, namespace: "other/" }),
  ],
  endTokens: vault.endTokens,
}));

describe("the transit engine", () => {
  const keys = vaultKeys({ ...access, login: { token: vault.token } });

  test("names a key by mount, name and version, and its name says whose it is", async () => {
    const { id } = await keys.create("ecdsa-p256-sha256", "Whereof seal of Müller & Söhne GmbH, Köln");
    expect(id).toMatch(/^transit\/whereof-seal-of-mu-ller-[a-z-]*[0-9a-f]{8}-[0-9a-f-]{27}:v1$/);
  });

  test("goes on signing with the version it was given after a rotation", async () => {
    const key = await keys.create("ecdsa-p256-sha256", "rotated");
    const name = /\/(.+):v1$/.exec(key.id)![1]!;
    vault.rotate(name);
    const message = Buffer.from("still the first");
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: "der", type: "spki" });
    expect(verify("sha256", message, publicKey, await key.sign(message))).toBe(true);
    expect((await keys.open(`transit/${name}:v2`)).publicKey).not.toEqual(key.publicKey);
    vault.setMinimumVersion(name, 2);
    await expect(key.sign(message)).rejects.toMatchObject({ code: "keys/not-permitted" });
    await expect(keys.open(`transit/${name}:v3`)).rejects.toMatchObject({ code: "keys/not-found" });
  });

  test("is refused a key that may be exported, and one of another kind", async () => {
    vault.addKey("loose", "ecdsa-p256", { exportable: true });
    await expect(keys.open("transit/loose:v1")).rejects.toMatchObject({ code: "keys/key-not-kept" });
    vault.addKey("other", "ecdsa-p521");
    const unsupported = { code: "keys/unsupported-algorithm" };
    await expect(keys.open("transit/other:v1")).rejects.toMatchObject(unsupported);
  });

  test("is unavailable while Vault is sealed", async () => {
    const key = await keys.create("ecdsa-p256-sha256", "sealed");
    vault.seal(true);
    await expect(key.sign(Buffer.of(1))).rejects.toMatchObject({ code: "keys/unavailable" });
    vault.seal(false);
    await expect(key.sign(Buffer.of(1))).resolves.toBeDefined();
  });

  test("that is not mounted there has no keys", async () => {
    const elsewhere = vaultKeys({ ...access, mount: "elsewhere" });
    await expect(elsewhere.open("elsewhere/key:v1")).rejects.toMatchObject({ code: "keys/not-found" });
  });
});
