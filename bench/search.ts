import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { migrateDatabase } from "#db/migrate.ts";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { against, median, ms, table } from "./figures.ts";
import { openBenchRuntime, openSender } from "./signing-bench.ts";

// The list and its search at ten thousand and at a million envelopes: the same questions, the same verb.

const SMALL = 10_000;
const LARGE = Number(process.argv[2] ?? 1_000_000);
const MOST = 1.5;
const ROUNDS = 15;

const folder = mkdtempSync(path.join(tmpdir(), "whereof-bench-"));
const server = await startPostgres({ folder });
try {
  const { adminUrl, appUrl } = server;
  const app = new URL(appUrl);
  await migrateDatabase({ adminUrl, appRole: app.username, appPassword: app.password });
  const runtime = await openBenchRuntime(folder, appUrl);
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  const { ctx } = await openSender(runtime);
  const [{ owner }] = (await admin`select id as owner from members limit 1`) as never as [{ owner: string }];
  await admin`alter table envelopes disable trigger user`;

  /** Contracts of a hundred subjects, each with a number and a person of its own; one word stands in every one. */
  const fill = async (from: number, until: number) => {
    await admin`
      insert into envelopes (organization_id, id, short_id, owner_id, title, state, level, created_at, changed_at)
      select ${ctx.organizationId}, gen_random_uuid(), 'N-' || n, ${owner}, 'Contract subject' || n % 100 || ' ' || n,
        case when n % 10 = 0 then 'draft' when n % 3 = 0 then 'sent' else 'completed' end, 'B-LT',
        now() - make_interval(secs => ${LARGE} - n), now() - make_interval(secs => ${LARGE} - n)
      from generate_series(${from}::int, ${until - 1}::int) n`;
    await admin`
      insert into envelope_texts (organization_id, envelope_id, words)
      select e.organization_id, e.id, array_to_tsvector(array(select distinct w from unnest(array['contract',
        'subject' || substr(e.short_id, 3)::int % 100, substr(e.short_id, 3),
        'person' || substr(e.short_id, 3)::int % 5000, 'example', 'com', 'rent', 'month' || substr(e.short_id, 3)::int % 12]) w))
      from envelopes e where not exists (select from envelope_texts t where t.envelope_id = e.id)`;
    await admin`vacuum analyze envelopes`;
    await admin`vacuum analyze envelope_texts`;
  };

  const questions: readonly (readonly [string, Parameters<typeof listEnvelopes>[1]])[] = [
    ["the newest", {}],
    ["a view: waiting", { view: "waiting" }],
    ["a word that stands in one", { search: "7777" }],
    ["a person in one of five thousand", { search: "person4321" }],
    ["a word that stands in one of a hundred", { search: "subject42" }],
    ["a word that stands in every one", { search: "contract" }],
    ["two words, one of them begun", { search: "subject42 mont" }],
    ["a word that stands in none", { search: "nowhere" }],
  ];
  const measure = async () => {
    const times = new Map<string, number>();
    for (const [name, question] of questions) {
      const taken: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const startedAt = performance.now();
        await listEnvelopes(ctx, question);
        // The first ones fill caches.
        if (round >= 3) taken.push(performance.now() - startedAt);
      }
      times.set(name, median(taken));
    }
    // The fortieth page, by its key.
    let cursor: string | null = null;
    for (let page = 0; page < 40; page++) cursor = (await listEnvelopes(ctx, { cursor })).olderCursor;
    const deep: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startedAt = performance.now();
      await listEnvelopes(ctx, { cursor });
      deep.push(performance.now() - startedAt);
    }
    times.set("the fortieth page", median(deep));
    return times;
  };

  await fill(0, SMALL);
  const small = await measure();
  for (let from = SMALL; from < LARGE; from += 198_000) await fill(from, Math.min(LARGE, from + 198_000));
  const large = await measure();
  console.log(
    `The list at ${SMALL.toLocaleString("en")} and at ${LARGE.toLocaleString("en")} envelopes, p50:`,
  );
  table([
    ["", SMALL.toLocaleString("en"), LARGE.toLocaleString("en"), ""],
    ...[...small].map(([name, before]) => {
      const after = large.get(name)!;
      return [name, ms(before), ms(after), `${(after / before).toFixed(2)} ×`];
    }),
  ]);
  const all = (times: ReadonlyMap<string, number>) => median([...times.values()]);
  const ratio = all(large) / all(small);
  console.log(`all together: ${ratio.toFixed(2)} × (${against(Number(ratio.toFixed(2)), MOST, " ×")})`);
  await admin.end();
  await runtime.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
