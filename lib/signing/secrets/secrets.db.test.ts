import { hash } from "@node-rs/argon2";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import { setReviewPolicy } from "../keys/reviews.ts";
import { setSignatureProvider } from "../providers/change-providers.ts";
import { setIdentityProvider } from "../sso/change-provider.ts";
import { listSecrets } from "./list-secrets.ts";
import { recordRotation } from "./record-rotation.ts";

const product = testProduct();
const DAY_MS = 86_400_000;
const PASSWORD = "marble ferry lantern oak";
const SECRET = "argon2id-of-what-nobody-may-see";

async function withProgram(ctx: Context) {
  const id = crypto.randomUUID();
  const { memberId } = ctx.actor as { memberId: MemberId };
  await product()
    .admin`insert into programs (organization_id, id, name, secret_hash, scopes, per_minute, pin_hash, created_by,
      created_at, expires_at) values (${ctx.organizationId}, ${id}, 'Payroll', ${SECRET}, '["sign"]', 60, ${SECRET},
      ${memberId}, now(), now() + interval '300 days')`;
  return id;
}

test("each secret in use has its own age and day, is overdue from then on, and is never told", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const id = await withProgram(owner);
  await setReviewPolicy(owner, { passphraseMonths: 3 });
  const { items, everyMonths } = await listSecrets(owner);
  expect(everyMonths).toBe(3);
  expect(
    items
      .filter(({ kind }) => kind.startsWith("program"))
      .map(({ ref, ageDays, isOverdue }) => [ref, ageDays, isOverdue]),
  ).toEqual([
    [`program-secret:${id}`, 0, false],
    [`program-pin:${id}`, 0, false],
  ]);
  expect(JSON.stringify(items)).not.toContain(SECRET);

  const later = { ...owner, now: () => new Date(Date.now() + 100 * DAY_MS) };
  const overdue = async (ctx: Context) =>
    (await listSecrets(ctx)).items
      .filter(({ isOverdue, kind }) => isOverdue && kind !== "place")
      .map(({ kind }) => kind);
  expect((await overdue(later)).toSorted()).toEqual(["program-pin", "program-secret"]);
  // Nobody's word makes a secret younger that is in use here.
  const said = recordRotation(later, { ref: `program-pin:${id}`, note: "Given to payroll by telephone" });
  expect(await refusalOf(said)).toBe("signing/secret-seen-here");
  expect((await overdue(later)).toSorted()).toEqual(["program-pin", "program-secret"]);
  await product().admin`update programs set closed_at = now() where id = ${id}`;
  expect(await overdue(later)).toEqual([]);

  expect(await refusalOf(recordRotation(owner, { ref: "program-pin:none", note: "x" }))).toBe(
    "signing/secret-unknown",
  );
  const other = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(recordRotation(other, { ref: `program-pin:${id}`, note: "x" }))).toBe(
    "signing/secret-unknown",
  );
  for (const role of ["counsel", "sender"] as const)
    expect(await refusalOf(listSecrets(await organization.member(role)))).toBe("authorize/not-allowed");
  await expect(
    product().admin.begin(async (sql) => {
      await sql`set local role ${sql((await sql`select grantee from information_schema.role_table_grants where table_name = 'secret_rotations' and grantee <> current_user limit 1`)[0]!.grantee)}`;
      await sql`update secret_rotations set note = 'another'`;
    }),
  ).rejects.toThrow();
});

test("a client secret is as old as the secret, not as its settings, and typing it again is no exchange", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const { accountId } = owner.actor as { accountId: string };
  await product().admin`update accounts set password_hash = ${await hash(PASSWORD)} where id = ${accountId}`;
  const provider = { name: "Harbour", issuer: "https://id.example", clientId: "whereof", password: PASSWORD };
  const service = {
    name: "Trust",
    kind: "advanced",
    url: "https://csc.example/csc/v2",
    clientId: "w",
  } as const;
  const at = (days: number): Context => ({ ...owner, now: () => new Date(Date.now() + days * DAY_MS) });
  const ages = async (days: number) =>
    Object.fromEntries((await listSecrets(at(days))).items.map(({ kind, ageDays }) => [kind, ageDays]));
  await setIdentityProvider(owner, { ...provider, clientSecret: "first" });
  const own = { ...service, password: PASSWORD };
  const providerId = await setSignatureProvider(owner, { ...own, clientSecret: "first" });
  for (const clientSecret of ["", "first"]) {
    await setIdentityProvider(at(40), { ...provider, name: "Harbour Id", clientSecret });
    await setSignatureProvider(at(40), { ...own, providerId, name: "Trust Ltd", clientSecret });
    expect(await ages(50)).toMatchObject({ "sign-on": 50, "sign-provider": 50 });
  }
  await setIdentityProvider(at(45), { ...provider, clientSecret: "second" });
  await setSignatureProvider(at(45), { ...own, providerId, clientSecret: "second" });
  expect(await ages(50)).toMatchObject({ "sign-on": 5, "sign-provider": 5 });
});

test("what a worker opens places for keys with is listed for who set the installation up, by the variable's name", async () => {
  const { admin, newOrganization } = product();
  const owner = await (await newOrganization()).member("owner");
  const settings = [
    { variable: "PKCS11_TOKEN", value: "office" },
    { variable: "PKCS11_PIN", value: null },
    { variable: "CSC_CLIENT_SECRET_FILE", value: "/run/secrets/csc" },
  ];
  await admin`insert into key_provider_states (provider, settings, claimed_at)
    values ('pkcs11', ${admin.json(settings)}, now()) on conflict (provider) do update set settings = excluded.settings`;
  const [{ organization_id: first }] = (await admin`select organization_id from organizations
    order by created_at limit 1`) as unknown as [{ organization_id: string }];
  const founder = { ...owner, organizationId: first as Context["organizationId"] };
  const places = async (ctx: Context) =>
    (await listSecrets(ctx)).items
      .filter(({ kind }) => kind === "place")
      .map(({ name, isSinceKnown }) => [name, isSinceKnown]);
  expect((await places(founder)).toSorted()).toEqual([
    ["CSC_CLIENT_SECRET_FILE", false],
    ["PKCS11_PIN", false],
  ]);
  await recordRotation(founder, { ref: "place:pkcs11.PKCS11_PIN", note: "New PIN set at the token" });
  const last = (await readChain(founder, null)).entries.at(-1)!;
  expect([last.type, last.data.ref]).toEqual(["secret.rotated", "place:pkcs11.PKCS11_PIN"]);
  expect((await places(founder)).find(([name]) => name === "PKCS11_PIN")).toEqual(["PKCS11_PIN", true]);
  if (owner.organizationId !== first) expect(await places(owner)).toEqual([]);
});
