import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { decline } from "#lib/signing/decline.ts";
import { linkFor, personWith, sent, until } from "#lib/signing/testing.ts";
import { chooseMutedMails, getMutedMails } from "./own-mails.ts";
import { readOutbox } from "./read-outbox.ts";

const product = testProduct({ runsJobs: true });
const emailOf = ({ actor }: Context) => (actor as { email: string }).email;

/** Addresses that heard that Ben declined, once everybody was told. */
async function toldOfDecline(ctx: Context): Promise<string[]> {
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  await decline(await personWith(ctx, await linkFor(ctx, envelopeId, "Ben Okafor")), { reason: "Too dear" });
  await until(ctx, envelopeId, ({ state }) => state === "declined");
  const told = async () =>
    (await readOutbox(ctx))!
      .filter((mail) => mail.envelopeId === envelopeId && /declined/i.test(mail.subject))
      .map(({ toAddress }) => toAddress);
  // Recipients are told first, so that the sender's mail would be there soon after.
  for (const end = Date.now() + 30_000; Date.now() < end && (await told()).length === 0; )
    await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return told();
}

test("a member goes without the news they choose; everybody else hears them", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  expect(await getMutedMails(owner)).toEqual([]);
  expect(await toldOfDecline(owner)).toEqual(
    expect.arrayContaining([emailOf(owner), "ana.ruiz@example.com"]),
  );
  await chooseMutedMails(owner, { muted: ["declined", "completed"] });
  expect(await getMutedMails(owner)).toEqual(["completed", "declined"]);
  const told = await toldOfDecline(owner);
  expect(told).toContain("ana.ruiz@example.com");
  expect(told).not.toContain(emailOf(owner));
});

test("the choice is the member's own, is on record, and holds nothing that needs them", async () => {
  const organization = await product().newOrganization();
  const [owner, sender] = [await organization.member("owner"), await organization.member("sender")];
  await chooseMutedMails(sender, { muted: ["expired"] });
  expect(await getMutedMails(owner)).toEqual([]);
  expect((await readChain(owner, null)).entries.at(-1)).toMatchObject({
    type: "member.mails-chosen",
    data: { muted: ["expired"] },
  });
  const before = (await readChain(owner, null)).entries.length;
  await chooseMutedMails(sender, { muted: ["expired"] });
  expect((await readChain(owner, null)).entries).toHaveLength(before);
  const needed = chooseMutedMails(sender, { muted: ["mailBack"] as never });
  expect(await refusalOf(needed)).toMatch(/Invalid option/);
});
