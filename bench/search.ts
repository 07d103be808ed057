import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { migrateDatabase } from "#db/migrate.ts";
import type { Context } from "#lib/context.ts";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { getCompletionTimes } from "#lib/evidence/reports/completion-times.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { against, median, ms, table } from "./figures.ts";
import { openBenchRuntime, openSender } from "./signing-bench.ts";

// The list and its search at ten thousand and at a million envelopes: the same questions, the same verb.

const SMALL = 10_000;
const LARGE = Number(process.argv[2] ?? 1_000_000);
const MOST = 1.5;
const ROUNDS = 43;

/** Of one in ten, and of one in five thousand. */
const COMMON = "00000000-0000-4000-8000-00000000000a";
const RARE = "00000000-0000-4000-8000-00000000000b";
/** The report of times to complete may take so long, over two years. */
const REPORT_MS = 3_000;

const QUESTIONS: readonly (readonly [string, Parameters<typeof listEnvelopes>[1]])[] = [
  ["the newest", {}],
  ["a view: waiting", { view: "waiting" }],
  ["a word that stands in one", { search: "7777x" }],
  ["a person in one of five thousand", { search: "person4321" }],
  ["a word that stands in one of a hundred", { search: "subject42" }],
  ["a word that stands in every one", { search: "contract" }],
  ["two words, one of them begun", { search: "subject42 mont" }],
  ["a word that stands in none", { search: "nowhere" }],
  ["what a hold covers", { held: true }],
  ["amounts of a narrow range", { least: "777.7", most: "778" }],
  ["amounts from a low one on", { least: "1" }],
  ["qualified signatures", { signature: "qualified" }],
  ["advanced signatures", { signature: "advanced" }],
  ["a class of one in ten", { class: COMMON }],
  ["a class of one in five thousand", { class: RARE }],
  ["a common class under a hold", { class: COMMON, held: true }],
  ["a class with amounts of a narrow range", { class: COMMON, least: "777.7", most: "778" }],
  ["what is complete and not archived", { view: "completed" }],
  ["what is archived", { view: "archived" }],
];

/** Contracts of a hundred subjects, each with a number and a person of its own; one word stands in every one. */
async function fill(
  admin: postgres.Sql,
  { organizationId }: Context,
  member: string,
  from: number,
  until: number,
) {
  await admin`
    insert into envelopes (organization_id, id, short_id, owner_id, title, state, level, created_at, changed_at,
      held_since, filed_away_at, signature_kind, class_id, sent_at, ended_at)
    select ${organizationId}, gen_random_uuid(), 'N-' || n, ${member}, 'Contract subject' || n % 100 || ' ' || n,
      case when n % 10 = 0 then 'draft' when n % 3 = 0 then 'sent' else 'completed' end, 'B-LT',
      now() - make_interval(secs => ${LARGE} - n), now() - make_interval(secs => ${LARGE} - n),
      case when n % 5000 = 1 then now() end, case when n % 10 <> 0 and n % 3 <> 0 and n % 7 > 0 then now() end,
      case when n % 2000 = 5 then 'qualified' when n % 20 = 7 then 'advanced' else 'here' end,
      case when n % 5000 = 1 then ${RARE}::uuid when n % 10 = 1 then ${COMMON}::uuid end,
      now() - make_interval(hours => 17520) * (n % 1000 / 1000.0) - make_interval(secs => 60 + n::bigint * 7919 % 2000000),
      now() - make_interval(hours => 17520) * (n % 1000 / 1000.0)
    from generate_series(${from}::int, ${until - 1}::int) n`;
  await admin`
    insert into envelope_texts (organization_id, envelope_id, amount, words)
    select e.organization_id, e.id, substr(e.short_id, 3)::int / 10.0, array_to_tsvector(array['contract', 'subject' || substr(e.short_id, 3)::int % 100,
      substr(e.short_id, 3) || 'x', 'person' || substr(e.short_id, 3)::int % 5000, 'example', 'com', 'rent',
      'month' || substr(e.short_id, 3)::int % 12])
    from envelopes e where substr(e.short_id, 3)::int between ${from} and ${until - 1}`;
}

const folder = mkdtempSync(path.join(tmpdir(), "whereof-bench-"));
const server = await startPostgres({ folder });
try {
  const small = await open("small", SMALL);
  const large = await open("large", LARGE);
  // In turns, so that whatever else the machine does falls on both.
  const times = { small: new Map<string, number[]>(), large: new Map<string, number[]>() };
  for (let round = 0; round < ROUNDS; round++)
    // The first ones fill caches.
    for (const [size, { ask }] of [
      ["small", small],
      ["large", large],
    ] as const)
      for (const [name, taken] of await ask())
        if (round >= 3) times[size].set(name, [...(times[size].get(name) ?? []), taken]);
  console.log(
    `The list at ${SMALL.toLocaleString("en")} and at ${LARGE.toLocaleString("en")} envelopes, p50:`,
  );
  table([
    ["", SMALL.toLocaleString("en"), LARGE.toLocaleString("en"), ""],
    ...[...times.small].map(([name, before]) => {
      const [at, after] = [median(before), median(times.large.get(name)!)];
      return [name, ms(at), ms(after), `${(after / at).toFixed(2)} ×`];
    }),
  ]);
  const all = (of: ReadonlyMap<string, readonly number[]>) => median([...of.values()].flat());
  const ratio = all(times.large) / all(times.small);
  console.log(
    `all together: ${ms(all(times.small))}, ${ms(all(times.large))}: ${ratio.toFixed(2)} × (${against(Number(ratio.toFixed(2)), MOST, " ×")})`,
  );
  const slowest = await large.report();
  console.log(
    `times to complete of ${slowest.completed.toLocaleString("en")} envelopes over two years: ${ms(slowest.takenMs)} (${against(Math.round(slowest.takenMs), REPORT_MS, " ms")})`,
  );
  await small.close();
  await large.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A product with so many envelopes, and one round of questions to it. */
async function open(name: string, count: number) {
  const owner = postgres(server.adminUrl, { max: 1, onnotice: () => {} });
  await owner.unsafe(`create database ${name}`);
  await owner.end();
  const [adminUrl, appUrl] = [server.adminUrl, server.appUrl].map((url) => {
    const other = new URL(url);
    other.pathname = `/${name}`;
    return other.href;
  }) as [string, string];
  const app = new URL(appUrl);
  await migrateDatabase({ adminUrl, appRole: app.username, appPassword: app.password });
  const own = path.join(folder, name);
  mkdirSync(own);
  const runtime = await openBenchRuntime(own, appUrl);
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const { ctx } = await openSender(runtime);
  const [{ member }] = (await admin`select id as member from members limit 1`) as never as [
    { member: string },
  ];
  await admin`alter table envelopes disable trigger user`;
  for (let from = 0; from < count; from += 200_000)
    await fill(admin, ctx, member, from, Math.min(count, from + 200_000));
  await admin`vacuum analyze envelopes`;
  await admin`vacuum analyze envelope_texts`;
  let deep: string | null = null;
  for (let page = 0; page < 40; page++) deep = (await listEnvelopes(ctx, { cursor: deep })).olderCursor;
  const asked = [...QUESTIONS, ["the fortieth page", { cursor: deep }] as const];
  return {
    async ask() {
      const taken: [string, number][] = [];
      for (const [question, input] of asked) {
        const startedAt = performance.now();
        await listEnvelopes(ctx, input);
        taken.push([question, performance.now() - startedAt]);
      }
      return taken;
    },
    /** The median of five, after one that fills caches. */
    async report() {
      const taken: number[] = [];
      let completed = 0;
      for (let round = 0; round < 6; round++) {
        const startedAt = performance.now();
        const { all } = await getCompletionTimes(ctx, { months: 24 });
        if (round > 0) taken.push(performance.now() - startedAt);
        completed = all?.completed ?? 0;
      }
      return { completed, takenMs: median(taken) };
    },
    async close() {
      await admin.end();
      await runtime.close();
    },
  };
}
