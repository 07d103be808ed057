import { generateKeyPairSync, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refusalOf } from "#db/testing.ts";
import type { IdentityAttempt, IdentityProvider, ProviderSettings } from "./identity-provider.ts";

export const REDIRECT = "http://localhost:3000/sign/sso";

/** Who stands behind it in a test: lets in `user`, and lies as it is told. */
interface Behind {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  user: { readonly sub: string } | null;
  lies: object;
  signOn(url: string): Promise<string>;
  close(): Promise<void>;
}

interface ProviderUnderTest {
  readonly provider: IdentityProvider;
  readonly double: Behind;
  /** Somebody it lets in. */
  readonly ana: { readonly sub: string };
  readonly demands: ProviderSettings["demands"];
}

const strangers = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;

/** What every provider of identities keeps to, whatever it looks at. */
export function identityProviderContract(name: string, start: () => Promise<ProviderUnderTest>): void {
  describe(name, () => {
    let it: ProviderUnderTest;
    beforeAll(async () => {
      it = await start();
    });
    afterAll(() => it.double.close());
    beforeEach(() => {
      it.double.user = it.ana;
      it.double.lies = {};
    });

    const settings = (over: Partial<ProviderSettings> = {}): ProviderSettings => {
      const { issuer, clientId, clientSecret } = it.double;
      return { issuer, clientId, clientSecret, demands: it.demands, ...over };
    };
    const once = () => randomBytes(32).toString("base64url");
    const newAttempt = (): IdentityAttempt => ({ state: once(), nonce: once(), verifier: once() });

    async function goThere(attempt = newAttempt()) {
      const asked = { redirectUri: REDIRECT, attempt, email: "ana.ruiz@example.com" };
      const callback = await it.double.signOn(await it.provider.begin(settings(), asked));
      return { redirectUri: REDIRECT, attempt, callback, at: new Date() };
    }

    test("says who came back, how they were known, and which token said so", async () => {
      const identity = await it.provider.complete(settings(), await goThere());
      expect(identity).toMatchObject({ issuer: it.double.issuer, subject: it.ana.sub });
      expect(identity.tokenSha256).toMatch(/^[0-9a-f]{64}$/);
      expect(identity.verified !== null).toBe(it.provider.method !== "sso");
    });

    test("the connection is tested: address, keys, client and secret", async () => {
      expect(await it.provider.check(settings(), REDIRECT)).toEqual({ issuer: it.double.issuer });
      const wrong = settings({ clientSecret: "another" });
      expect(await refusalOf(it.provider.check(wrong, REDIRECT))).toBe("identity-provider/client-refused");
      const away = settings({ issuer: "http://127.0.0.1:9" });
      expect(await refusalOf(it.provider.check(away, REDIRECT))).toBe("identity-provider/unavailable");
      it.double.lies = { metadata: { issuer: "https://evil.example" } };
      expect(await refusalOf(it.provider.check(settings(), REDIRECT))).toBe("identity-provider/unreadable");
    });

    test("an answer is taken once, for the attempt it was asked for", async () => {
      const back = await goThere();
      await it.provider.complete(settings(), back);
      expect(await refusalOf(it.provider.complete(settings(), back))).toBe("identity-provider/refused");
      for (const change of ["state", "nonce", "verifier"] as const) {
        const asked = await goThere();
        const attempt = { ...asked.attempt, [change]: once() };
        expect(await refusalOf(it.provider.complete(settings(), { ...asked, attempt }))).toBe(
          "identity-provider/refused",
        );
      }
    });

    test.for([
      ["another key", { key: strangers }, "refused"],
      ["no signature", { algorithm: "none" }, "refused"],
      ["another audience", { audience: "another" }, "refused"],
      ["another issuer", { issuer: "https://evil.example" }, "refused"],
      ["a clock an hour ahead", { clockSeconds: 3_600 }, "clock"],
      ["a token endpoint that is down", { tokenStatus: 503 }, "unavailable"],
    ] as const)("a token with %s is not believed", async ([, lies, refusal]) => {
      const back = await goThere();
      it.double.lies = lies;
      expect(await refusalOf(it.provider.complete(settings(), back))).toBe(`identity-provider/${refusal}`);
    });

    test("who gives up there has shown nothing", async () => {
      it.double.user = { sub: "" };
      expect(await refusalOf(it.provider.complete(settings(), await goThere()))).toBe(
        "identity-provider/refused",
      );
    });
  });
}
