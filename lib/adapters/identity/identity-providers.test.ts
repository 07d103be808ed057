import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refusalOf } from "#db/testing.ts";
import { type OidcDouble, type OidcUser, startOidcDouble } from "#lib/adapters/testing/oidc-double.ts";
import { publicWeb } from "#lib/adapters/web/public-web.ts";
import { identityProviderContract, REDIRECT } from "#lib/ports/identity-provider.contract.ts";
import type { IdentityDemands } from "#lib/ports/identity-provider.ts";
import { identityAssurance } from "./identity-assurance.ts";
import { openIdConnect } from "./open-id-connect.ts";

const webTo = (double: OidcDouble) => publicWeb([new URL(double.issuer).host]);

const PASSPORT = {
  verification: {
    ...{ trust_framework: "eidas", assurance_level: "high", time: "2026-11-20T09:30:00Z" },
    verification_process: "7f3c",
    evidence: [
      { type: "document", document_details: { type: "passport", document_number: "X0123456" } },
      { type: "electronic_record", record: { type: "population_register" } },
    ],
  },
  claims: { given_name: "Ana", family_name: "Ruiz", birthdate: "1990-02-28" },
};
const ANA: OidcUser = { sub: "u-4711", name: "Ana Ruiz", verified: PASSPORT };

identityProviderContract("sign-on by OpenID Connect", async () => {
  const double = await startOidcDouble({ redirectUris: [REDIRECT] });
  const ana = { sub: "u-1", email: "ana.ruiz@example.com", email_verified: true, name: "Ana Ruiz" };
  return { provider: openIdConnect(webTo(double)), double, ana, demands: null };
});

identityProviderContract("OpenID Connect for Identity Assurance", async () => {
  const double = await startOidcDouble({ redirectUris: [REDIRECT], trustFrameworks: ["eidas", "de_aml"] });
  const demands = { acrValues: [], trustFrameworks: ["eidas"] };
  return { provider: identityAssurance(webTo(double)), double, ana: ANA, demands };
});

describe("what was looked at", () => {
  let double: OidcDouble;
  beforeAll(async () => {
    double = await startOidcDouble({ redirectUris: [REDIRECT], trustFrameworks: ["eidas", "de_aml"] });
  });
  afterAll(() => double.close());
  beforeEach(() => {
    double.user = ANA;
    double.lies = {};
  });

  const ANY: IdentityDemands = { acrValues: [], trustFrameworks: [] };
  const attempt = { state: "s".repeat(43), nonce: "n".repeat(43), verifier: "v".repeat(43) };
  async function shown(demands: IdentityDemands | null, user: OidcUser = ANA) {
    double.user = user;
    const { issuer, clientId, clientSecret } = double;
    const settings = { issuer, clientId, clientSecret, demands };
    const provider = identityAssurance(webTo(double));
    const asked = { redirectUri: REDIRECT, attempt, email: "ana.ruiz@example.com" };
    const callback = await double.signOn(await provider.begin(settings, asked));
    return provider.complete(settings, { redirectUri: REDIRECT, attempt, callback, at: new Date() });
  }

  test("is told without numbers and dates of birth", async () => {
    const { verified } = await shown(ANY);
    expect(verified).toEqual({
      ...{ trustFramework: "eidas", assuranceLevel: "high", process: "7f3c" },
      ...{ verifiedAt: "2026-11-20T09:30:00Z", givenName: "Ana", familyName: "Ruiz" },
      evidence: ["document: passport", "electronic_record"],
    });
    expect(JSON.stringify(verified)).not.toMatch(/X0123456|1990/);
  });

  test("of several, the one by the rules that were asked for", async () => {
    const other = { ...PASSPORT, verification: { trust_framework: "de_aml" } };
    const { verified } = await shown(
      { acrValues: [], trustFrameworks: ["de_aml"] },
      { ...ANA, verified: [PASSPORT, other] },
    );
    expect(verified).toMatchObject({ trustFramework: "de_aml", evidence: [] });
  });

  test.for([
    ["by other rules", { ...ANA }, { acrValues: [], trustFrameworks: ["de_aml"] }],
    ["not at all", { sub: "u-1", given_name: "Ana", family_name: "Ruiz" }, ANY],
    ["without rules", { ...ANA, verified: { ...PASSPORT, verification: {} } }, ANY],
    ["without a name", { ...ANA, verified: { ...PASSPORT, claims: {} } }, ANY],
    ["as text", { ...ANA, verified: "eidas" as never }, ANY],
    ["at a lower level", { ...ANA, acr: "low" }, { acrValues: ["high"], trustFrameworks: [] }],
    [
      "at no level that was asked for",
      { ...ANA, acr: undefined },
      { acrValues: ["high"], trustFrameworks: ["eidas"] },
    ],
  ] as const)("somebody who was checked %s is not verified", async ([, user, demands]) => {
    expect(await refusalOf(shown(demands, user))).toBe("identity-provider/not-verified");
  });

  test("an eID that says its level alone does where levels alone are demanded", async () => {
    const demands = { acrValues: ["http://eidas.europa.eu/LoA/high"], trustFrameworks: [] };
    const eid = { sub: "eid-1", given_name: "Ana", family_name: "Ruiz", acr: demands.acrValues[0]! };
    const { verified } = await shown(demands, eid);
    expect(verified).toMatchObject({
      ...{ trustFramework: null, assuranceLevel: "http://eidas.europa.eu/LoA/high" },
      ...{ givenName: "Ana", familyName: "Ruiz" },
    });
    // The same without a level that was asked for is somebody with an account.
    expect(await refusalOf(shown(ANY, eid))).toBe("identity-provider/not-verified");
  });

  test("a provider that gives no verified claims, or by other rules, is told when it is set up", async () => {
    const { issuer, clientId, clientSecret } = double;
    const provider = identityAssurance(webTo(double));
    const check = (demands: IdentityDemands) =>
      provider.check({ issuer, clientId, clientSecret, demands }, REDIRECT);
    expect(await check({ acrValues: [], trustFrameworks: ["eidas"] })).toEqual({ issuer });
    expect(await refusalOf(check({ acrValues: [], trustFrameworks: ["uk_diatf"] }))).toBe(
      "identity-provider/unreadable",
    );
    double.lies = { metadata: { verified_claims_supported: false } };
    expect(await refusalOf(check(ANY))).toBe("identity-provider/unreadable");
    expect(await check({ acrValues: ["high"], trustFrameworks: [] })).toEqual({ issuer });
  });
});
