import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { EDITING_BEAT_MS, noteEditing } from "./editing-windows.ts";
import { saveDraft } from "./save-draft.ts";
import { sendEnvelope } from "./send-envelope.ts";
import { shareEnvelope } from "./share-envelope.ts";

const product = testProduct();
const later = (ctx: Context, ms: number): Context => ({ ...ctx, now: () => new Date(Date.now() + ms) });

test("windows with one draft hear of each other, and of a newer version, while they are there", async () => {
  const organization = await product().newOrganization();
  const [owner, helper] = [await organization.member("sender"), await organization.member("sender")];
  const draft = await newDraft(owner, [{ name: "Ana Ruiz" }]);
  const { envelopeId } = draft;
  const memberId = helper.actor.kind === "member" ? helper.actor.memberId : null;
  await shareEnvelope(owner, { envelopeId, memberId: memberId!, access: "act" });
  const [first, second, third] = [1, 2, 3].map(() => crypto.randomUUID());
  const at = (windowId: string | undefined) => ({ envelopeId, windowId: windowId! });
  const before = (await readChain(owner, envelopeId)).entries.length;
  expect(await noteEditing(owner, at(first))).toEqual({ version: draft.version, others: [] });
  expect((await noteEditing(helper, at(second))).others).toMatchObject([{ isMe: false }]);
  expect((await noteEditing(owner, at(third))).others).toHaveLength(2);
  expect((await noteEditing(owner, at(first))).others.filter(({ isMe }) => isMe)).toHaveLength(1);
  const { version } = await saveDraft(owner, { ...draft, content: { ...draft.content, title: "Lease 14" } });
  expect((await noteEditing(helper, at(second))).version).toBe(version);
  // It is no act: nothing of it stands in the trail.
  expect((await readChain(owner, envelopeId)).entries).toHaveLength(before + 1);

  expect((await noteEditing(later(owner, 4 * EDITING_BEAT_MS), at(first))).others).toEqual([]);
  const [left] = await product().admin`select count(*)::int as n from editing_windows
    where organization_id = ${owner.organizationId}`;
  expect(left!.n).toBe(1);
  await sendEnvelope(owner, { envelopeId, version });
  expect(await refusalOf(noteEditing(owner, at(first)))).toBe("envelopes/not-a-draft");
});

test("nobody else hears who prepares what", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("sender");
  const { envelopeId } = await newDraft(owner, [{ name: "Ana Ruiz" }]);
  const asked = { envelopeId, windowId: crypto.randomUUID() };
  expect(await refusalOf(noteEditing(await organization.member("sender"), asked))).toBe(
    "authorize/not-allowed",
  );
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(noteEditing(stranger, asked))).toBe("envelopes/not-found");
  // A window of somebody else is not taken over.
  await noteEditing(owner, asked);
  expect((await noteEditing(owner, { ...asked, windowId: crypto.randomUUID() })).others).toMatchObject([
    { isMe: true },
  ]);
});
