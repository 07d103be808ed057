import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { hash } from "@node-rs/argon2";
import { afterAll, beforeEach, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type OidcDouble, startOidcDouble } from "#lib/adapters/testing/oidc-double.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";
import { openCheck } from "../checks/open-check.ts";
import { type Asked, browser, heldBy, later, typesOf } from "../checks/testing-checks.ts";
import { newDraft, sent, sign, until } from "../testing.ts";
import {
  getIdentityProvider,
  removeIdentityProvider,
  setIdentityProvider,
  testIdentityProvider,
} from "./change-provider.ts";
import { beginSso, finishSso } from "./sign-on.ts";

const REDIRECT = "http://localhost:3000/sign/sso";
const PASSWORD = "marble ferry lantern oak";
const ANA = { sub: "u-4711", email: "Ana.Ruiz@example.com", email_verified: true, name: "Ana Ruiz" };

let double: OidcDouble;
const product = testProduct({
  runsJobs: true,
  settings: async () => {
    double = await startOidcDouble({ redirectUris: [REDIRECT] });
    return { PRIVATE_HOSTS: new URL(double.issuer).host };
  },
});
afterAll(() => double.close());
beforeEach(() => {
  double.user = ANA;
  double.lies = {};
});

async function ownerWithPassword(): Promise<Context> {
  const ctx = await (await product().newOrganization()).member("owner");
  const { accountId } = ctx.actor as { accountId: string };
  await product().admin`update accounts set password_hash = ${await hash(PASSWORD)} where id = ${accountId}`;
  return ctx;
}

const settings = (over: object = {}) => ({
  ...{ name: "Example staff", issuer: double.issuer, clientId: double.clientId },
  ...{ clientSecret: double.clientSecret, password: PASSWORD, ...over },
});

async function withProvider(): Promise<Context> {
  const ctx = await ownerWithPassword();
  await setIdentityProvider(ctx, settings());
  return ctx;
}

const askedOf = async (ctx: Context): Promise<Asked> =>
  heldBy(ctx, (await sent(ctx, [{ name: "Ana Ruiz", check: "sso" }])).envelopeId);

const comeBack = async (holder: Context) => double.signOn((await beginSso(holder)).url);

test("who signs on where they belong is let in, and is who signs: in the trail, the certificate and the record", async () => {
  const ctx = await withProvider();
  const { holder, token, envelopeId } = await askedOf(ctx);
  expect(await openCheck(holder)).toMatchObject({ method: "sso", provider: "Example staff" });
  const { url } = await beginSso(holder);
  const { searchParams } = new URL(url);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    ...{ response_type: "code", client_id: "whereof", redirect_uri: REDIRECT },
    ...{ code_challenge_method: "S256", login_hint: "ana.ruiz@example.com", scope: "openid email profile" },
  });
  expect(url).not.toContain(token);
  const session = await finishSso(holder, { callback: await double.signOn(url) });
  const ana = await browser(ctx, token, session);
  expect(ana.actor).toMatchObject({ kind: "recipient", checked: [{ method: "sso" }] });
  await sign(ana);
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  const { entries } = await readChain(ctx, envelopeId);
  expect(entries.find(({ type }) => type === "identity.proven")!.data).toMatchObject({
    ...{ issuer: double.issuer, subject: "u-4711", email: "Ana.Ruiz@example.com", name: "Ana Ruiz" },
    context: { acr: "urn:example:two-factors", amr: ["pwd", "otp"] },
  });
  const signed = entries.find(({ type }) => type === "recipient.signed")!;
  expect(signed.data.authentication).toMatchObject({ methods: ["link", "sso"] });
  const [row] = await product()
    .admin`select der from certificates where envelope_id = ${envelopeId} and kind = 'signer'`;
  const told = execFileSync("openssl", ["x509", "-inform", "der", "-noout", "-ext", "certificatePolicies"], {
    ...{ input: row!.der, encoding: "utf8" },
  });
  expect(told).toContain(AUTHENTICATION_POLICIES.sso);
  const [result] = await product()
    .admin`select issuer, subject, email, name, provider from identity_results where envelope_id = ${envelopeId}`;
  expect(result).toMatchObject({ subject: "u-4711", email: "Ana.Ruiz@example.com", provider: "oidc" });
  const bodies = await product().admin`select body from audit_events where envelope_id = ${envelopeId}`;
  expect(bodies.some(({ body }) => /u-4711|Ana\.Ruiz@/.test(body))).toBe(false);
});

test.for([
  ["somebody else", { ...ANA, email: "eve@example.com" }, "signing/sso-other-person"],
  ["an address that is not verified there", { ...ANA, email_verified: false }, "signing/sso-other-person"],
  ["no address at all", { sub: "u-1" }, "signing/sso-other-person"],
  ["somebody who gives up", { sub: "" }, "signing/sso-refused"],
] as const)("%s is not let in, and the trail says so", async ([, user, refusal]) => {
  const { ctx, holder, envelopeId } = await askedOf(await withProvider());
  double.user = user;
  expect(await refusalOf(finishSso(holder, { callback: await comeBack(holder) }))).toBe(refusal);
  const { entries } = await readChain(ctx, envelopeId);
  expect(entries.at(-1)).toMatchObject({ type: "sso.refused", data: { reason: refusal } });
  expect(await typesOf(ctx, envelopeId)).not.toContain("check.passed");
});

const strangers = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
test.for([
  ["signed with another key", { key: strangers }, "signing/sso-refused"],
  ["not signed", { algorithm: "none" }, "signing/sso-refused"],
  ["for another client", { audience: "another" }, "signing/sso-refused"],
  ["of another issuer", { issuer: "https://evil.example" }, "signing/sso-refused"],
  ["with another nonce", { nonce: "replayed" }, "signing/sso-refused"],
  ["of a clock an hour behind", { clockSeconds: -3_600 }, "signing/sso-clock"],
  ["of a clock an hour ahead", { clockSeconds: 3_600 }, "signing/sso-clock"],
] as const)("an answer %s lets nobody in", async ([, lies, refusal]) => {
  const { holder } = await askedOf(await withProvider());
  const callback = await comeBack(holder);
  double.lies = lies;
  expect(await refusalOf(finishSso(holder, { callback }))).toBe(refusal);
});

test("an attempt works once, in the browser and for the link it was begun with, for ten minutes", async () => {
  const ctx = await withProvider();
  const first = await askedOf(ctx);
  const callback = await comeBack(first.holder);
  const tries = await Promise.all(
    Array.from({ length: 8 }, () => refusalOf(finishSso(first.holder, { callback }))),
  );
  expect(tries.filter((refusal) => refusal === undefined)).toHaveLength(1);
  expect(tries.filter((refusal) => refusal === "signing/sso-expired")).toHaveLength(7);

  const second = await askedOf(ctx);
  const forged = new URL(await comeBack(second.holder));
  forged.searchParams.set("state", "made up");
  expect(await refusalOf(finishSso(second.holder, { callback: forged.href }))).toBe("signing/sso-expired");
  const other = await askedOf(ctx);
  const ofSecond = await comeBack(second.holder);
  expect(await refusalOf(finishSso(other.holder, { callback: ofSecond }))).toBe("signing/sso-expired");
  const elsewhere = await browser(ctx, second.token, undefined, { ip: "198.51.100.1", userAgent: "another" });
  const begun = await comeBack(second.holder);
  expect(await refusalOf(finishSso(elsewhere, { callback: begun }))).toBe("signing/sso-expired");
  const slow = await comeBack(second.holder);
  expect(await refusalOf(finishSso(later(second.holder, 601_000), { callback: slow }))).toBe(
    "signing/sso-expired",
  );
  expect(double.refusals).not.toContain("code used already");
});

test("the double refuses what real ones refuse", async () => {
  const { holder } = await askedOf(await withProvider());
  const { url } = await beginSso(holder);
  const changed = (name: string, value: string | null) => {
    const other = new URL(url);
    if (value === null) other.searchParams.delete(name);
    else other.searchParams.set(name, value);
    return other.href;
  };
  await expect(double.signOn(changed("redirect_uri", "https://evil.example/"))).rejects.toThrow(
    "not registered",
  );
  await expect(double.signOn(changed("client_id", "another"))).rejects.toThrow("unknown client");
  for (const [name, value] of [
    ["code_challenge", null],
    ["code_challenge_method", "plain"],
    ["response_type", "token"],
  ] as const)
    expect(new URL(await double.signOn(changed(name, value))).searchParams.get("error")).toBeTruthy();
  const { searchParams } = new URL(await double.signOn(url));
  const form = {
    ...{ grant_type: "authorization_code", code: searchParams.get("code")!, redirect_uri: REDIRECT },
    code_verifier: "not the one",
  };
  const basic = Buffer.from(`${double.clientId}:${encodeURIComponent(double.clientSecret)}`).toString(
    "base64",
  );
  const ask = async (authorization: string) => {
    const body = new URLSearchParams(form);
    return (await fetch(`${double.issuer}/token`, { method: "POST", body, headers: { authorization } }))
      .status;
  };
  expect(await ask("Basic bm9ib2R5Og==")).toBe(401);
  expect(await ask(`Basic ${basic}`)).toBe(400);
  expect(await ask(`Basic ${basic}`)).toBe(400);
  expect(double.refusals.slice(-2)).toEqual(["wrong code_verifier", "code used already"]);
});

test("a connection is tested for what is wrong with it", async () => {
  const ctx = await ownerWithPassword();
  expect(await refusalOf(testIdentityProvider(ctx))).toBe("signing/sso-not-set-up");
  const tested = async (over: object) => {
    await setIdentityProvider(ctx, settings(over));
    return testIdentityProvider(ctx);
  };
  expect(await tested({})).toBeNull();
  expect((await getIdentityProvider(ctx)).provider).toMatchObject({ failure: null, hasSecret: true });
  expect(await tested({ clientSecret: "wrong" })).toBe("identity-provider/client-refused");
  expect(await tested({ issuer: `${double.issuer}/elsewhere` })).toBe("identity-provider/unavailable");
  double.lies = { metadata: { issuer: "https://evil.example" } };
  expect(await tested({})).toBe("identity-provider/unreadable");
  double.lies = { metadata: { token_endpoint: undefined } };
  expect(await tested({})).toBe("identity-provider/unreadable");
  double.lies = {};
  // Inside the network, and not named by the operator.
  expect(await tested({ issuer: "http://127.0.0.1:9" })).toBe("identity-provider/unavailable");
  expect(await tested({ issuer: "https://10.0.0.1/realms/staff" })).toBe("identity-provider/unavailable");
});

test("a provider is set up by whoever may, with their password, and its secret stays there and with us", async () => {
  const ctx = await ownerWithPassword();
  const sender = { ...ctx, actor: { ...ctx.actor, role: "sender" } } as Context;
  expect(await refusalOf(setIdentityProvider(sender, settings()))).toBe("authorize/not-allowed");
  expect(await refusalOf(setIdentityProvider(ctx, settings({ password: "no" })))).toBe(
    "identity/current-password-wrong",
  );
  for (const issuer of ["", "staff", "http://login.example.com", "https://login.example.com/?a=b"])
    expect(await refusalOf(setIdentityProvider(ctx, settings({ issuer })))).toBe(
      "signing/sso-issuer-unreadable",
    );
  await setIdentityProvider(ctx, settings());
  expect(JSON.stringify(await getIdentityProvider(ctx))).not.toContain(double.clientSecret);
  const [row] = await product()
    .admin`select sealed_secret from identity_providers where organization_id = ${ctx.organizationId}`;
  expect(Buffer.from(row!.sealed_secret).includes(Buffer.from(double.clientSecret))).toBe(false);
  const { entries } = await readChain(ctx, null);
  expect(JSON.stringify(entries)).not.toContain(double.clientSecret);
  // A secret is kept for the server it was given for, and shown to no other.
  await setIdentityProvider(ctx, settings({ clientSecret: "", name: "Staff" }));
  expect((await getIdentityProvider(ctx)).provider).toMatchObject({ name: "Staff", hasSecret: true });
  await setIdentityProvider(ctx, settings({ clientSecret: "", issuer: "https://elsewhere.example" }));
  expect((await getIdentityProvider(ctx)).provider).toMatchObject({ hasSecret: false });
  const stranger = await ownerWithPassword();
  expect((await getIdentityProvider(stranger)).provider).toBeNull();
  await removeIdentityProvider(ctx, { password: PASSWORD });
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz", check: "sso" }]);
  const { sendEnvelope } = await import("#lib/envelopes/send-envelope.ts");
  expect(await refusalOf(sendEnvelope(ctx, draft))).toBe("envelopes/not-ready");
});

test("a provider that is down tells the person what to do, and lets them in once it is back", async () => {
  const { holder } = await askedOf(await withProvider());
  double.lies = { tokenStatus: 503 };
  expect(await refusalOf(finishSso(holder, { callback: await comeBack(holder) }))).toBe(
    "signing/sso-unavailable",
  );
  double.lies = { metadata: { authorization_endpoint: undefined } };
  expect(await refusalOf(beginSso(holder))).toBe("signing/sso-unavailable");
  double.lies = {};
  await finishSso(holder, { callback: await comeBack(holder) });
});
