import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { migrateDatabase } from "#db/migrate.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { US_STATES } from "#lib/envelopes/core/forms/jurisdictions.ts";
import { importCatalogue } from "#lib/envelopes/forms/import-catalogue.ts";
import { describeLibrary, listForms } from "#lib/envelopes/forms/list-forms.ts";
import { type OrganizationId, uuidV7 } from "#lib/ids.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { against, median, ms, quantile, table } from "./figures.ts";
import { openBenchRuntime, openSender } from "./signing-bench.ts";

// The forms library at 850 and at 85,000 records: the same catalogue, the same importer, the same questions.

const SMALL = 850;
const LARGE = Number(process.argv[2] ?? 85_000);
const MOST_MS = 500;
const MOST = 3;
const ROUNDS = 25;

const SUBJECTS = [
  "Tax",
  "Probate",
  "Vehicles",
  "Employment",
  "Real estate",
  "Family",
  "Courts",
  "Business",
  "Health",
];
const KINDS = ["Form", "Affidavit", "Application", "Notice", "Power of attorney", "Certificate"];

const QUESTIONS: readonly (readonly [string, Parameters<typeof listForms>[1]])[] = [
  ["the first page", {}],
  ["a number that stands on one", { search: "af-777" }],
  ["a word of one in a hundred", { search: "matter42" }],
  ["a word that stands on every one", { search: "declaration" }],
  ["the beginning of a word on every one", { search: "decl" }],
  ["a state", { jurisdiction: "US-WY" }],
  ["a state, a subject and a type", { jurisdiction: "US-CA", subject: "Tax", kind: "Notice" }],
  ["words within a state", { jurisdiction: "US-TX", search: "power attorney matter7" }],
  ["a rare word in a state without it", { jurisdiction: "US-TX", search: "matter42 zoning9" }],
  ["nothing by that name", { search: "nowhere" }],
];

const places = ["US", ...US_STATES.map(({ code }) => code)];

function catalogue(count: number): string {
  const lines = ["Key,Title,Number,Agency,Jurisdiction,Subject,Type,Source,Edition,Edition date,Keywords"];
  for (let n = 0; n < count; n++)
    lines.push(
      [
        ...[
          `f-${n}`,
          `Declaration of matter${n % 100} and other things ${n}`,
          `AF-${n}`,
          `Agency ${n % 400}`,
        ],
        ...[places[n % places.length], SUBJECTS[n % 9], KINDS[n % 6], `https://forms.example/${n}.pdf`],
        ...["Rev. 2024", "2024-03-01", `zoning${n % 1_000} county${n % 3_000}`],
      ].join(","),
    );
  return lines.join("\r\n");
}

async function* streamOf(text: string) {
  yield fromUtf8(text);
}

async function filled(ctx: Context, count: number): Promise<number> {
  const startedAt = performance.now();
  const { added } = await importCatalogue(ctx, { fileName: "bench.csv" }, streamOf(catalogue(count)));
  if (added !== count) throw new Error(`${added} of ${count} came in`);
  return performance.now() - startedAt;
}

const folder = mkdtempSync(path.join(tmpdir(), "whereof-bench-"));
const server = await startPostgres({ folder });
try {
  const app = new URL(server.appUrl);
  await migrateDatabase({ adminUrl: server.adminUrl, appRole: app.username, appPassword: app.password });
  const runtime = await openBenchRuntime(folder, server.appUrl);
  const large = await openSender(runtime);
  const organizationId = uuidV7(Date.now(), runtime.random(10)) as OrganizationId;
  const small = { ctx: createContext(runtime, { organizationId, actor: large.ctx.actor }) };
  await filled(small.ctx, SMALL);
  const imported = await filled(large.ctx, LARGE);
  console.log(`A catalogue of ${LARGE.toLocaleString("en")} forms comes in within ${ms(imported)}.`);
  // Before PostgreSQL tidied up after so many rows, which it does by itself within minutes.
  const fresh: number[] = [];
  for (const [, input] of QUESTIONS) fresh.push(await timed(large.ctx, input));
  console.log(`asked at once, the slowest answer takes ${ms(Math.max(...fresh))}.`);
  const admin = postgres(server.adminUrl, { max: 1, onnotice: () => {} });
  await admin`vacuum analyze library_forms`;
  await admin.end();
  const sides = [
    ["small", small.ctx],
    ["large", large.ctx],
  ] as const;
  const deep = { small: await deepPage(small.ctx), large: await deepPage(large.ctx) };
  const taken = { small: new Map<string, number[]>(), large: new Map<string, number[]>() };
  for (let round = 0; round < ROUNDS; round++)
    for (const [side, ctx] of sides)
      for (const [name, input] of [...QUESTIONS, ["the twentieth page", { cursor: deep[side] }] as const]) {
        const took = await timed(ctx, input);
        if (round >= 2) taken[side].set(name, [...(taken[side].get(name) ?? []), took]);
      }
  const startedAt = performance.now();
  await describeLibrary(large.ctx);
  const browsed = performance.now() - startedAt;
  table([
    ["", SMALL.toLocaleString("en"), `${LARGE.toLocaleString("en")} p50`, "p99", ""],
    ...[...taken.small].map(([name, before]) => {
      const after = taken.large.get(name)!;
      const ratio = `${(median(after) / median(before)).toFixed(2)} ×`;
      return [name, ms(median(before)), ms(median(after)), ms(quantile(after, 0.99)), ratio];
    }),
  ]);
  console.log(`what there is to browse by: ${ms(browsed)}`);
  const all = (of: ReadonlyMap<string, readonly number[]>) => [...of.values()].flat();
  const slowest = Math.max(...all(taken.large));
  const ratio = Number((median(all(taken.large)) / median(all(taken.small))).toFixed(2));
  console.log(`the slowest answer of all: ${ms(slowest)} (${against(Math.round(slowest), MOST_MS, " ms")})`);
  console.log(`all together at a hundred times the forms: ${ratio} × (${against(ratio, MOST, " ×")})`);
  await runtime.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function timed(ctx: Context, input: Parameters<typeof listForms>[1]): Promise<number> {
  const startedAt = performance.now();
  await listForms(ctx, input);
  return performance.now() - startedAt;
}

async function deepPage(ctx: Context): Promise<string | null> {
  let cursor: string | null = null;
  for (let page = 0; page < 19; page++) cursor = (await listForms(ctx, { cursor })).nextCursor;
  return cursor;
}
