import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { openEnvelope } from "#lib/evidence/access/open-envelope.ts";
import { changeMemberRole } from "#lib/identity/change-member.ts";
import { hashPassword } from "#lib/identity/create-organization.ts";
import { openSession, readSession } from "#lib/identity/session.ts";
import { signIn } from "#lib/identity/sign-in.ts";
import { assignTeam, createTeam, removeTeam } from "#lib/identity/teams.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import { newDraft, sent } from "#lib/signing/testing.ts";
import { deleteDraft } from "./delete-draft.ts";
import { listVersions } from "./documents/document-versions.ts";
import { editDocument } from "./documents/edit-document.ts";
import { searchDocument } from "./documents/search-document.ts";
import { addFolder, listFolders, shareFolder } from "./folders.ts";
import { getDraft } from "./get-draft.ts";
import { getEnvelope } from "./get-envelope.ts";
import { handOver, listLeavers, listOwned } from "./hand-over.ts";
import { countViews, listEnvelopes } from "./list-envelopes.ts";
import { moveEnvelope, tagEnvelope, transferEnvelope } from "./organize.ts";
import { sendEnvelope } from "./send-envelope.ts";
import { listColleagues, shareEnvelope } from "./share-envelope.ts";
import { voidEnvelope } from "./void-envelope.ts";

const product = testProduct();
const ANA = [{ name: "Ana Ruiz" }];
const idOf = ({ actor }: Context): MemberId => {
  if (actor.kind !== "member") throw new Error("a member");
  return actor.memberId;
};

async function office() {
  const organization = await product().newOrganization();
  const [owner, olivia, ben] = [
    await organization.member("owner"),
    await organization.member("sender"),
    await organization.member("sender"),
  ];
  return { organization, owner, olivia, ben };
}
const share = (by: Context, envelopeId: EnvelopeId, whom: Context, access: "read" | "act" | "none") =>
  shareEnvelope(by, { envelopeId, memberId: idOf(whom), access });

test("who may read sees it under what is shared, and changes nothing", async () => {
  const { olivia, ben } = await office();
  const draft = await newDraft(olivia, ANA);
  const { envelopeId } = draft;
  expect(await refusalOf(getEnvelope(ben, { envelopeId }))).toBe("authorize/not-allowed");
  await share(olivia, envelopeId, ben, "read");
  const view = await openEnvelope(ben, { envelopeId });
  expect(view.may).toMatchObject({ manage: false, share: false });
  expect((await listEnvelopes(ben, { view: "shared" })).items.map(({ id }) => id)).toEqual([envelopeId]);
  const own = await newDraft(ben, ANA);
  const all = (await listEnvelopes(ben, { view: "all" })).items;
  expect(all.map(({ id, isShared }) => [id, isShared])).toEqual([
    [own.envelopeId, false],
    [envelopeId, true],
  ]);
  expect((await listEnvelopes(ben, { view: "drafts" })).items.map(({ id }) => id)).toEqual([own.envelopeId]);
  const searched = (await listEnvelopes(ben, { search: "lease 12b" })).items;
  expect(searched.map(({ id }) => id)).toEqual([own.envelopeId, envelopeId]);
  expect((await listEnvelopes(olivia, {})).items.map(({ isShared }) => isShared)).toEqual([false]);
  const { shared, all: counted } = await countViews(ben);
  expect([shared, counted]).toEqual([1, 2]);
  const attempts = [
    () => getDraft(ben, { envelopeId }),
    () => sendEnvelope(ben, draft),
    () => voidEnvelope(ben, { envelopeId, reason: "No" }),
    () => share(ben, envelopeId, ben, "act"),
  ];
  for (const attempt of attempts) expect(await refusalOf(attempt())).toBe("authorize/not-allowed");
  const { trail } = await getEnvelope(olivia, { envelopeId });
  expect(trail.slice(-2).map(({ type, data }) => [type, data.access, data.member])).toEqual([
    ["envelope.shared", "read", idOf(ben)],
    ["envelope.opened", undefined, undefined],
  ]);
});

test("who may act does what its sender does, but not share it, hand it over or throw it away", async () => {
  const { olivia, ben } = await office();
  const draft = await newDraft(olivia, ANA);
  const { envelopeId } = draft;
  await share(olivia, envelopeId, ben, "read");
  await share(olivia, envelopeId, ben, "act");
  expect(await refusalOf(share(olivia, envelopeId, ben, "act"))).toBe("envelopes/nothing-changed");
  expect((await getDraft(ben, { envelopeId })).content.title).toBe("Lease 12B");
  expect(await refusalOf(deleteDraft(ben, { envelopeId }))).toBe("authorize/not-allowed");
  expect(await refusalOf(share(ben, envelopeId, olivia, "read"))).toBe("authorize/not-allowed");
  expect(await refusalOf(transferEnvelope(ben, { envelopeId, to: idOf(ben) }))).toBe("authorize/not-allowed");
  // Pages of its documents are looked through and redacted by whoever prepares it.
  const place = { envelopeId, documentId: draft.document.id };
  const found = await searchDocument(ben, { ...place, search: { words: "the", patterns: [] } });
  const marks = found
    .slice(0, 1)
    .flatMap(({ page, boxes }) => boxes.map((box) => ({ ...box, page, label: "" })));
  const edits = { marks, additions: [] };
  const edited = await editDocument(ben, { ...place, version: draft.version, edits, asPictures: true });
  if (!edited.isDone) throw new Error("pictures were agreed to");
  const now = await getDraft(ben, { envelopeId });
  const [document] = now.documents;
  expect(await listVersions(ben, { envelopeId, documentId: document!.id })).toHaveLength(2);
  await sendEnvelope(ben, { envelopeId, version: now.version });
  expect((await getEnvelope(ben, { envelopeId })).trail.at(-1)!.actor.id).toBe(idOf(ben));
  await share(olivia, envelopeId, ben, "none");
  expect(await refusalOf(voidEnvelope(ben, { envelopeId, reason: "No" }))).toBe("authorize/not-allowed");
  expect((await listEnvelopes(ben, { view: "shared" })).items).toEqual([]);
});

test("neither shared with nor handed to somebody of another organization, who has left, or its owner", async () => {
  const { owner, olivia, ben } = await office();
  const stranger = await (await product().newOrganization()).member("sender");
  const { envelopeId } = await newDraft(olivia, ANA);
  expect(await refusalOf(share(olivia, envelopeId, stranger, "read"))).toBe("envelopes/member-not-found");
  expect(await refusalOf(share(stranger, envelopeId, stranger, "act"))).toBe("envelopes/not-found");
  expect(await refusalOf(transferEnvelope(olivia, { envelopeId, to: idOf(stranger) }))).toBe(
    "envelopes/member-not-found",
  );
  expect(await refusalOf(share(olivia, envelopeId, olivia, "read"))).toBe("envelopes/share-with-owner");
  await share(olivia, envelopeId, ben, "read");
  await changeMemberRole(owner, { memberId: idOf(ben), role: null });
  expect(await refusalOf(share(olivia, envelopeId, ben, "act"))).toBe("envelopes/member-not-found");
  await share(olivia, envelopeId, ben, "none");
  expect(await refusalOf(handOver(owner, { from: idOf(olivia), to: idOf(stranger) }))).toBe(
    "envelopes/member-not-found",
  );
  expect(await refusalOf(handOver(stranger, { from: idOf(olivia), to: idOf(stranger) }))).toBe(
    "authorize/not-allowed",
  );
  const elsewhere = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(handOver(elsewhere, { from: idOf(olivia), to: idOf(elsewhere) }))).toBe(
    "envelopes/member-not-found",
  );
  expect(await refusalOf(listOwned(elsewhere, { memberId: idOf(olivia) }))).toBe(
    "envelopes/member-not-found",
  );
  expect((await listColleagues(olivia)).map(({ id }) => id)).not.toContain(idOf(stranger));
});

test("handed over, it is the colleague's, who needs no share of it any more", async () => {
  const { olivia, ben } = await office();
  const { envelopeId } = await sent(olivia, ANA);
  await share(olivia, envelopeId, ben, "act");
  await transferEnvelope(olivia, { envelopeId, to: idOf(ben) });
  expect(await getEnvelope(ben, { envelopeId })).toMatchObject({ ownerId: idOf(ben), helperIds: [] });
  expect(await refusalOf(getEnvelope(olivia, { envelopeId }))).toBe("authorize/not-allowed");
});

test("everything of who has left goes to a colleague at once, and of each it stands in the trail", async () => {
  const { owner, olivia, ben } = await office();
  const mine = await sent(ben, ANA);
  const theirs = [await sent(olivia, ANA), await newDraft(olivia, ANA), await newDraft(olivia, [])];
  await changeMemberRole(owner, { memberId: idOf(olivia), role: null });
  expect(await listLeavers(owner)).toEqual([{ id: idOf(olivia), name: "Olivia sender", count: 3 }]);
  expect(await listOwned(owner, { memberId: idOf(olivia) })).toEqual({
    ...{ name: "Olivia sender", hasLeft: true, counts: { draft: 2, sent: 1 } },
  });
  const move = { from: idOf(olivia), to: idOf(ben) };
  expect(await refusalOf(handOver(ben, move))).toBe("authorize/not-allowed");
  expect(await refusalOf(handOver(owner, { from: idOf(ben), to: idOf(olivia) }))).toBe(
    "envelopes/member-not-found",
  );
  expect(await handOver(owner, move)).toBe(3);
  expect(await handOver(owner, move)).toBe(0);
  expect(await listLeavers(owner)).toEqual([]);
  for (const { envelopeId } of theirs) {
    const { ownerId, trail } = await getEnvelope(ben, { envelopeId });
    expect(ownerId).toBe(idOf(ben));
    expect(trail.findLast(({ type }) => type === "envelope.transferred")!.data).toEqual({
      ...{ from: idOf(olivia), member: idOf(ben) },
    });
  }
  expect((await getEnvelope(ben, mine)).trail.some(({ type }) => type === "envelope.transferred")).toBe(
    false,
  );
});

test("who works in a team reads, or acts on, what lies in a folder that is shared with it", async () => {
  const { owner, olivia, ben } = await office();
  const outsider = await sessionOf(olivia);
  const { envelopeId, version } = await newDraft(olivia, ANA);
  const other = await newDraft(olivia, ANA);
  const [folderId, plain] = [
    await addFolder(olivia, { name: "Leases" }),
    await addFolder(olivia, { name: "Letters" }),
  ];
  await moveEnvelope(olivia, { envelopeId, folderId });
  const teamId = await createTeam(owner, { name: "Leasing" });
  await assignTeam(owner, { memberId: idOf(ben), teamId });
  expect(await refusalOf(getEnvelope(await sessionOf(ben), { envelopeId }))).toBe("authorize/not-allowed");
  for (const one of [olivia, ben])
    expect(await refusalOf(shareFolder(one, { folderId, teamId, access: "act" }))).toBe(
      "authorize/not-allowed",
    );
  expect(await refusalOf(shareFolder(owner, { folderId, teamId: folderId }))).toBe(
    "envelopes/folder-team-unknown",
  );
  expect(await refusalOf(shareFolder(owner, { folderId: teamId, teamId }))).toBe(
    "envelopes/folder-not-found",
  );
  expect(await refusalOf(shareFolder(owner, { folderId, teamId: null }))).toBe("envelopes/nothing-changed");

  await shareFolder(owner, { folderId, teamId, access: "read" });
  let inTeam = await sessionOf(ben);
  expect((await openEnvelope(inTeam, { envelopeId })).may).toMatchObject({ manage: false, share: false });
  const listed = async (view: "shared" | "all") =>
    (await listEnvelopes(inTeam, { view })).items.map(({ id, isShared }) => [id, isShared]);
  expect(await listed("shared")).toEqual([[envelopeId, true]]);
  expect(await listed("all")).toEqual([[envelopeId, true]]);
  expect(await countViews(inTeam)).toMatchObject({ shared: 1, all: 1 });
  expect(await refusalOf(getEnvelope(inTeam, { envelopeId: other.envelopeId }))).toBe(
    "authorize/not-allowed",
  );
  expect(await refusalOf(sendEnvelope(inTeam, { envelopeId, version }))).toBe("authorize/not-allowed");
  expect(await refusalOf(tagEnvelope(inTeam, { envelopeId, tags: ["x"] }))).toBe("authorize/not-allowed");
  expect(outsider.actor).not.toHaveProperty("folders");

  await shareFolder(owner, { folderId, teamId, access: "act" });
  inTeam = await sessionOf(ben);
  await tagEnvelope(inTeam, { envelopeId, tags: ["seen"] });
  await sendEnvelope(inTeam, { envelopeId, version });
  // Who was let in moves it nowhere else, shares it with nobody and hands it to nobody.
  expect(await refusalOf(moveEnvelope(inTeam, { envelopeId, folderId: plain }))).toBe(
    "authorize/not-allowed",
  );
  expect(await refusalOf(share(inTeam, envelopeId, owner, "read"))).toBe("authorize/not-allowed");
  expect(await refusalOf(transferEnvelope(inTeam, { envelopeId, to: idOf(ben) }))).toBe(
    "authorize/not-allowed",
  );
  const { trail } = await getEnvelope(olivia, { envelopeId });
  expect(trail.find(({ type }) => type === "envelope.sent")!.actor.id).toBe(idOf(ben));

  await moveEnvelope(olivia, { envelopeId, folderId: plain });
  expect(await refusalOf(getEnvelope(inTeam, { envelopeId }))).toBe("authorize/not-allowed");
  await moveEnvelope(olivia, { envelopeId, folderId });
  await removeTeam(owner, { teamId });
  inTeam = await sessionOf(ben);
  expect(await refusalOf(getEnvelope(inTeam, { envelopeId }))).toBe("authorize/not-allowed");
  expect((await listFolders(owner)).map(({ name, teamId, access }) => [name, teamId, access])).toEqual([
    ["Leases", null, null],
    ["Letters", null, null],
  ]);
});

let networks = 0;

/** The member with what their sessions know now. */
async function sessionOf({ actor }: Context): Promise<Context> {
  if (actor.kind !== "member") throw new Error("a member");
  const { runtime, admin } = product();
  const password = "velvet otter climbs";
  await admin`update accounts set password_hash = ${await hashPassword(password)} where id = ${actor.accountId}`;
  const visitor = { runtime, request: { ip: `203.0.113.${++networks}`, userAgent: "a test" } };
  const token = await signIn(visitor, { email: actor.email, password });
  const { sessionId } = await openSession(visitor, { token, purposes: ["session"] });
  return (await readSession(runtime, sessionId, visitor.request))!.ctx;
}
