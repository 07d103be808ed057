import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { sha256, sourceOf, toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { changeOrganization, getOrganization } from "#lib/identity/change-organization.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { sent } from "#lib/signing/testing.ts";
import { readZip } from "../core/zip/read-zip.ts";
import { packageBytes, readyPackage } from "../testing-package.ts";
import { completedPdf } from "../testing-sealed.ts";
import { lookUpPair } from "./look-up.ts";

const product = testProduct({ runsJobs: true });
let networks = 0;

/** Whoever asks, from a network of their own. */
function stranger() {
  const request = { ip: `203.0.113.${++networks}`, userAgent: "a test" };
  return { runtime: product().runtime, request };
}
const shortIdOf = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await getEnvelope(ctx, { envelopeId })).shortId;

test("a printed number and the beginning of a hash together tell how it ended, and either alone nothing", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const { envelopeId, pdf } = await completedPdf(owner);
  const shortId = await shortIdOf(owner, envelopeId);
  const newest = toHex(sha256(pdf));
  const visitor = stranger();

  const answer = await lookUpPair(visitor, { shortId: shortId.toLowerCase(), typed: newest.slice(0, 12) });
  expect(answer).toMatchObject({
    ...{ isKnown: true, state: "completed", kind: "newest", typed: "equal", file: null },
    ...{ signed: 1, signers: 1, isTest: false, completedAt: expect.stringMatching(/^20.*Z$/) },
  });
  // Names, addresses and titles are nobody's business who has a page.
  expect(JSON.stringify(answer)).not.toMatch(/Ana|example|[0-9a-f]{16}/);

  await readyPackage(owner, envelopeId);
  const members = readZip(sourceOf(await packageBytes(owner, envelopeId)));
  const hashIn = (pattern: RegExp) => {
    const { source } = members.find(({ name }) => pattern.test(name))!;
    return toHex(sha256(source.read(0, source.size)));
  };
  const kindOf = async (file: string) => {
    const found = await lookUpPair(visitor, { shortId, file });
    return found.isKnown ? found.kind : null;
  };
  expect(await kindOf(hashIn(/^01-agreement\/.*original/))).toBe("original");
  expect(await kindOf(hashIn(/audit-trail\.pdf$/))).toBe("paper");
  expect(await kindOf(toHex(sha256(await packageBytes(owner, envelopeId))))).toBe("paper");

  const changed = pdf.slice();
  changed[100]! ^= 1;
  const both = { shortId, typed: newest.slice(0, 20), file: toHex(sha256(changed)) };
  expect(await lookUpPair(visitor, both)).toMatchObject({ isKnown: true, typed: "equal", file: "other" });

  const other = `${newest[0] === "0" ? "1" : "0"}${newest.slice(1)}`;
  const refused = [
    { shortId, typed: other.slice(0, 12) },
    { shortId, file: toHex(sha256(changed)) },
    { shortId: "WH-0000-0000", typed: newest },
    { shortId: "WH-0000-0000", file: newest },
  ];
  for (const input of refused) expect(await lookUpPair(visitor, input)).toEqual({ isKnown: false });
  for (const input of [{ shortId }, { shortId, typed: newest.slice(0, 11) }, { shortId: "", typed: newest }])
    await expect(lookUpPair(visitor, input)).rejects.toThrow();
});

test("what is under way is open, what was never sent is not known", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const { envelopeId, document } = await sent(owner, [{ name: "Ana Ruiz" }]);
  const shortId = await shortIdOf(owner, envelopeId);
  const [row] = await product().admin<{ sha256: string }[]>`
    select sha256 from document_revisions where document_id = ${document.id} and number = 0`;
  expect(await lookUpPair(stranger(), { shortId, file: row!.sha256 })).toMatchObject({
    ...{ isKnown: true, state: "open", at: null, signed: 0, signers: 1, kind: "original" },
  });
});

test("wrong pairs are counted by network and right ones are not, and no number is told apart by it", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const { envelopeId, pdf } = await completedPdf(owner);
  const shortId = await shortIdOf(owner, envelopeId);
  const visitor = stranger();
  const right = { shortId, file: toHex(sha256(pdf)) };
  for (let tries = 0; tries < 25; tries++)
    expect(await lookUpPair(visitor, right)).toMatchObject({ isKnown: true });
  for (let tries = 0; tries < 20; tries++)
    await lookUpPair(visitor, { shortId: tries % 2 ? shortId : "WH-0000-0000", typed: "0123456789ab" });
  for (const shortId of [right.shortId, "WH-0000-0000"])
    await expect(lookUpPair(visitor, { shortId, file: right.file })).rejects.toMatchObject({
      code: "identity/too-many-tries",
    });
  expect(await lookUpPair(stranger(), right)).toMatchObject({ isKnown: true });
});

test("who has the whole hash reads what was recorded, without names, where the organization tells it", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  const { envelopeId, pdf } = await completedPdf(owner);
  const shortId = await shortIdOf(owner, envelopeId);
  const file = toHex(sha256(pdf));
  const visitor = stranger();
  expect(await lookUpPair(visitor, { shortId, file })).toMatchObject({ isKnown: true, trail: null });

  const { settings } = await getOrganization(owner);
  const { paper, fileNamePattern, printsMarginId } = settings;
  await changeOrganization(owner, { paper, fileNamePattern, printsMarginId, tellsTrail: true });
  expect(await lookUpPair(visitor, { shortId, typed: file.slice(0, 63) })).toMatchObject({ trail: null });
  const [byFile, byTyping] = [
    await lookUpPair(visitor, { shortId, file }),
    await lookUpPair(visitor, { shortId, typed: file }),
  ];
  if (!byFile.isKnown || !byTyping.isKnown) throw new Error("not known");
  expect(byTyping.trail).toEqual(byFile.trail);
  const trail = byFile.trail!;
  const types = trail.map(({ type }) => type);
  for (const type of [
    "envelope.sent",
    "consent.given",
    "recipient.signed",
    "envelope.sealed",
    "envelope.completed",
  ])
    expect(types).toContain(type);
  expect(trail.find(({ type }) => type === "recipient.signed")).toMatchObject({ person: 1 });
  expect(types.filter((type) => /^(mail|hold|evidence|member|purge)\./.test(type))).toEqual([]);
  expect(JSON.stringify(trail)).not.toMatch(/Ana|example|Lease/);

  // Each hash is that of an event in the package, which a stranger checks with the package alone.
  await readyPackage(owner, envelopeId);
  const member = readZip(sourceOf(await packageBytes(owner, envelopeId))).find(({ name }) =>
    /events\.jsonl$/.test(name),
  )!;
  const events = new TextDecoder().decode(member.source.read(0, member.source.size));
  for (const { sha256, type, at } of trail) {
    const line = events.split("\n").find((one) => one.includes(sha256));
    expect(line, type).toContain(type);
    expect(line).toContain(at);
  }
});
