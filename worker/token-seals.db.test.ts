import { createPublicKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { noTokenBecause, type SoftHsm, softHsm } from "#lib/adapters/testing/soft-hsm.ts";
import { hasWaitedFor, linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { expectValid, sealedPdf, signed } from "./testing-story.ts";

if (noTokenBecause) console.warn(`Seals by tokens are not tested: ${noTokenBecause}`);
const folder = mkdtempSync(path.join(tmpdir(), "whereof-pin-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
  hsm?.close();
});
const hsm = noTokenBecause ? (null as unknown as SoftHsm) : softHsm();
const settings = (more: Readonly<Record<string, string>> = {}) => ({
  ...hsm.environment,
  KEY_PROVIDER: "pkcs11",
  PKCS11_MODULE: hsm.module,
  PKCS11_TOKEN: hsm.label,
  PKCS11_PIN: hsm.pin,
  ...more,
});

describe.skipIf(noTokenBecause)("with the organization's key in a token", () => {
  const rsa = testProduct({ runsJobs: true, settings: async () => settings() });

  test("the story is the same, and the key is the token's", async () => {
    const ctx = await (await rsa().newOrganization()).member("owner");
    expectValid(await sealedPdf(ctx, await signed(ctx)));
    const [row] = await rsa().admin<{ provider: string; key_id: string; der: Buffer }[]>`
      select provider, key_id, der from signing_keys
      join certificates on certificates.id = signing_keys.certificate_id
      where signing_keys.organization_id = ${ctx.organizationId}`;
    expect(row).toMatchObject({
      provider: "pkcs11",
      key_id: expect.stringContaining(`serial=${hsm.serial}`),
    });
    expect(row!.key_id).toContain(`serial=${hsm.serial}`);
    const keyId = row!.key_id.match(/%[0-9a-f]{2}/g)!.slice(-16);
    const listed = hsm.tool(["-O", "--type", "privkey", "--id", keyId.join("").replaceAll("%", "")]);
    expect(listed).toContain("Whereof seal of Organization");
    expect(listed).toContain("never extractable, local");
    const file = path.join(folder, "token-key.der");
    hsm.tool(["--read-object", "--type", "pubkey", "--id", keyId.join("").replaceAll("%", ""), "-o", file]);
    const inToken = createPublicKey({ key: readFileSync(file), format: "der", type: "spki" });
    expect(new X509Certificate(row!.der).publicKey.equals(inToken)).toBe(true);
  }, 180_000);
});

describe.skipIf(noTokenBecause)("with an ECDSA key in a token", () => {
  const ec = testProduct({
    runsJobs: true,
    settings: async () => settings({ PKCS11_MODULE: hsm.faultyModule, SEAL_ALGORITHM: "ecdsa-p256-sha256" }),
  });

  test("a token that is away is waited for, and then the story is the same", async () => {
    const ctx = await (await ec().newOrganization()).member("owner");
    hsm.fail(...Array(4).fill("C_OpenSession e0"));
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
    await until(ctx, envelopeId, hasWaitedFor("keys/unavailable"), 30_000);
    await until(ctx, envelopeId, ({ isPrepared, waitingFor }) => isPrepared && waitingFor === null, 60_000);
    expectValid(await sealedPdf(ctx, await signed(ctx)));
  }, 180_000);

  test.for([
    ["its session", "b3"],
    ["the token itself", "32"],
  ] as const)(
    "a seal that loses %s in mid-signature says so, and is made once when tried again",
    { timeout: 120_000 },
    async ([, code]) => {
      const ctx = await (await ec().newOrganization()).member("owner");
      const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
      await sign(await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz")));
      const ben = await linkFor(ctx, envelopeId, "Ben Okafor");
      // One more than the two that a seal meets, should the watch over keys meet one.
      hsm.fail(...Array(3).fill(`C_Sign ${code}`));
      await sign(await personWith(ctx, ben));
      await until(ctx, envelopeId, hasWaitedFor("keys/session-lost"), 30_000);
      const done = await until(ctx, envelopeId, ({ state }) => state === "completed", 60_000);
      expect(done.trail.filter(({ type }) => type === "envelope.sealed")).toHaveLength(1);
      expectValid(await sealedPdf(ctx, done));
    },
  );
});

describe.skipIf(noTokenBecause)("with a mistyped PIN", () => {
  const pinFile = path.join(folder, "pin");
  const mistyped = testProduct({
    runsJobs: true,
    settings: async () => {
      writeFileSync(pinFile, "mistyped\n");
      return settings({ PKCS11_PIN: "", PKCS11_PIN_FILE: pinFile });
    },
  });

  test("the envelope waits until the file holds the right one", async () => {
    const ctx = await (await mistyped().newOrganization()).member("owner");
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
    await until(ctx, envelopeId, ({ waitingFor }) => waitingFor === "keys/pin-count-low", 30_000);
    writeFileSync(pinFile, `${hsm.pin}\n`);
    await until(ctx, envelopeId, ({ isPrepared, waitingFor }) => isPrepared && waitingFor === null, 60_000);
  }, 180_000);
});
