import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { delegate } from "#lib/signing/delegate.ts";
import { linkFor, newDraft, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { cloneEnvelope } from "./clone-envelope.ts";
import { getDraft } from "./get-draft.ts";
import { getEnvelope } from "./get-envelope.ts";
import { saveDraft } from "./save-draft.ts";
import { sendCopy } from "./send-copy.ts";
import { sendEnvelope } from "./send-envelope.ts";

const product = testProduct({ runsJobs: true });
const sender = async () => (await product().newOrganization()).member("sender");

/** Places without ids, by the names of those they belong to. */
function placesOf({ recipients, fields }: Awaited<ReturnType<typeof getDraft>>["content"]) {
  const name = (id: string) => recipients.find((one) => one.id === id)?.name;
  return fields
    .map(({ id: _, documentId: __, recipientId, ...field }) => ({ ...field, of: name(recipientId) }))
    .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

test("a clone has the documents, fields, people, words and rules, and nothing anybody answered", async () => {
  const ctx = await sender();
  const { envelopeId, version, content } = await newDraft(ctx, [
    { name: "Ana Ruiz", check: "email-code" },
    { name: "Ben Okafor", turn: 2 },
    { name: "Cleo Diaz", role: "copy" },
  ]);
  const fields = content.fields.map((field) =>
    field.type === "text"
      ? { ...field, label: "Number", settings: { isSensitive: true, value: "078-05-1120" } }
      : field,
  );
  const saved = await saveDraft(ctx, { envelopeId, version, content: { ...content, fields } });
  const before = await getDraft(ctx, { envelopeId });
  const cloned = await getDraft(ctx, { envelopeId: await cloneEnvelope(ctx, { envelopeId }) });
  expect(saved.version).toBe(before.version);
  const blank = placesOf(before.content).map((one) =>
    one.type === "text" ? { ...one, settings: { isSensitive: true } } : one,
  );
  expect(placesOf(cloned.content)).toEqual(blank);
  const { title, message, order } = cloned.content;
  expect({ title, message, order }).toEqual({
    title: "Lease 12B",
    message: "As discussed.",
    order: "sequential",
  });
  expect(cloned.content.recipients.map(({ name, email, role, check }) => [name, email, role, check])).toEqual(
    content.recipients.map(({ name, email, role, check }) => [name, email, role, check]),
  );
  expect(cloned.documents.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual(
    before.documents.map(({ name, sizeBytes }) => [name, sizeBytes]),
  );
  expect(cloned.blockers).toEqual([]);
  const [stored] = await product().admin`select count(*)::int as count from field_values v join fields f
    on f.id = v.field_id where f.envelope_id = ${cloned.id}`;
  expect(stored!.count).toBe(0);
});

test("of one that is over the clone is sent and signed on its own; who took a part over has it, late copies stay behind", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  await delegate(await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz")), {
    ...{ name: "Eva Lind", email: "eva.lind@example.com", reason: "On leave" },
  });
  for (const name of ["Eva Lind", "Ben Okafor"])
    await sign(await personWith(ctx, await linkFor(ctx, envelopeId, name)), "Secret words");
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  await sendCopy(ctx, { envelopeId, name: "Dan Auditor", email: "dan@audit.example" });
  const id = await cloneEnvelope(ctx, { envelopeId });
  const draft = await getDraft(ctx, { envelopeId: id });
  expect(draft.content.recipients.map(({ name }) => name)).toEqual(["Eva Lind", "Ben Okafor"]);
  expect(draft.content.fields).toHaveLength(6);
  expect(JSON.stringify(draft)).not.toContain("Secret words");
  await sendEnvelope(ctx, { envelopeId: id, version: draft.version });
  for (const name of ["Eva Lind", "Ben Okafor"])
    await sign(await personWith(ctx, await linkFor(ctx, id, name)));
  const over = await until(ctx, id, ({ state }) => state === "completed");
  expect(over.trail.find(({ type }) => type === "envelope.cloned")!.data).toEqual({ from: envelopeId });
});

test("a copy goes to one more address once it is completed, by a link of their own, and stands in the trail", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("sender");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const copy = {
    envelopeId,
    name: "Dan Auditor",
    email: "dan.auditor@example.com",
    message: "For your file.",
  };
  expect(await refusalOf(sendCopy(ctx, copy))).toBe("envelopes/not-completed");
  await sign(await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz")));
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(await refusalOf(sendCopy(ctx, { ...copy, email: "dan@example.com, eve@example.com" }))).toBe(
    "envelopes/person-email-wrong",
  );
  expect(await refusalOf(sendCopy(ctx, { ...copy, name: " " }))).toBe("envelopes/person-name-missing");
  expect(await refusalOf(sendCopy(await organization.member("sender"), copy))).toBe("authorize/not-allowed");
  expect(await refusalOf(sendCopy(await sender(), copy))).toBe("envelopes/not-found");
  await sendCopy(ctx, copy);
  const link = await linkFor(ctx, envelopeId, "Dan Auditor");
  const dan = await personWith(ctx, link);
  const { openCeremony } = await import("#lib/signing/open-ceremony.ts");
  expect((await openCeremony(dan)).documents).toHaveLength(1);
  await sendCopy(ctx, { ...copy, email: "DAN.auditor@example.com" });
  const { recipients, trail, trailBrokenAt } = await getEnvelope(ctx, { envelopeId });
  expect(recipients.filter(({ role }) => role === "copy")).toHaveLength(1);
  expect(trail.filter(({ type }) => type === "recipient.copied")).toHaveLength(2);
  expect(trail.find(({ type }) => type === "recipient.copied")!.data).toMatchObject({
    ...{ name: "Dan Auditor", email: "dan.auditor@example.com", message: "For your file." },
  });
  expect(trailBrokenAt).toBeNull();
});

test("another's envelope and another organization's are not cloned", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("sender");
  const { envelopeId } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  expect(await refusalOf(cloneEnvelope(await organization.member("sender"), { envelopeId }))).toBe(
    "authorize/not-allowed",
  );
  expect(await refusalOf(cloneEnvelope(await sender(), { envelopeId }))).toBe("envelopes/not-found");
  expect(await refusalOf(cloneEnvelope(await organization.member("owner"), { envelopeId }))).toBeUndefined();
});
