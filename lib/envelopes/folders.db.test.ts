import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { recordFetch } from "#lib/signing/record-fetch.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { addFolder, listFolders, placeFolder, removeFolder, renameFolder, restoreFolder } from "./folders.ts";
import { listEnvelopes } from "./list-envelopes.ts";
import { moveEnvelope } from "./organize.ts";

const product = testProduct({ runsJobs: true });
const paths = async (ctx: Context) => (await listFolders(ctx)).map(({ path }) => path);

test("folders get other names, lie in each other, go and come back with what lay in them, all on record", async () => {
  const house = await product().newOrganization();
  const olivia = await house.member("owner");
  const { envelopeId } = await sent(olivia, [{ name: "Ana Ruiz" }]);
  const clients = await addFolder(olivia, { name: "Clients" });
  const acme = await addFolder(olivia, { name: "Acme" });
  await placeFolder(olivia, { folderId: acme, parentId: clients });
  // Beside others it may be called as one elsewhere is.
  const second = await addFolder(olivia, { name: "acme" });
  expect(await paths(olivia)).toEqual(["acme", "Clients", "Clients / Acme"]);
  expect(await refusalOf(placeFolder(olivia, { folderId: second, parentId: clients }))).toBe(
    "envelopes/folder-exists",
  );
  expect(await refusalOf(placeFolder(olivia, { folderId: clients, parentId: acme }))).toBe(
    "envelopes/folder-in-itself",
  );
  expect(await refusalOf(placeFolder(olivia, { folderId: clients, parentId: clients }))).toBe(
    "envelopes/folder-in-itself",
  );
  await renameFolder(olivia, { folderId: second, name: "Suppliers" });
  expect(await refusalOf(renameFolder(olivia, { folderId: second, name: "CLIENTS" }))).toBe(
    "envelopes/folder-exists",
  );
  expect(await refusalOf(renameFolder(olivia, { folderId: second, name: "Suppliers" }))).toBe(
    "envelopes/nothing-changed",
  );

  await moveEnvelope(olivia, { envelopeId, folderId: acme });
  const inAcme = async () => (await listEnvelopes(olivia, { folder: acme })).items.length;
  expect(await refusalOf(removeFolder(olivia, { folderId: clients }))).toBe("envelopes/folder-holds-folders");
  await removeFolder(olivia, { folderId: acme });
  expect(await paths(olivia)).toEqual(["Clients", "Suppliers"]);
  expect(await refusalOf(moveEnvelope(olivia, { envelopeId, folderId: acme }))).toBe(
    "envelopes/folder-not-found",
  );
  await removeFolder(olivia, { folderId: clients });
  await restoreFolder(olivia, { folderId: acme });
  // What it lay in is gone.
  expect(await paths(olivia)).toEqual(["Acme", "Suppliers"]);
  expect(await inAcme()).toBe(1);
  await addFolder(olivia, { name: "Clients" });
  expect(await refusalOf(restoreFolder(olivia, { folderId: clients }))).toBe("envelopes/folder-exists");
  const told = await product().admin<{ type: string }[]>`
    select (body::jsonb) ->> 'type' as type from audit_events
    where organization_id = ${olivia.organizationId} and body like '%"folder.%' order by occurred_at`;
  expect(told.map(({ type }) => type)).toEqual([
    ...["folder.moved", "folder.renamed", "folder.removed", "folder.removed", "folder.restored"],
  ]);
});

test("whoever did not make a folder does not change it, and who made it no more once it is shared", async () => {
  const house = await product().newOrganization();
  const [owner, olivia, oscar] = [
    await house.member("owner"),
    await house.member("sender"),
    await house.member("sender"),
  ];
  const folderId = await addFolder(olivia, { name: "Leases" });
  for (const act of [
    () => renameFolder(oscar, { folderId, name: "Mine" }),
    () => removeFolder(oscar, { folderId }),
    () => placeFolder(oscar, { folderId, parentId: null }),
  ])
    expect(await refusalOf(act())).toBe("authorize/not-allowed");
  const may = async (ctx: Context) => (await listFolders(ctx)).map(({ mayChange }) => mayChange);
  expect([await may(olivia), await may(oscar), await may(owner)]).toEqual([[true], [false], [true]]);
  await product()
    .admin`update folders set team_id = gen_random_uuid(), access = 'read' where id = ${folderId}`;
  expect([await may(olivia), await may(owner)]).toEqual([[false], [true]]);
  expect(await refusalOf(removeFolder(olivia, { folderId }))).toBe("authorize/not-allowed");
  await removeFolder(owner, { folderId });
  expect(await refusalOf(restoreFolder(olivia, { folderId }))).toBe("authorize/not-allowed");
});

test("the list says how far each has come who is waited for", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const awaits = async () => (await listEnvelopes(ctx, {})).items[0]!.awaits.map(({ step }) => step);
  expect(await awaits()).toEqual(["invited", "invited"]);
  await recordFetch(ana);
  expect(await awaits()).toEqual(["opened", "invited"]);
  await sign(ana);
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.isDone);
  expect(await awaits()).toEqual(["invited"]);
}, 60_000);
