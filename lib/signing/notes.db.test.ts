import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { cloneEnvelope } from "#lib/envelopes/clone-envelope.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { delegate } from "./delegate.ts";
import { openCeremony } from "./open-ceremony.ts";
import { addressOf, linkFor, newDraft, personWith } from "./testing.ts";

const product = testProduct({ runsJobs: true });

test("a private note reaches its person, in mail and on their page, and nobody else", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
  const note = "Your share is 40 %.\nCall me first.";
  const recipients = draft.content.recipients.map((person) =>
    person.name === "Ana Ruiz" ? { ...person, note } : person,
  );
  const { version } = await saveDraft(ctx, { ...draft, content: { ...draft.content, recipients } });
  const { envelopeId } = draft;
  expect((await getDraft(ctx, draft)).content.recipients.map((person) => person.note ?? "")).toEqual([
    note,
    "",
  ]);
  await sendEnvelope(ctx, { envelopeId, version });
  const links = {
    ana: await linkFor(ctx, envelopeId, "Ana Ruiz"),
    ben: await linkFor(ctx, envelopeId, "Ben Okafor"),
  };
  const mailTo = async (name: string) => {
    const mails = (await readOutbox(ctx)) ?? [];
    const { id } = mails.find(
      (mail) => mail.toAddress === addressOf(name) && mail.envelopeId === envelopeId,
    )!;
    return (await openOutboxMail(ctx, { mailId: id })).text;
  };
  expect(await mailTo("Ana Ruiz")).toMatch(/to you alone:[\s\S]*Your share is 40 %\.\s+Call me first\./);
  expect(await mailTo("Ben Okafor")).not.toContain("40 %");
  const [ana, ben] = [await personWith(ctx, links.ana), await personWith(ctx, links.ben)];
  expect(await openCeremony(ana)).toMatchObject({ message: "As discussed.", note });
  expect(await openCeremony(ben)).toMatchObject({ message: "As discussed.", note: "" });
  // Everybody is given the trail in the end: it says that there was one, and not what it says.
  const told = (await readChain(ctx, envelopeId)).entries.find(({ type }) => type === "envelope.sent")!;
  expect(told.data).toMatchObject({ recipients: [{ hasNote: true }, {}] });
  expect(JSON.stringify(told.data)).not.toContain("40 %");

  await delegate(ana, { name: "Cleo Marsh", email: addressOf("Cleo Marsh"), reason: "She decides" });
  const cleo = await personWith(ctx, await linkFor(ctx, envelopeId, "Cleo Marsh"));
  expect(await openCeremony(cleo)).toMatchObject({ message: "As discussed.", note: "" });
  expect(await mailTo("Cleo Marsh")).not.toContain("40 %");
  const copy = await getDraft(ctx, { envelopeId: await cloneEnvelope(ctx, { envelopeId }) });
  expect(copy.content.recipients.map((person) => person.note ?? "")).toEqual(["", ""]);
});
