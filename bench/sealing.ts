import { setTimeout as pause } from "node:timers/promises";
import { median, ms, quantile, table } from "./figures.ts";
import { openProduct } from "./product.ts";

// How many envelopes a running product signs and seals in a minute, when their signers all finish at once: signature,
// seal and archive time-stamp (B-LTA) each.

const ENVELOPES = Number(process.argv[2] ?? 60);
const WARM = 3;
/** Signers who press Finish beside each other. */
const AT_ONCE = 8;
const PATIENCE_MS = 300_000;

const seed = await openProduct();
await sealed(WARM);
const { pressedAt, times } = await sealed(ENVELOPES);
await seed.close();

const last = Math.max(...times.map(({ sealedAt }) => sealedAt));
const waited = times.map(({ signedAt, sealedAt }) => sealedAt - signedAt);
console.log(`\n  ${ENVELOPES} envelopes of one signer, ${AT_ONCE} finish at once, B-LTA`);
table([
  ["from the first Finish to the last seal", ms(last - pressedAt)],
  ["envelopes sealed a minute", String(Math.round((ENVELOPES * 60_000) / (last - pressedAt)))],
  ["act on record → sealed, p50", ms(median(waited))],
  ["act on record → sealed, p95", ms(quantile(waited, 0.95))],
]);

/** Has so many prepared first, and finished together. */
async function sealed(count: number) {
  const ready: { readonly envelopeId: EnvelopeId; finish(): Promise<unknown> }[] = [];
  for (let index = 0; index < count; index++) {
    const { envelopeId, shortId, people } = await seed.send({ to: [{ name: "Ana Ruiz" }] });
    const finish = await seed.readyToFinish(await seed.link({ shortId, email: people[0]!.email }));
    ready.push({ envelopeId, finish });
  }
  const pressedAt = Date.now();
  const waiting = [...ready];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await next.finish();
    }),
  );
  return { pressedAt, times: await Promise.all(ready.map(({ envelopeId }) => sealTimes(envelopeId))) };
}

type EnvelopeId = Parameters<typeof seed.events>[0]["envelopeId"];

/** When the signer acted and when the seal stood; all processes have this machine's clock. */
async function sealTimes(envelopeId: EnvelopeId) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(500)) {
    const events = await seed.events({ envelopeId });
    const at = (type: string) => events.find((event) => event.type === type)?.at.getTime();
    const [signedAt, sealedAt] = [at("recipient.signed"), at("envelope.sealed")];
    if (signedAt !== undefined && sealedAt !== undefined) return { signedAt, sealedAt };
  }
  throw new Error("an envelope was not sealed");
}
