import { execFileSync } from "node:child_process";
import { hash } from "@node-rs/argon2";
import { afterAll, beforeEach, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type OidcDouble, startOidcDouble } from "#lib/adapters/testing/oidc-double.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { setAuthenticationPolicy } from "#lib/envelopes/authentication/change-policy.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";
import { openCheck } from "../checks/open-check.ts";
import { browser, heldBy } from "../checks/testing-checks.ts";
import { sent, sign, until } from "../testing.ts";
import { getIdentityProvider, setIdentityProvider, testIdentityProvider } from "./change-provider.ts";
import { beginSso, finishSso } from "./sign-on.ts";

const REDIRECT = "http://localhost:3000/sign/sso";
const PASSWORD = "marble ferry lantern oak";
const PASSPORT = {
  verification: {
    ...{ trust_framework: "eidas", assurance_level: "high", time: "2026-11-20T09:30:00Z" },
    evidence: [{ type: "document", document_details: { type: "passport", document_number: "X0123456" } }],
  },
  claims: { given_name: "ANA MARÍA", family_name: "RUIZ" },
};
const ANA = { sub: "person-9", verified: PASSPORT };

let double: OidcDouble;
const product = testProduct({
  runsJobs: true,
  settings: async () => {
    double = await startOidcDouble({ redirectUris: [REDIRECT], trustFrameworks: ["eidas", "de_aml"] });
    return { PRIVATE_HOSTS: new URL(double.issuer).host };
  },
});
afterAll(() => double.close());
beforeEach(() => {
  double.user = ANA;
  double.lies = {};
});

const method = "identity-document" as const;

async function withProvider(over: object = {}): Promise<Context> {
  const ctx = await (await product().newOrganization()).member("owner");
  const { accountId } = ctx.actor as { accountId: string };
  await product().admin`update accounts set password_hash = ${await hash(PASSWORD)} where id = ${accountId}`;
  await setIdentityProvider(ctx, {
    ...{ method, name: "Example ID", issuer: double.issuer, clientId: double.clientId },
    ...{ clientSecret: double.clientSecret, trustFrameworks: "eidas, de_aml", password: PASSWORD, ...over },
  });
  return ctx;
}

const askedOf = async (ctx: Context, name = "Ana Ruiz") =>
  heldBy(ctx, (await sent(ctx, [{ name, check: method }])).envelopeId);
const finish = async (holder: Context) =>
  finishSso(holder, { callback: await double.signOn((await beginSso(holder)).url) });

test("who shows a passport is let in, and it stands in the trail, the certificate and the record", async () => {
  const ctx = await withProvider();
  expect((await getIdentityProvider(ctx, { method })).provider).toMatchObject({
    ...{ name: "Example ID", trustFrameworks: "eidas de_aml", acrValues: "" },
  });
  expect((await getIdentityProvider(ctx)).provider).toBeNull();
  expect(await testIdentityProvider(ctx, { method })).toBeNull();
  const { holder, token, envelopeId } = await askedOf(ctx);
  expect(await openCheck(holder)).toMatchObject({ method, provider: "Example ID" });
  const ana = await browser(ctx, token, await finish(holder));
  expect(ana.actor).toMatchObject({ kind: "recipient", checked: [{ method }] });
  await sign(ana);
  await until(ctx, envelopeId, ({ state }) => state === "completed");

  const { entries } = await readChain(ctx, envelopeId);
  expect(entries.find(({ type }) => type === "identity.proven")!.data).toMatchObject({
    ...{ method, issuer: double.issuer, subject: "person-9", name: "ANA MARÍA RUIZ", email: null },
    verified: { trustFramework: "eidas", assuranceLevel: "high", evidence: ["document: passport"] },
  });
  const signed = entries.find(({ type }) => type === "recipient.signed")!;
  expect(signed.data.authentication).toMatchObject({ methods: ["link", method] });
  const [row] = await product()
    .admin`select der from certificates where envelope_id = ${envelopeId} and kind = 'signer'`;
  const told = execFileSync("openssl", ["x509", "-inform", "der", "-noout", "-ext", "certificatePolicies"], {
    ...{ input: row!.der, encoding: "utf8" },
  });
  expect(told).toContain(AUTHENTICATION_POLICIES[method]);
  const [result] = await product()
    .admin`select method, subject, name, email, verified from identity_results where envelope_id = ${envelopeId}`;
  expect(result).toMatchObject({
    ...{ method, subject: "person-9", name: "ANA MARÍA RUIZ", email: null },
    verified: { trustFramework: "eidas", verifiedAt: "2026-11-20T09:30:00Z" },
  });
  const bodies = await product().admin`select body from audit_events where envelope_id = ${envelopeId}`;
  expect(bodies.some(({ body }) => /person-9|ANA MARÍA|X0123456/.test(body))).toBe(false);
});

test.for([
  [
    "another name",
    { ...ANA, verified: { ...PASSPORT, claims: { given_name: "Eva", family_name: "Ruiz" } } },
    "signing/identity-other-person",
  ],
  [
    "rules that were not asked for",
    { ...ANA, verified: { ...PASSPORT, verification: { trust_framework: "nist_800_63A" } } },
    "signing/identity-too-weak",
  ],
  ["an account and nothing else", { sub: "person-9", name: "Ana Ruiz" }, "signing/identity-too-weak"],
  ["nothing, because they gave up", { sub: "" }, "signing/identity-refused"],
] as const)("who shows %s is not let in, and the trail says so", async ([, user, refusal]) => {
  const { ctx, holder, envelopeId } = await askedOf(await withProvider());
  double.user = user;
  expect(await refusalOf(finish(holder))).toBe(refusal);
  const { entries } = await readChain(ctx, envelopeId);
  expect(entries.at(-1)).toMatchObject({ type: "sso.refused", data: { method, reason: refusal } });
});

test("it is asked of everybody where that is the least, and never where nobody is set up for it", async () => {
  const bare = await (await product().newOrganization()).member("owner");
  const least = { defaultCheck: null, minimum: method, asksTwoFactors: false };
  expect(await refusalOf(setAuthenticationPolicy(bare, least))).toBe("envelopes/minimum-not-usable");
  const ctx = await withProvider();
  await setAuthenticationPolicy(ctx, least);
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const { holder } = await heldBy(ctx, envelopeId);
  expect(await openCheck(holder)).toMatchObject({ method });
});

test("a secret kept for one way opens for no other", async () => {
  const ctx = await withProvider();
  await product()
    .admin`update identity_providers set method = 'sso' where organization_id = ${ctx.organizationId}`;
  await expect(testIdentityProvider(ctx)).resolves.toBe("identity-provider/unavailable");
});
