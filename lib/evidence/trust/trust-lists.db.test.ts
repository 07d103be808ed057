import { beforeAll, expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import {
  type Authority,
  at,
  DAY_MS,
  testRoot,
  testSeal,
  testSigner,
  testWorld,
  type World,
} from "#lib/pki/core/testing.ts";
import { etsiList, GRANTED, QTST, signedList, type TestList } from "../core/trust/testing.ts";
import { sealedDocument } from "../core/validation/testing.ts";
import type { ValidationReport } from "../core/validation/validation-report.ts";
import { validateUpload } from "../validate-upload.ts";
import { offerTrustList, removeTrustList } from "./change-trust-list.ts";
import { importTrustList } from "./import-trust-list.ts";
import { getTrustList, listTrustLists } from "./list-trust-lists.ts";
import { selectableLists } from "./select-lists.ts";

const product = testProduct();
let world: World;
let operator: Authority;
let theirs: Uint8Array;
let owner: Context;
let visits = 0;

beforeAll(async () => {
  world = await testWorld();
  operator = await testRoot(undefined, "List Operator");
  const [first, second] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  theirs = await sealedDocument(world, { seal: await testSeal(world.issuing), first, second });
  owner = await (await product().newOrganization()).member("owner");
});

const list = (more: Partial<TestList> = {}): string =>
  etsiList({
    services: [
      {
        name: "Signatures",
        states: [[GRANTED, "2020-01-01T00:00:00Z"]],
        certificateDer: world.root.certificateDer,
      },
      {
        name: "Time",
        type: QTST,
        states: [[GRANTED, "2020-01-01T00:00:00Z"]],
        certificateDer: world.root.certificateDer,
      },
    ],
    ...more,
  });
const imported = (ctx: Context, xml: string, name?: string) =>
  importTrustList(ctx, { bytes: fromUtf8(xml), ...(name ? { name } : {}) });
const eventsOf = async (ctx: Context) =>
  (
    await product()
      .admin`select type from audit_events where organization_id = ${ctx.organizationId} order by occurred_at, sequence`
  ).map(({ type }) => type);

async function reportWith(
  lists: readonly string[],
  member: Context | null = null,
): Promise<ValidationReport> {
  const { runtime } = product();
  const visitor = {
    runtime: { ...runtime, now: () => at(DAY_MS) },
    request: { ...REQUEST, ip: `192.0.2.${++visits}` },
    member,
  };
  const trust = { own: false, anchorFiles: [], lists };
  return (await validateUpload(visitor, async () => ({
    name: "a.pdf",
    bytes: theirs.slice(),
    trust,
  }))) as ValidationReport;
}

test("a list is imported, shown with what is in it, and recorded", async () => {
  const { id, services } = await imported(owner, signedList(list(), operator));
  expect(services).toBe(2);
  expect(await listTrustLists(owner)).toMatchObject([
    {
      ...{ id, name: "Trusted list of ES", territory: "ES", operator: "Ministry & Co", sequence: 7 },
      ...{ signing: 1, timestamping: 1, isOverdue: false, isOffered: false, signerNamedBy: null },
      signature: { state: "holds", signer: expect.stringContaining("List Operator") },
    },
  ]);
  const page = await getTrustList(owner, { listId: id, search: "time" });
  expect(page).toMatchObject({
    count: 1,
    services: [{ name: "Time", provider: "Trust Provider SA", use: "timestamping" }],
  });
  expect((await getTrustList(owner, { listId: id, search: "%" })).count).toBe(0);
  expect(await eventsOf(owner)).toEqual(["trust-list.imported"]);
});

test("a newer issue takes its place, an older one and a broken one are refused", async () => {
  const member = await (await product().newOrganization()).member("admin");
  const { id } = await imported(member, list({ sequence: 8 }));
  await offerTrustList(member, { listId: id, isOffered: true });
  expect(await refusalOf(imported(member, list({ sequence: 7 })))).toBe("evidence/list-older");
  const broken = signedList(list({ sequence: 9 }), operator).replace(">ES<", ">FR<");
  expect(await refusalOf(imported(member, broken))).toBe("evidence/list-signature-broken");
  expect(await refusalOf(imported(member, "<a/>"))).toBe("evidence/list-unreadable");
  const newer = await imported(member, list({ sequence: 9 }));
  expect(await listTrustLists(member)).toMatchObject([{ id: newer.id, sequence: 9, isOffered: true }]);
});

test("the signer of a national list is looked up in the list of lists", async () => {
  const member = await (await product().newOrganization()).member("owner");
  const pointers = [{ territory: "ES", certificateDer: operator.certificateDer }];
  await imported(member, signedList(etsiList({ territory: "EU", pointers }), await testRoot()));
  await imported(member, signedList(list(), operator));
  await imported(member, signedList(list({ territory: "FR" }), operator));
  expect((await listTrustLists(member)).map(({ name, signerNamedBy }) => [name, signerNamedBy])).toEqual([
    ["Trusted list of FR", null],
    ["Trusted list of ES", "List of trusted lists of EU"],
    ["List of trusted lists of EU", null],
  ]);
});

test("members choose the lists of their organization, everybody those that are offered", async () => {
  const organization = await product().newOrganization();
  const member = await organization.member("owner");
  const stranger = await (await product().newOrganization()).member("owner");
  const { runtime } = product();
  const { id } = await imported(member, list(), "ignored");
  const seenBy = async (who: Context | null) =>
    (await selectableLists(runtime, who)).map((one) => one.id).filter((one) => one === id);
  expect([await seenBy(member), await seenBy(stranger), await seenBy(null)]).toEqual([[id], [], []]);
  expect(await refusalOf(reportWith([id], stranger))).toBe("evidence/list-not-found");

  const report = await reportWith([id], member);
  expect(report).toMatchObject({
    verdict: "passed",
    trustAnchors: [],
    trustLists: [{ name: "Trusted list of ES", signature: { state: "not-checked" } }],
  });
  expect(report.signatures[0]!.trustAnchor!.listing).toMatchObject({
    list: "Trusted list of ES",
    service: "Signatures",
  });
  expect(report.signatures.at(-1)!.trustAnchor!.listing).toMatchObject({ service: "Time" });

  await offerTrustList(member, { listId: id, isOffered: true });
  expect([await seenBy(member), await seenBy(stranger), await seenBy(null)]).toEqual([[id], [id], [id]]);
  expect((await reportWith([id])).trustLists).toMatchObject([
    { offeredBy: expect.stringMatching(/^Organization /) },
  ]);
  await offerTrustList(member, { listId: id, isOffered: false });
  expect(await seenBy(null)).toEqual([]);
  await removeTrustList(member, { listId: id });
  expect(await seenBy(member)).toEqual([]);
  expect(await refusalOf(reportWith([id], member))).toBe("evidence/list-not-found");
  expect(await eventsOf(member)).toEqual([
    "trust-list.imported",
    "trust-list.offered",
    "trust-list.withdrawn",
    "trust-list.removed",
  ]);
});

test("another organization's list is not there to be read, offered or removed", async () => {
  const member = await (await product().newOrganization()).member("owner");
  const stranger = await (await product().newOrganization()).member("owner");
  const { id: listId } = await imported(member, list());
  for (const work of [
    () => getTrustList(stranger, { listId }),
    () => offerTrustList(stranger, { listId, isOffered: true }),
    () => removeTrustList(stranger, { listId }),
  ])
    expect(await refusalOf(work())).toBe("evidence/list-not-found");
});

test("certificates in PEM get the name they are given", async () => {
  const member = await (await product().newOrganization()).member("owner");
  const { id } = await imported(member, toPem(world.root.certificateDer), "Partners");
  expect(await listTrustLists(member)).toMatchObject([{ name: "Partners", kind: "certificates" }]);
  expect((await reportWith([id], member)).signatures[0]!.trustAnchor!.listing).toMatchObject({
    list: "Partners",
  });
});
