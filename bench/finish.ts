import { setTimeout as pause } from "node:timers/promises";
import { median, ms, quantile, table } from "./figures.ts";
import { openProduct } from "./product.ts";

// From Finish pressed to the signed revision stored and the next recipient's mail delivered, on a running product
// with its own worker.

const ENVELOPES = 50;
const WARM = 3;
const PATIENCE_MS = 60_000;
/** The first two are of the signer who finishes, the others of the one who is next. */
const STEPS = ["recipient.signed", "signature.made", "recipient.invited", "mail.delivered"] as const;

const seed = await openProduct();
const runs: Awaited<ReturnType<typeof finishOne>>[] = [];
for (let count = 0; count < ENVELOPES + WARM; count++) {
  const run = await finishOne();
  if (count >= WARM) runs.push(run);
}
await seed.close();

const words = [
  "Finish pressed → answered to the signer",
  "Finish pressed → act on record",
  "act on record → signed revision stored",
  "signed revision stored → next recipient's turn",
  "next recipient's turn → their mail delivered",
  "Finish pressed → signed revision stored, next recipient notified",
];
console.log(`\n  ${runs.length} envelopes, one after the other, two signers, B-LTA`);
table([
  ["", "p50", "p95", "most"],
  ...words.map((name, index) => {
    const values = runs.map((run) => run[index]!);
    return [name, ms(median(values)), ms(quantile(values, 0.95)), ms(Math.max(...values))];
  }),
]);

async function finishOne(): Promise<readonly number[]> {
  const { envelopeId, shortId, people } = await seed.send({
    to: [{ name: "Ana Ruiz" }, { name: "Ben Ode" }],
  });
  const [first, next] = people;
  const finish = await seed.readyToFinish(await seed.link({ shortId, email: first!.email }));
  const pressedAt = Date.now();
  await finish();
  const answeredAt = Date.now();
  const [signed, made, invited, delivered] = await stepTimes(envelopeId, first!.id, next!.id);
  return [
    answeredAt - pressedAt,
    signed! - pressedAt,
    made! - signed!,
    invited! - made!,
    delivered! - invited!,
    delivered! - pressedAt,
  ];
}

/** When each step was put on record; all processes have this machine's clock. */
async function stepTimes(
  envelopeId: Parameters<typeof seed.events>[0]["envelopeId"],
  first: string,
  next: string,
) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(100)) {
    const events = await seed.events({ envelopeId });
    const times = STEPS.map((type, index) => {
      const of = index < 2 ? first : next;
      return events.find((event) => event.type === type && event.data.recipient === of)?.at.getTime();
    });
    if (times.every((time) => time !== undefined)) return times;
  }
  throw new Error("the next recipient was not notified");
}
