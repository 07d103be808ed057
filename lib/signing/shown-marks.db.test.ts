import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { adoptMarks } from "./adopt-mark.ts";
import { fillField } from "./fill-field.ts";
import { finishSigning } from "./finish-signing.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { linkFor, personWith, sent, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const typed = (text: string) => ({
  signature: { type: "typed" as const, text, style: "flowing" as const },
  initials: null,
});

/** Everything is filled in; one press on Finish is left. */
async function ready() {
  const ctx = await (await product().newOrganization()).member("sender");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const { version, locale, sha256 } = (await openCeremony(ana)).consent;
  await giveConsent(ana, { version, locale, sha256, wording: "Agree and continue" });
  const { digests } = await adoptMarks(ana, typed("Ana Ruiz"));
  const { id } = (await openCeremony(ana)).fields.find(({ type }) => type === "signature")!;
  await fillField(ana, { fieldId: id, value: "adopted" });
  return { ctx, envelopeId, ana, digests };
}

type Marks = Awaited<ReturnType<typeof ready>>["digests"] | null;
async function finish(ana: Context, marks: Marks) {
  const shown = (await openCeremony(ana)).documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  const answers = { values: {}, locale: "en", marks };
  return finishSigning(ana, { shown, answers, wording: "Finish", timeZone: "UTC" });
}

test("a signature that was made anew in another window is not sealed before it was on the screen", async () => {
  const { ana, digests } = await ready();
  expect((await openCeremony(ana)).markDigests).toEqual(digests);
  await adoptMarks(ana, typed("A. R."));
  expect(await refusalOf(finish(ana, digests))).toBe("signing/answers-changed");
  const now = (await openCeremony(ana)).markDigests;
  expect(now).not.toEqual(digests);
  await finish(ana, now);
}, 180_000);

test("a signature made anew while Finish is pressed leaves no act that nothing can be made of", async () => {
  const { ctx, envelopeId, ana } = await ready();
  const changing = ["A", "B", "C", "D", "E", "F"].map((text) => refusalOf(adoptMarks(ana, typed(text))));
  const first = await refusalOf(finish(ana, null));
  await Promise.all(changing);
  expect([undefined, "signing/answers-changed"]).toContain(first);
  if (first) await finish(ana, null);
  const done = await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(done.trail.map(({ type }) => type)).not.toContain("envelope.delayed");
}, 180_000);
