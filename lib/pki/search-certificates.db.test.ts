import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { createContext } from "#lib/context.ts";
import { uuidV7 } from "#lib/ids.ts";
import { issueSealCertificate } from "./issue-certificate.ts";
import { searchCertificates } from "./search-certificates.ts";

const product = testProduct();

async function organizationWithSeals(names: readonly string[]) {
  const organization = await product().newOrganization();
  const actor = { kind: "system", job: "test" } as const;
  const worker = createContext(product().runtime, { organizationId: organization.id, actor });
  const { publicKey } = await product().runtime.keys.ephemeral();
  const issued = [];
  for (const organizationName of names)
    issued.push(await issueSealCertificate(worker, { organizationName, publicKey }));
  return { organization, worker, issued };
}

test("a certificate is found by name, serial number and fingerprint, however these are written", async () => {
  const { organization, issued } = await organizationWithSeals(["Harbour 100%", "Meadow_Lane"]);
  const ctx = await organization.member("counsel");
  const { items } = await searchCertificates(ctx, {});
  expect(items.map(({ id }) => id)).toEqual([issued[1]!.id, issued[0]!.id]);
  const [meadow, harbour] = items;
  expect(meadow).toMatchObject({ kind: "seal", status: "valid", envelope: null, revokedAt: null });
  const found = async (search: string) =>
    (await searchCertificates(ctx, { search })).items.map(({ id }) => id);
  expect(await found("meadow")).toEqual([meadow!.id]);
  expect(await found("100%")).toEqual([harbour!.id]);
  expect(await found("0%h")).toEqual([]);
  expect(await found("w_l")).toEqual([meadow!.id]);
  expect(await found(harbour!.serial)).toEqual([harbour!.id]);
  const pairs = harbour!.sha256.toUpperCase().match(/../g)!;
  expect(await found(pairs.join(":"))).toEqual([harbour!.id]);
  expect(await found(pairs.join(" "))).toEqual([harbour!.id]);
  expect(await found("nothing like it")).toEqual([]);
});

test("expired and revoked ones are told apart", async () => {
  const { organization, issued } = await organizationWithSeals(["Old", "Lost", "Good"]);
  const ctx = await organization.member("admin");
  const [old, lost, good] = issued.map(({ id }) => id);
  await product().admin`update certificates set not_after = now() - interval '1 day' where id = ${old!}`;
  await product().admin`update issued_serials i set revoked_at = now(), revocation_reason = 'keyCompromise'
    from certificates c where c.id = ${lost!} and i.serial = c.serial and i.authority_id = c.authority_id`;
  for (const [status, id] of [
    ["expired", old],
    ["revoked", lost],
    ["valid", good],
  ] as const) {
    const { items } = await searchCertificates(ctx, { status });
    expect(items.map((item) => [item.id, item.status])).toEqual([[id, status]]);
  }
});

test("revoked ones are found among few and among many, the newest first", async () => {
  const { organization, issued } = await organizationWithSeals(["First", "Second", "Third"]);
  const ctx = await organization.member("admin");
  const [first, second, third] = issued.map(({ id }) => id);
  await product().admin`update issued_serials i set revoked_at = now(), revocation_reason = 'superseded'
    from certificates c where c.id in (${first!}, ${third!}) and i.serial = c.serial
      and i.authority_id = c.authority_id`;
  const found = async (status: "revoked" | "valid", search = "") =>
    (await searchCertificates(ctx, { status, search })).items.map(({ id }) => id);
  const bothWays = async () => {
    expect(await found("revoked")).toEqual([third, first]);
    expect(await found("revoked", "first")).toEqual([first]);
    expect(await found("valid")).toEqual([second]);
  };
  await bothWays();
  await product()
    .admin`insert into issued_serials (authority_id, serial, profile, intended_at, not_after, revoked_at)
    select gen_random_uuid(), md5(n::text), 'signer', now(), now(), now() from generate_series(1, 2500) n`;
  await bothWays();
});

test("they are found by the days on which they end, both ends included", async () => {
  const { organization, issued } = await organizationWithSeals(["Soon", "Later"]);
  const ctx = await organization.member("admin");
  const [soon, later] = issued.map(({ id }) => id);
  await product().admin`update certificates set not_after = '2031-03-05 23:59:59Z' where id = ${soon!}`;
  await product().admin`update certificates set not_after = '2031-03-06 00:00:00Z' where id = ${later!}`;
  const found = async (endsFrom: string | null, endsBy: string | null) =>
    (await searchCertificates(ctx, { endsFrom, endsBy })).items.map(({ id }) => id);
  expect(await found("2031-03-05", "2031-03-05")).toEqual([soon]);
  expect(await found("2031-03-06", null)).toEqual([later]);
  expect(await found(null, "2031-03-06")).toEqual([later, soon]);
  expect(await found("2031-03-07", null)).toEqual([]);
  expect(await found("some day", "2031-02-30")).toEqual([later, soon]);
});

test("nobody finds the certificates of another organization", async () => {
  const { issued } = await organizationWithSeals(["Quiet Quarry"]);
  const other = await product().newOrganization();
  const ctx = await other.member("owner");
  expect((await searchCertificates(ctx, {})).items).toEqual([]);
  expect((await searchCertificates(ctx, { search: "quarry" })).items).toEqual([]);
  expect(issued).toHaveLength(1);
});

test.each(["sender", "viewer"] as const)("a %s is refused", async (role) => {
  const organization = await product().newOrganization();
  const ctx = await organization.member(role);
  expect(await refusalOf(searchCertificates(ctx, {}))).toBe("authorize/not-allowed");
});

test("pages follow each other without gap or repetition, and an index serves the search", async () => {
  const { organization, issued } = await organizationWithSeals(["Many"]);
  const ctx = await organization.member("owner");
  const at = Date.now();
  const ids = Array.from({ length: 3_000 }, (_, index) =>
    uuidV7(at + Math.floor(index / 7), randomBytes(10)),
  );
  await product()
    .admin`insert into certificates (organization_id, id, kind, authority_id, serial, subject, issuer, sha256,
      der, search_text, not_before, not_after, created_at)
    select organization_id, n.id, kind, authority_id, 'copy' || n.at, subject, issuer, sha256, der,
      'copy ' || md5(n.id::text), not_before, not_after, created_at + interval '1 ms' * (n.at / 7)
    from certificates, unnest(${ids}::uuid[]) with ordinality as n (id, at) where certificates.id = ${issued[0]!.id}`;
  const seen: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await searchCertificates(ctx, { cursor });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.olderCursor;
    if (cursor === null) break;
  }
  expect(seen).toHaveLength(3_001);
  expect(new Set(seen).size).toBe(3_001);
  const plan = await product().admin.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    return sql`explain select id from certificates where search_text like '%0123abcd%'`;
  });
  expect(JSON.stringify(plan)).toContain("certificates_search");
});
