import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";
import { linkFor, personWith, sent, sign, until } from "../testing.ts";
import { beginEnrollment } from "./begin-enrollment.ts";
import { openCheck } from "./open-check.ts";
import { forgetPasskey, listOwnPasskeys } from "./own-passkeys.ts";
import { beginPasskey, passPasskey } from "./passkeys.ts";
import { resetAuthenticator } from "./reset-authenticator.ts";
import { testAuthenticator } from "./testing-authenticator.ts";
import { type Asked, browser, heldBy, later, passByCode, typesOf } from "./testing-checks.ts";

const product = testProduct({ runsJobs: true });
const newOwner = async () => (await product().newOrganization()).member("owner");

async function asked(ctx: Context, check: "passkey" | "second-factor" = "passkey"): Promise<Asked> {
  return heldBy(ctx, (await sent(ctx, [{ name: "Ana Ruiz", check }])).envelopeId);
}

const afterMail = async (one: Asked) => browser(one.ctx, one.token, await passByCode(one));
type Answer = Parameters<typeof passPasskey>[1]["answer"];
const pass = (holder: Context, answer: object) => passPasskey(holder, { answer: answer as Answer });

/** Somebody whose passkey is known, with a link to the next document. */
async function known() {
  const ctx = await newOwner();
  const key = testAuthenticator();
  const first = await asked(ctx);
  const holder = await afterMail(first);
  const { options } = await beginPasskey(holder);
  const session = await pass(holder, key.create(options));
  return { ctx, key, first, session, next: await asked(ctx) };
}

test("a passkey is set up after a code by mail, is asked for from then on, and stands in certificate and trail", async () => {
  const ctx = await newOwner();
  const first = await asked(ctx);
  expect(await openCheck(first.holder)).toMatchObject({ method: "email-code", of: "passkey" });
  expect(await refusalOf(beginPasskey(first.holder))).toBe("signing/passkey-not-asked");
  const holder = await afterMail(first);
  const begun = await beginPasskey(holder);
  expect(begun).toMatchObject({
    kind: "register",
    options: {
      ...{ rp: { id: "localhost" }, attestation: "none" },
      authenticatorSelection: { userVerification: "required" },
    },
  });
  expect(JSON.stringify((begun.options as { user: { id: string } }).user.id)).not.toContain("ana");
  const key = testAuthenticator();
  const session = await pass(holder, key.create(begun.options));
  const ana = await browser(ctx, first.token, session);
  expect(ana.actor).toMatchObject({ checked: [{ method: "email-code" }, { method: "passkey" }] });
  await sign(ana);
  await until(ctx, first.envelopeId, ({ state }) => state === "completed");
  const { entries } = await readChain(ctx, first.envelopeId);
  const signed = entries.find(({ type }) => type === "recipient.signed")!;
  expect(signed.data.authentication).toMatchObject({ methods: ["link", "email-code", "passkey"] });
  const passed = entries.findLast(({ type }) => type === "check.passed")!;
  expect(passed.data).toMatchObject({ method: "passkey", passkey: { isUserVerified: true, signCount: 0 } });
  const [row] = await product()
    .admin`select der from certificates where envelope_id = ${first.envelopeId} and kind = 'signer'`;
  const told = execFileSync("openssl", ["x509", "-inform", "der", "-noout", "-ext", "certificatePolicies"], {
    ...{ input: row!.der, encoding: "utf8" },
  });
  expect(told).toContain(AUTHENTICATION_POLICIES.passkey);

  const next = await asked(ctx);
  const again = await beginPasskey(next.holder);
  expect(again.kind).toBe("assert");
  const later = await browser(ctx, next.token, await pass(next.holder, key.get(again.options)));
  expect(later.actor).toMatchObject({ kind: "recipient", checked: [{ method: "passkey" }] });
});

test("a passkey is forgotten by whoever has just unlocked it, and by nobody else", async () => {
  const ctx = await newOwner();
  const first = await asked(ctx);
  const holder = await afterMail(first);
  const key = testAuthenticator();
  const ana = await browser(
    ctx,
    first.token,
    await pass(holder, key.create((await beginPasskey(holder)).options)),
  );
  const [own, ...others] = await listOwnPasskeys(ana);
  expect(others).toEqual([]);
  const stranger = await sent(ctx, [{ name: "Ben Okafor" }]);
  const ben = await personWith(ctx, await linkFor(ctx, stranger.envelopeId, "Ben Okafor"));
  expect(await listOwnPasskeys(ben)).toEqual([]);
  expect(await refusalOf(forgetPasskey(ben, { id: own!.id }))).toBe("signing/passkey-not-asked");
  expect(await refusalOf(forgetPasskey(first.holder, { id: own!.id }))).toMatch(/^authorize\//);
  expect(await refusalOf(forgetPasskey(ana, { id: "bm9uZQ" }))).toBe("signing/passkey-not-asked");
  expect(await listOwnPasskeys(ana)).toEqual([own]);

  await forgetPasskey(ana, { id: own!.id });
  expect(await listOwnPasskeys(ana)).toEqual([]);
  const { entries } = await readChain(ctx, first.envelopeId);
  expect(entries.filter(({ type }) => type === "passkey.removed")).toHaveLength(1);
  const next = await asked(ctx);
  expect(await openCheck(next.holder)).toMatchObject({ method: "email-code", of: "passkey" });
});

const strangers = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
test.for([
  ["of another site", { origin: "https://evil.example" }],
  ["of the same site on another port", { origin: "http://localhost:3001" }],
  ["for another relying party", { rpId: "evil.example" }],
  ["over a challenge of ours for somebody else", { challenge: Buffer.alloc(32, 9).toString("base64url") }],
  ["that is no assertion", { type: "webauthn.create" }],
  ["without anybody there", { flags: 0x04 }],
  ["without unlocking", { flags: 0x01 }],
  ["signed with another key", { key: strangers }],
] as const)("an answer %s is refused, and counted", async ([, lies]) => {
  const { next, key } = await known();
  const { options } = await beginPasskey(next.holder);
  expect(await refusalOf(pass(next.holder, key.get(options, lies)))).toBe("signing/passkey-refused");
  const { entries } = await readChain(next.ctx, next.envelopeId);
  expect(entries.at(-1)).toMatchObject({ type: "check.failed", data: { method: "passkey" } });
  const honest = await beginPasskey(next.holder);
  await pass(next.holder, key.get(honest.options));
});

test("a challenge works once, not after another was asked for, and not after five minutes", async () => {
  const { next, key } = await known();
  const first = await beginPasskey(next.holder);
  const second = await beginPasskey(next.holder);
  expect(await refusalOf(pass(next.holder, key.get(first.options)))).toBe("signing/passkey-refused");
  expect(await refusalOf(pass(next.holder, key.get(second.options)))).toBe("signing/passkey-refused");
  const third = await beginPasskey(next.holder);
  const late = later(next.holder, 5 * 60_000 + 1_000);
  expect(await refusalOf(pass(late, key.get(third.options)))).toBe("signing/passkey-refused");
  const fourth = await beginPasskey(next.holder);
  const answer = key.get(fourth.options);
  const tries = await Promise.all(
    Array.from({ length: 10 }, () => refusalOf(passPasskey(next.holder, { answer: answer as Answer }))),
  );
  expect(tries.filter((refusal) => refusal === undefined)).toHaveLength(1);
});

test("a count that does not go up was copied, and is refused", async () => {
  const { next, key } = await known();
  const first = await beginPasskey(next.holder);
  await pass(next.holder, key.get(first.options, { count: 7 }));
  const second = await beginPasskey(next.holder);
  expect(await refusalOf(pass(next.holder, key.get(second.options, { count: 7 })))).toBe(
    "signing/passkey-refused",
  );
  const third = await beginPasskey(next.holder);
  await pass(next.holder, key.get(third.options, { count: 8 }));
});

test("after five that do not hold there is a wait, and rubbish is no answer", async () => {
  const { next, key } = await known();
  for (let count = 0; count < 5; count++) {
    const { options } = await beginPasskey(next.holder);
    const rubbish = { ...key.get(options), response: { clientDataJSON: "AAAA", signature: "?" } };
    expect(await refusalOf(pass(next.holder, rubbish))).toBe("signing/passkey-refused");
  }
  const { options } = await beginPasskey(next.holder);
  expect(await refusalOf(pass(next.holder, key.get(options)))).toBe("signing/check-locked");
  await expect(pass(next.holder, { id: "x" })).rejects.toMatchObject({ name: "ZodError" });
});

test("a passkey is one person's in one organization", async () => {
  const { key } = await known();
  const elsewhere = await asked(await newOwner());
  expect(await openCheck(elsewhere.holder)).toMatchObject({ method: "email-code" });
  const holder = await afterMail(elsewhere);
  const { options } = await beginPasskey(holder);
  expect(await refusalOf(pass(holder, key.get(options)))).toBe("signing/passkey-refused");
});

test("who is known by an app shows the app: the mailbox alone sets up no passkey beside it", async () => {
  const ctx = await newOwner();
  const one = await asked(ctx, "second-factor");
  const holder = await afterMail(one);
  await beginEnrollment(holder);
  await product().admin`update authenticators set confirmed_at = now()`;
  expect(await refusalOf(beginPasskey(holder))).toBe("signing/passkey-not-asked");
  const other = await known();
  const second = await asked(other.ctx, "second-factor");
  expect(await openCheck(second.holder)).toMatchObject({ method: "second-factor", hasPasskey: true });
  expect(await refusalOf(beginEnrollment(second.holder))).toBe("signing/code-not-asked");
});

test("a lost one is forgotten by the sender, and the next comes after a code by mail", async () => {
  const { ctx, next } = await known();
  const { recipientId } = next.holder.actor as { recipientId: string };
  await resetAuthenticator(ctx, { envelopeId: next.envelopeId, recipientId });
  expect(await openCheck(next.holder)).toMatchObject({ method: "email-code" });
  expect(await refusalOf(beginPasskey(next.holder))).toBe("signing/passkey-not-asked");
  const holder = await afterMail(next);
  const { options } = await beginPasskey(holder);
  await pass(holder, testAuthenticator().create(options));
  expect(await typesOf(ctx, next.envelopeId)).toContain("passkey.enrolled");
});
