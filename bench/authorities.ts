import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { migrateDatabase } from "#db/migrate.ts";
import { toHex } from "#lib/bytes.ts";
import { createContext } from "#lib/context.ts";
import { createOrganization } from "#lib/identity/create-organization.ts";
import { answerOcsp } from "#lib/pki/answer-ocsp.ts";
import { issuerWith } from "#lib/pki/core/certificates/authorities.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { signCertificate } from "#lib/pki/core/certificates/draft-certificate.ts";
import { draftSigner } from "#lib/pki/core/certificates/leaves.ts";
import { createCrl } from "#lib/pki/core/revocation/create-crl.ts";
import { createOcspResponse } from "#lib/pki/core/revocation/create-ocsp-response.ts";
import { certIdOf, createOcspRequest, parseOcspRequest } from "#lib/pki/core/revocation/ocsp-request.ts";
import { signWith } from "#lib/pki/core/signed.ts";
import { issueSealCertificate, issueSignerCertificate } from "#lib/pki/issue-certificate.ts";
import { pointersTo } from "#lib/pki/pointers.ts";
import { publishedOcsp } from "#lib/pki/published.ts";
import { searchCertificates } from "#lib/pki/search-certificates.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { against, median, ms, quantile, table } from "./figures.ts";
import { openBenchRuntime } from "./signing-bench.ts";

// What the authorities do in a second, against raw P-256 signatures of the same run; a long revocation list; and a
// search among a million certificates.

const ROUNDS = 9;
const WORK_MS = 400;
const RAW_MS = 200;
const WARM_MS = 400;
const AT_ONCE = 64;
const PEOPLE = 200;
const REQUESTS = 20_000;
const ENTRIES = 100_000;
const CERTIFICATES = 1_000_000;
/** Certificates that signers brought along, whose authorities nobody asked. */
const BROUGHT = 100_000;
const SEARCHES = 200;
const SEARCH_LIMIT_MS = 300;

/** Which parts to run: all, or those that are named. */
const PARTS = process.argv.slice(2);
const asked = (part: "rates" | "list" | "search") => PARTS.length === 0 || PARTS.includes(part);

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-bench-"));
  const server = await startPostgres({ folder, throwAway: true });
  try {
    const app = new URL(server.appUrl);
    await migrateDatabase({
      adminUrl: server.adminUrl,
      appRole: app.username,
      appPassword: app.password,
    });
    const runtime = await openBenchRuntime(folder, server.appUrl);
    await runtime.authorities();
    const organization = await organizationOf(runtime);
    if (asked("rates")) await rates(runtime, organization);
    if (asked("list")) await longList(runtime);
    if (asked("search")) await search(runtime, organization, server.adminUrl);
    await runtime.close();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Rate {
  readonly perSecond: number;
  /** Of all threads of this process, for one. */
  readonly processorMicroseconds: number;
}

/** How often `work` is done in a second, `AT_ONCE` at a time. */
async function rateOf(work: () => Promise<unknown>, forMs: number): Promise<Rate> {
  const processor = process.cpuUsage();
  const from = performance.now();
  const until = from + forMs;
  let count = 0;
  const one = async () => {
    while (performance.now() < until) {
      await work();
      count++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  const perSecond = (count * 1000) / (performance.now() - from);
  const { user, system } = process.cpuUsage(processor);
  return { perSecond, processorMicroseconds: (user + system) / count };
}

interface Compared extends Rate {
  readonly raw: Rate;
  /** The median of the rounds, each against raw signatures just before and after it. */
  readonly share: number;
}

/** In turns of a moment each, since others use this machine too. */
async function compared(raw: () => Promise<unknown>, work: () => Promise<unknown>): Promise<Compared> {
  for (const one of [raw, work]) await rateOf(one, WARM_MS);
  const raws = [await rateOf(raw, RAW_MS)];
  const rates: Rate[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rates.push(await rateOf(work, WORK_MS));
    raws.push(await rateOf(raw, RAW_MS));
  }
  const shares = rates.map(
    ({ perSecond }, round) => (2 * perSecond) / (raws[round]!.perSecond + raws[round + 1]!.perSecond),
  );
  return { ...middleOf(rates), raw: middleOf(raws), share: median(shares) };
}

const middleOf = (rates: readonly Rate[]): Rate => ({
  perSecond: median(rates.map(({ perSecond }) => perSecond)),
  processorMicroseconds: median(rates.map(({ processorMicroseconds }) => processorMicroseconds)),
});

async function organizationOf(runtime: WorkerRuntime) {
  const visitor = { runtime, request: { ip: "127.0.0.1", userAgent: "a benchmark" } };
  const password = toHex(runtime.random(16));
  const who = { name: "Olivia Owner", email: "owner@example.com", organizationName: "Bench", password };
  const { organizationId, memberId, accountId } = await createOrganization(visitor, who);
  const system = { kind: "system", job: "bench" } as const;
  const owner = {
    kind: "member",
    role: "owner",
    memberId,
    accountId,
    name: who.name,
    email: who.email,
  } as const;
  return {
    worker: createContext(runtime, { organizationId, actor: system }),
    owner: createContext(runtime, { organizationId, actor: owner }),
  };
}

type Organization = Awaited<ReturnType<typeof organizationOf>>;
async function rates(runtime: WorkerRuntime, { worker }: Organization): Promise<void> {
  const { issuing, root } = await runtime.authorities();
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const message = runtime.random(500);
  // One thread, one after the other, as fast as Node signs: with the key alone. Among options it takes half as long again.
  const raw = async () => sign("sha256", message, privateKey);
  const options = { key: privateKey, dsaEncoding: "der" } as const;

  // Everybody has a key and an event of their own.
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, async (_, index) => ({
      publicKey: (await runtime.keys.ephemeral()).publicKey,
      authorizingEventSha256: runtime.random(32),
      email: `ana${index}@example.com`,
      methods: ["link"] as const,
    })),
  );
  let turn = 0;
  const next = () => ({ index: ++turn % PEOPLE, ...people[turn % PEOPLE]! });
  const pointers = pointersTo(runtime.config.baseUrl, issuing.id);
  const by = issuerWith(issuing.certificateDer, issuing.key);
  const checked = await compared(raw, () => signWith(issuing.key, message));
  const draft = () => {
    const { index, ...person } = next();
    const subject = { commonName: `Ana Ruiz ${index}`, pairwiseId: "b3f1c2d4e5", pointers, ...person };
    return draftSigner({ ...subject, serial: runtime.random(16), notBefore: runtime.now() }, by);
  };
  const drafted = await compared(raw, async () => draft());
  const signed = await compared(raw, () => signCertificate(draft(), issuing.key));
  const nowhere = { envelopeId: null as never, recipientId: null as never };
  const issue = () => {
    const { index, ...person } = next();
    return issueSignerCertificate(worker, { ...nowhere, ...person, name: `Ana Ruiz ${index}` });
  };
  const recorded = await compared(raw, issue);

  // What clients do is done before: their requests are there, about many certificates, each with a nonce of its own.
  const asked = await Promise.all(people.map(issue));
  const certIds = asked.map(({ der }) =>
    certIdOf(parseCertificate(der), parseCertificate(issuing.certificateDer)),
  );
  const requests = Array.from({ length: REQUESTS }, (_, index) =>
    createOcspRequest(certIds[index % PEOPLE]!, runtime.random(32)),
  );
  const nextRequest = () => parseOcspRequest(requests[++turn % REQUESTS]!);
  const plain = certIds.map((certId) => createOcspRequest(certId, null));
  const { ocsp } = await runtime.authorities();
  const answered = await compared(raw, () => {
    const at = runtime.now();
    const nextUpdate = new Date(at.getTime() + 86_400_000);
    const { nonce, certIds } = nextRequest();
    const times = { producedAt: at, thisUpdate: at, nextUpdate };
    const answers = [{ certId: certIds[0]!.der, status: { kind: "good" } as const }];
    return createOcspResponse({ answers, responderDer: ocsp.certificateDer, nonce, ...times }, ocsp.key);
  });
  const fresh = await compared(raw, () => answerOcsp(runtime, nextRequest()));
  for (const request of plain) await answerOcsp(runtime, parseOcspRequest(request));
  const kept = await compared(raw, () => publishedOcsp(runtime, parseOcspRequest(plain[++turn % PEOPLE]!)));
  const p384 = await compared(raw, () => root.key!.sign(message));

  const share = (value: number, least: number | null) =>
    `${value.toFixed(2)} ×${least === null ? "" : ` (at least ${least}: ${value >= least ? "kept" : "MISSED"})`}`;
  const row = (
    name: string,
    { perSecond, processorMicroseconds, raw, share: ratio }: Compared,
    least: number | null,
  ) => [
    ...[name, `${Math.round(perSecond)}/s`, share(ratio, least)],
    ...[
      `${processorMicroseconds.toFixed(0)} µs`,
      `${(processorMicroseconds / raw.processorMicroseconds).toFixed(1)} ×`,
    ],
  ];
  const amongOptions = await compared(raw, async () => sign("sha256", message, options));
  const alone = await compared(raw, raw);
  table([
    ["", "a second", "against raw", "processor", "against raw"],
    row("raw P-256 signatures, one after the other", alone, null),
    row("the same with the key among options", amongOptions, null),
    row("raw P-384 signatures, as roots make them", p384, null),
    row("raw P-256 signatures, each checked", checked, null),
    row("certificates drafted and held against their profile", drafted, null),
    row("certificates drafted, signed, checked", signed, 0.5),
    row("certificates on record before they leave", recorded, 0.5),
    row("OCSP answers signed, checked, without looking up", answered, null),
    row("OCSP answers, fresh", fresh, 0.5),
    row("OCSP answers, from what is kept", kept, 0.7),
  ]);
}

async function longList(runtime: WorkerRuntime): Promise<void> {
  const { issuing } = await runtime.authorities();
  const revokedAt = runtime.now();
  revokedAt.setMilliseconds(0);
  const revoked = Array.from({ length: ENTRIES }, () => {
    const serial = runtime.random(16);
    serial[0] = (serial[0]! & 0x3f) | 0x40;
    return { serialHex: toHex(serial), revokedAt, reason: "superseded" as const };
  });
  const nextUpdate = new Date(revokedAt.getTime() + 86_400_000);
  const request = { issuerDer: issuing.certificateDer, number: 1, thisUpdate: revokedAt, nextUpdate };
  const took: number[] = [];
  let size = 0;
  for (let round = 0; round < 5; round++) {
    const from = performance.now();
    const der = await createCrl({ ...request, revoked }, issuing.key);
    took.push(performance.now() - from);
    size = der.length;
  }
  const megabytes = (size / 2 ** 20).toFixed(2);
  console.log(`\n  a revocation list of ${ENTRIES} entries: ${ms(quantile(took, 0.5))}, ${megabytes} MiB`);
}

const dayOf = (at: Date, days: number): string =>
  new Date(at.getTime() + days * 86_400_000).toISOString().slice(0, 10);

async function search(
  runtime: WorkerRuntime,
  { worker, owner }: Organization,
  adminUrl: string,
): Promise<void> {
  const { publicKey } = await runtime.keys.ephemeral();
  const { id } = await issueSealCertificate(worker, { organizationName: "Bench", publicKey });
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const from = performance.now();
  await sql`insert into certificates (organization_id, id, kind, authority_id, serial, subject, issuer, sha256,
      der, search_text, not_before, not_after, created_at)
    select organization_id, gen_random_uuid(), 'signer', authority_id, md5(n::text), subject, issuer,
      md5(n::text) || md5((n + 1)::text), 'x'::bytea,
      'person ' || md5((n / 5)::text) || E'\n' || substr(md5((n / 3)::text), 1, 8) || '@example.com' || E'\n'
        || md5(n::text) || E'\n' || md5(n::text) || md5((n + 1)::text) || E'\nwh-' || substr(md5((n / 2)::text), 1, 8),
      not_before - interval '60 s' * n, not_after - interval '60 s' * n, created_at - interval '60 s' * n
    from certificates, generate_series(1, ${CERTIFICATES}) n where certificates.id = ${id}`;
  await sql`insert into issued_serials (authority_id, serial, profile, intended_at, not_after, revoked_at)
    select authority_id, serial, 'signer', created_at, not_after,
      case when get_byte(decode(substr(serial, 1, 2), 'hex'), 0) < 2 then created_at end
    from certificates where kind = 'signer' on conflict do nothing`;
  await sql`insert into presented_certificates (organization_id, id, envelope_id, recipient_id, subject, issuer, serial,
      sha256, der, search_text, not_before, not_after, event_id, at)
    select organization_id, gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'CN=Card ' || n, 'CN=Another CA',
      md5('p' || n), md5('p' || n) || md5('q' || n), 'x'::bytea, 'card ' || md5('c' || n) || E'\nanother ca',
      not_before - interval '600 s' * n, not_after - interval '600 s' * n, gen_random_uuid(),
      created_at - interval '600 s' * n
    from certificates, generate_series(1, ${BROUGHT}) n where certificates.id = ${id}`;
  await sql`vacuum analyze presented_certificates`;
  await sql`vacuum analyze certificates`;
  await sql`vacuum analyze issued_serials`;
  console.log(
    `\n  ${CERTIFICATES} certificates filled in ${((performance.now() - from) / 1000).toFixed(0)} s`,
  );
  const some =
    await sql`select serial, sha256, search_text, not_after from certificates tablesample bernoulli (0.02)
    where search_text <> '' limit ${SEARCHES}`;
  const parts: Readonly<
    Record<string, (row: postgres.Row, index: number) => Parameters<typeof searchCertificates>[1]>
  > = {
    "newest page": () => ({}),
    "by serial number": ({ serial }) => ({ search: serial }),
    "by fingerprint": ({ sha256 }) => ({ search: (sha256.match(/../g) as string[]).join(":") }),
    "by part of an address": ({ search_text }) => ({ search: `${search_text.split("\n")[1]}`.slice(0, 12) }),
    "ending in a month": ({ not_after }) => ({
      endsFrom: dayOf(not_after, -15),
      endsBy: dayOf(not_after, 15),
    }),
    "revoked ones": () => ({ status: "revoked" }),
    "brought and not asked": () => ({ kind: "presented", status: "unknown" }),
    "brought, by words": (_, index) => ({
      search: createHash("md5")
        .update(`c${index + 1}`)
        .digest("hex")
        .slice(0, 12),
    }),
    "valid ones": () => ({ status: "valid" }),
    "by part of a name, revoked": (row) => ({ search: row.search_text.slice(7, 15), status: "revoked" }),
  };
  await sql.end();
  const rows: string[][] = [["search", "median", "p95", `at most ${SEARCH_LIMIT_MS} ms`]];
  for (const [name, inputOf] of Object.entries(parts)) {
    const took: number[] = [];
    for (const [index, row] of some.entries()) {
      const from = performance.now();
      await searchCertificates(owner, inputOf(row, index));
      took.push(performance.now() - from);
    }
    const p95 = quantile(took, 0.95);
    rows.push([name, ms(quantile(took, 0.5)), ms(p95), against(p95, SEARCH_LIMIT_MS, " ms")]);
  }
  table(rows);
}

await main();
