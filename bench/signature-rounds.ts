import { createHash, generateKeyPairSync, sign } from "node:crypto";
import diagnostics from "node:diagnostics_channel";
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeFileSync, writeSync } from "node:fs";
import path from "node:path";
import { openLocal } from "#lib/adapters/files/encrypted-reader.ts";
import { type ByteSource, fromHex, scan } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { fieldsOf } from "#lib/pdf/form.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import type { HashState } from "#lib/pdf/signature.ts";
import { issueSignerCertificate } from "#lib/pki/issue-certificate.ts";
import { makeSignature } from "#lib/signing/make-signature.ts";
import { signRevision } from "#lib/signing/sign-revision.ts";
import { openRevision } from "#lib/signing/steps.ts";
import { loadRevisions } from "#lib/signing/store.ts";
import { against, median, ms, table } from "./figures.ts";
import { openBenchRuntime, type ReadyEnvelope, workerContext } from "./signing-bench.ts";

const PIECE_BYTES = 1 << 20;
/** Rounds without database, for each size: small files are soon done and need many to tell anything. */
const PLAIN_ROUNDS: Readonly<Record<number, { warm: number; measured: number }>> = {
  1: { warm: 60, measured: 201 },
  10: { warm: 20, measured: 41 },
  100: { warm: 3, measured: 11 },
};
/** Times the floor. */
const LIMITS: Readonly<Record<number, { limit: number; goal: number } | undefined>> = {
  1: { limit: 3, goal: 2 },
  100: { limit: 1.5, goal: 1 },
};

const ROWS = {
  floor: "floor: read, SHA-256, write as many bytes, one raw P-256 signature",
  durable: "the same, with fsync",
  appended: "(1) PDF path on plain local files, update appended",
  copied: "(1) PDF path on plain local files, whole signed file written anew",
  stored: "(2) PDF path through encrypted storage, update stored with fsync",
  first: "(3) worker's whole step: as (2), database, new key and certificate, drawn mark",
  next: "(3) worker's whole step, next signature of the same document",
} as const;
type Row = keyof typeof ROWS;
type Times = Map<Row, { readonly ms: number; readonly cpuMs: number }[]>;

/** Measures every way of adding a signature to documents of one size, in turn, round by round. */
export async function signatureRounds(
  folder: string,
  databaseUrl: string,
  megabytes: number,
  envelopes: readonly ReadyEnvelope[],
) {
  const runtime = await openBenchRuntime(folder, databaseUrl);
  const [spare, ...measured] = envelopes as [ReadyEnvelope, ...ReadyEnvelope[]];
  const ctx = workerContext(runtime, spare.organizationId);
  const base = path.join(folder, `plain-${megabytes}.pdf`);
  await copyRevision(ctx, spare, base);
  const signer = await newSigner(ctx, spare);
  const times: Times = new Map();
  const timed = async (row: Row, work: () => unknown) => {
    const [begun, used] = [performance.now(), process.cpuUsage()];
    await work();
    const { user, system } = process.cpuUsage(used);
    const spent = { ms: performance.now() - begun, cpuMs: (user + system) / 1_000 };
    times.set(row, [...(times.get(row) ?? []), spent]);
  };
  const out = path.join(folder, "out");
  const raw = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const plain = async () => {
    await timed("floor", () => floor(base, out, raw, false));
    await timed("appended", () => appended(ctx, base, out, signer));
    await timed("copied", () => copied(ctx, base, out, signer));
    await timed("stored", () => stored(ctx, spare, signer));
  };
  const whole = async ({ envelopeId, recipientIds }: ReadyEnvelope) => {
    const [one, other] = recipientIds as [ReadyEnvelope["recipientIds"][0], ReadyEnvelope["recipientIds"][0]];
    await timed("first", () => signRevision(ctx, { envelopeId, recipientId: one }));
    await timed("next", () => signRevision(ctx, { envelopeId, recipientId: other }));
  };
  const { warm, measured: rounds } = PLAIN_ROUNDS[megabytes]!;
  for (let count = 0; count < warm; count++) await plain();
  await whole(spare);
  times.clear();
  for (let count = 0; count < rounds; count++) {
    await timed("durable", () => floor(base, out, raw, true));
    await plain();
  }
  const steps = recordSteps();
  for (const envelope of measured) {
    steps.start();
    await whole(envelope);
  }
  print(megabytes, times);
  steps.print();
  await runtime.close();
}

/** The ratio is that of one round to its own floor where there are rounds, of medians for the worker's whole step. */
function print(megabytes: number, times: Times): void {
  const floors = times.get("floor")!;
  const limits = LIMITS[megabytes];
  const rows = Object.entries(ROWS).map(([row, words]) => {
    const spent = times.get(row as Row)!;
    const isWhole = row === "first" || row === "next";
    const ratioOf = (of: (entry: (typeof floors)[number]) => number) =>
      isWhole
        ? median(spent.map(of)) / median(floors.map(of))
        : median(spent.map((entry, round) => of(entry) / of(floors[round]!)));
    const ratio = ratioOf(({ ms }) => ms);
    const isLimited = row === "appended" || row === "copied" || row === "stored";
    const verdict = limits && isLimited ? `${against(ratio, limits.limit)}, goal ${limits.goal}` : "";
    return [
      words,
      ms(median(spent.map(({ ms }) => ms))),
      `${ratio.toFixed(2)} x`,
      `${ratioOf(({ cpuMs }) => cpuMs).toFixed(2)} x`,
      verdict,
    ];
  });
  const counts = `${floors.length} rounds, ${times.get("first")!.length} of the whole step`;
  console.log(`\n  ${megabytes} MB, medians of ${counts}`);
  table([["", "time", "to floor", "processor time", ""], ...rows]);
}

type Key = Parameters<typeof sign>[2];

function floor(from: string, to: string, key: Key, isDurable: boolean): void {
  const [input, output] = [openSync(from, "r"), openSync(to, "w")];
  const size = fstatSync(input).size;
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  for (let position = 0; position < size; ) {
    const count = readSync(input, buffer, 0, PIECE_BYTES, position);
    const piece = buffer.subarray(0, count);
    hash.update(piece);
    writeSync(output, piece);
    position += count;
  }
  sign("sha256", hash.digest(), key);
  if (isDurable) fsyncSync(output);
  closeSync(output);
  closeSync(input);
}

type Signer = Parameters<typeof makeSignature>[3] & { readonly fieldName: string };

async function signed(ctx: WorkerContext, source: ByteSource, signer: Signer, hashed?: HashState) {
  const file = PdfFile.open(source);
  const plan = {
    fieldName: signer.fieldName,
    at: ctx.now(),
    signerName: "Ana Ruiz",
    reason: "I agree to this document and sign it electronically",
    seed: ctx.runtime.random(32),
  };
  const { tail } = await makeSignature(ctx, { file, source, hashed }, plan, signer, "B-T");
  return tail;
}

async function appended(ctx: WorkerContext, from: string, to: string, signer: Signer): Promise<void> {
  const source = openLocal(from, from);
  writeFileSync(to, await signed(ctx, source, signer));
  source.close();
}

async function copied(ctx: WorkerContext, from: string, to: string, signer: Signer): Promise<void> {
  const source = openLocal(from, from);
  const output = openSync(to, "w");
  const hash = createHash("sha256");
  for (const piece of scan(source)) {
    hash.update(piece);
    writeSync(output, piece);
  }
  writeSync(output, await signed(ctx, source, signer, { position: source.size, hash }));
  closeSync(output);
  source.close();
}

async function stored(ctx: WorkerContext, envelope: ReadyEnvelope, signer: Signer): Promise<void> {
  const { source, close } = await openNewest(ctx, envelope);
  const tail = await signed(ctx, source, signer);
  const key = `bench/${Buffer.from(ctx.runtime.random(8)).toString("hex")}.enc`;
  await ctx.runtime.files.put(key, [tail], tail.length);
  close();
}

async function openNewest(ctx: WorkerContext, { documentId }: ReadyEnvelope) {
  const revisions = await known(ctx, documentId);
  // The certified one: later the worker's whole step adds more.
  return openRevision(ctx, revisions, 2);
}

const loaded = new Map<string, ReturnType<typeof loadRevisions>>();

/** Looked up once: this row is to show storage, not the database. */
function known(ctx: WorkerContext, documentId: ReadyEnvelope["documentId"]) {
  const found = loaded.get(documentId) ?? inTransaction(ctx, (ctx) => loadRevisions(ctx, [documentId]));
  loaded.set(documentId, found);
  return found;
}

async function copyRevision(ctx: WorkerContext, envelope: ReadyEnvelope, to: string): Promise<void> {
  const { source, close } = await openNewest(ctx, envelope);
  const output = openSync(to, "w");
  for (const piece of scan(source)) writeSync(output, piece);
  closeSync(output);
  close();
}

async function newSigner(ctx: WorkerContext, envelope: ReadyEnvelope): Promise<Signer> {
  const { envelopeId, recipientIds } = envelope;
  const key = await ctx.runtime.keys.ephemeral();
  const certificate = await issueSignerCertificate(ctx, {
    ...{ envelopeId, recipientId: recipientIds[0]!, name: "Ana Ruiz", email: "signer0@example.com" },
    methods: ["link"],
    authorizingEventSha256: fromHex("00".repeat(32)),
    publicKey: key.publicKey,
  });
  const { source, close } = await openNewest(ctx, envelope);
  const free = [...fieldsOf(PdfFile.open(source))].find(
    ({ type, value }) => type === "Sig" && value === null,
  );
  close();
  return { key, certificate, fieldName: free!.name };
}

/** How long after the one before every point of the worker's step is passed; of first signatures only. */
function recordSteps() {
  const times = new Map<string, number[]>();
  let last = 0;
  let isOn = false;
  diagnostics.subscribe("whereof.step", (message) => {
    if (!isOn) return;
    const { point } = message as { point: string };
    const now = performance.now();
    times.set(point, [...(times.get(point) ?? []), now - last]);
    last = now;
    if (point === "signed: accepted") isOn = false;
  });
  return {
    start() {
      isOn = true;
      last = performance.now();
    },
    print() {
      const parts = [...times].map(([point, values]) => `${point} ${ms(median(values))}`);
      console.log(`  first whole step, from point to point: ${parts.join(" · ")}`);
    },
  };
}
