import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { KeyProvider, SigningKey } from "#lib/ports/keys.ts";
import type { RestDouble } from "../../testing/rest-double.ts";

export interface RestKeysUnderTest {
  readonly double: RestDouble;
  /** A provider of this service, waiting so long for an answer. */
  provider(answerWithinMs: number, url?: string): KeyProvider;
  /** Part of the path of a request for a signature. */
  readonly signPath: string;
  /** An answer with a signature, changed so that the service's own checks still hold. */
  garble(body: object): object;
  /** Providers whose credentials are refused. */
  strangers(): readonly KeyProvider[];
  /** Ends the tokens that were given, or null where none are. */
  readonly endTokens: (() => void) | null;
}

/** What every key service over REST does when something is wrong. */
export function restKeysContract(name: string, make: () => Promise<RestKeysUnderTest>): void {
  describe(`a key in ${name}`, () => {
    const message = randomBytes(64);
    const unavailable = { kind: "unavailable", code: "keys/unavailable" };
    const throttled = { kind: "unavailable", code: "keys/throttled" };
    const notPermitted = { kind: "forbidden", code: "keys/not-permitted" };
    let made: RestKeysUnderTest;
    let double: RestDouble;
    let keys: KeyProvider;
    let key: SigningKey;
    beforeAll(async () => {
      made = await make();
      double = made.double;
    });
    beforeEach(async () => {
      keys = made.provider(400);
      key = await keys.create("ecdsa-p256-sha256", "test");
    });

    test("is asked again when the service is busy, fails, hangs up or says nothing", async () => {
      const busy = { status: 429, headers: { "retry-after": "0" } };
      for (const fault of [busy, { status: 500 }, { status: 503 }, "break", "hang"] as const) {
        double.fail(fault, 1, made.signPath);
        await expect(key.sign(message)).resolves.toBeInstanceOf(Uint8Array);
      }
    });

    test("is unavailable when that goes on, after three attempts", async () => {
      for (const [fault, refusal] of [
        [{ status: 429 }, throttled],
        [{ status: 503 }, unavailable],
        ["break", unavailable],
        ["hang", unavailable],
      ] as const) {
        const before = double.requests.length;
        double.fail(fault, 3, made.signPath);
        await expect(key.sign(message)).rejects.toMatchObject(refusal);
        expect(double.requests.length - before).toBe(3);
      }
    });

    test("is asked again when the service says, and not at all while it is to be left alone for long", async () => {
      double.fail({ status: 429, headers: { "retry-after": "1" } }, 1, made.signPath);
      const startedAt = performance.now();
      await key.sign(message);
      expect(performance.now() - startedAt).toBeGreaterThan(950);
      const before = double.requests.length;
      double.fail({ status: 429, headers: { "retry-after": "3600" } }, 1, made.signPath);
      await expect(key.sign(message)).rejects.toMatchObject(throttled);
      expect(double.requests.length - before).toBe(1);
    });

    test("is unavailable where nobody listens", async () => {
      const closed = createServer().listen(0);
      const { port } = closed.address() as { port: number };
      closed.close();
      const nobody = made.provider(400, `http://127.0.0.1:${port}`);
      await expect(nobody.create("ecdsa-p256-sha256", "nobody")).rejects.toMatchObject(unavailable);
      await expect(nobody.check()).rejects.toMatchObject(unavailable);
    });

    test("never passes on a signature that does not verify, nor none", async () => {
      for (const fault of [made.garble, () => ({})]) {
        double.fail(fault, 1, made.signPath);
        await expect(key.sign(message)).rejects.toMatchObject(unavailable);
      }
      await expect(key.sign(message)).resolves.toBeInstanceOf(Uint8Array);
    });

    test("is not to be used with wrong credentials, which a check tells before", async () => {
      for (const stranger of made.strangers()) {
        await expect(stranger.open(key.id)).rejects.toMatchObject(notPermitted);
        await expect(stranger.check()).rejects.toMatchObject(notPermitted);
      }
    });

    test("says nothing of a secret when it is refused", async () => {
      for (const stranger of made.strangers()) {
        const error = await stranger.open(key.id).catch((thrown: Error) => thrown);
        expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(
          /secret|-----BEGIN|guessed|hvs\./i,
        );
      }
    });

    test("is used on with a fresh token when the old one ended", async () => {
      made.endTokens?.();
      await expect(key.sign(message)).resolves.toBeInstanceOf(Uint8Array);
    });

    test("follows no redirect with its token", async () => {
      double.fail({ status: 307, headers: { location: `${double.url}/elsewhere` } }, 3, made.signPath);
      await expect(key.sign(message)).rejects.toMatchObject(unavailable);
      expect(double.requests.filter((asked) => asked.endsWith("/elsewhere"))).toEqual([]);
    });
  });
}
