import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromBase64Url, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, createContext, type Visitor, type WorkerContext } from "#lib/context.ts";
import { sent } from "#lib/signing/testing.ts";
import { noticeSha256 } from "../core/hold-notice.ts";
import { listHolds } from "../list-holds.ts";
import { placeHold } from "../place-hold.ts";
import { office, releasedByTwo } from "../testing.ts";
import { acknowledgeHold, custodianContext, readHoldNotice } from "./acknowledge-hold.ts";
import { addCustodian, remindCustodian, removeCustodian, writeNotice } from "./change-custodians.ts";
import { remindCustodians } from "./remind-custodians.ts";

const product = testProduct({ runsJobs: true });
const NOTICE = "Keep every lease of Harbor Street 12B, and all mails about it.";
const HOLD = {
  matter: "Ruiz v. Harbor",
  reason: "A claim was filed",
  scope: "title",
  query: "Lease",
} as const;
const CORA = { name: "Cora Lind", email: "cora.lind@example.com" };

const mailsOf = async ({ organizationId }: Context, to = CORA.email) =>
  (await product().admin`select subject, text, html from outbox_mails where to_address = ${to}
    and organization_id = ${organizationId} order by created_at, id`) as unknown as {
    subject: string;
    text: string;
    html: string;
  }[];
const typesOf = async (ctx: Context) =>
  (await readChain(ctx, null)).entries
    .map(({ type }) => type)
    .filter((type) => type.startsWith("hold-custodian.") || type.startsWith("hold-notice."));
/** What became of every mail that was asked for. */
const settled = (ctx: Context) =>
  expect
    .poll(
      async () => {
        const types = await typesOf(ctx);
        const count = (end: string) => types.filter((type) => type === `hold-notice.${end}`).length;
        return count("requested") - count("mailed") - count("refused");
      },
      { timeout: 60_000 },
    )
    .toBe(0);
const tokenIn = (text: string) => /\/hold-notice\/([\w-]{43})/.exec(text)?.[1] ?? "";
let visits = 0;
const visitor = (ip = `198.51.100.${visits++ % 200}`): Visitor => ({
  runtime: product().runtime,
  request: { ip, userAgent: "Test" },
});
const custodiansOf = async (ctx: Context, holdId: string) =>
  (await listHolds(ctx)).holds.find(({ id }) => id === holdId)!.custodians;
const at = (ctx: WorkerContext, days: number): WorkerContext => {
  const now = () => new Date(Date.now() + days * 86_400_000);
  return createContext({ ...ctx.runtime, now }, ctx);
};

test("who is asked to keep things is mailed, reads it without an account, acknowledges, and is told when it is over", async () => {
  const { counsel, owner } = await office(product());
  const holdId = await placeHold(counsel, { ...HOLD, notice: NOTICE });
  await addCustodian(counsel, { holdId, ...CORA });
  await settled(owner);
  const [first] = await mailsOf(owner);
  expect(first!.subject).toContain("asks you to keep documents");
  expect(first!.text).toContain(NOTICE);
  // The matter and the reason are counsel's; the words to custodians are in the notice.
  expect(`${first!.subject}${first!.text}`).not.toContain(HOLD.matter);
  expect(`${first!.subject}${first!.text}`).not.toContain(HOLD.reason);

  const token = tokenIn(first!.text);
  const cora = await custodianContext(visitor(), token);
  expect(await readHoldNotice(cora)).toMatchObject({ notice: NOTICE, acknowledgedAt: null, endedAt: null });
  // To look is not to answer.
  expect(await custodiansOf(counsel, holdId)).toMatchObject([{ state: "told", email: CORA.email }]);
  const wrong = { noticeSha256: noticeSha256("Other words") };
  expect(await refusalOf(acknowledgeHold(cora, wrong))).toBe("retention/notice-changed");
  const shown = { noticeSha256: noticeSha256(NOTICE) };
  await acknowledgeHold(cora, shown);
  await acknowledgeHold(cora, shown);
  expect(await custodiansOf(counsel, holdId)).toMatchObject([{ state: "acknowledged" }]);

  await releasedByTwo(counsel, owner, holdId);
  await settled(owner);
  expect((await mailsOf(owner)).at(-1)!.subject).toContain("is over");
  expect((await readHoldNotice(cora)).endedAt).toBeInstanceOf(Date);
  expect(await refusalOf(acknowledgeHold(cora, shown))).toBe("retention/hold-released");
  expect(await typesOf(owner)).toEqual([
    ...["hold-custodian.added", "hold-notice.requested", "hold-notice.mailed", "hold-notice.acknowledged"],
    ...["hold-notice.requested", "hold-notice.mailed"],
  ]);
  const { entries } = await readChain(owner, null);
  const answer = entries.find(({ type }) => type === "hold-notice.acknowledged")!;
  expect(answer.actor).toMatchObject({ kind: "custodian", ...CORA, method: "email-link" });
  expect(answer.data).toMatchObject({ hold: holdId, ...shown });
});

test("a silent hold tells nobody until somebody writes the notice", async () => {
  const { counsel, owner, system, sender } = await office(product());
  await sent(sender, [{ name: "Ana Ruiz" }]);
  const holdId = await placeHold(counsel, { ...HOLD, notice: "  " });
  const custodianId = await addCustodian(counsel, { holdId, ...CORA });
  expect(await refusalOf(remindCustodian(counsel, { holdId, custodianId }))).toBe("retention/hold-silent");
  expect(await remindCustodians(at(system, 30))).toBe(0);
  expect((await listHolds(counsel)).holds).toMatchObject([
    { notice: null, covers: 1, custodians: [{ state: "not-told", since: null }] },
  ]);
  expect(await typesOf(owner)).toEqual(["hold-custodian.added"]);
  expect(await refusalOf(writeNotice(counsel, { holdId, notice: " " }))).toBe("retention/notice-missing");
  await writeNotice(counsel, { holdId, notice: NOTICE });
  await settled(owner);
  expect(await mailsOf(owner)).toHaveLength(1);
  // Over before anybody was told: nobody hears of it either.
  const silent = await placeHold(counsel, HOLD);
  await addCustodian(counsel, { holdId: silent, name: "Dag Ek", email: "dag.ek@example.com" });
  await releasedByTwo(counsel, owner, silent);
  expect(await mailsOf(owner, "dag.ek@example.com")).toEqual([]);
});

test("changed words are acknowledged anew, and an old link shows the new words", async () => {
  const { counsel, owner } = await office(product());
  const holdId = await placeHold(counsel, { ...HOLD, notice: NOTICE });
  await addCustodian(counsel, { holdId, ...CORA });
  await settled(owner);
  const cora = await custodianContext(visitor(), tokenIn((await mailsOf(owner))[0]!.text));
  await acknowledgeHold(cora, { noticeSha256: noticeSha256(NOTICE) });
  const notice = `${NOTICE} Also the keys.`;
  await writeNotice(counsel, { holdId, notice });
  await writeNotice(counsel, { holdId, notice });
  await settled(owner);
  expect((await mailsOf(owner)).map(({ subject }) => subject.includes("changed"))).toEqual([false, true]);
  expect(await readHoldNotice(cora)).toMatchObject({ notice, acknowledgedAt: null });
  expect(await refusalOf(acknowledgeHold(cora, { noticeSha256: noticeSha256(NOTICE) }))).toBe(
    "retention/notice-changed",
  );
  await acknowledgeHold(cora, { noticeSha256: noticeSha256(notice) });
  expect(await custodiansOf(counsel, holdId)).toMatchObject([{ state: "acknowledged" }]);
});

test("who does not answer is reminded once when it is due, however many clocks look; by hand at most three times", async () => {
  const { counsel, owner, system } = await office(product());
  const holdId = await placeHold(counsel, { ...HOLD, notice: NOTICE });
  const custodianId = await addCustodian(counsel, { holdId, ...CORA });
  await settled(owner);
  expect(await remindCustodians(at(system, 6))).toBe(0);
  const reminded = await Promise.all([remindCustodians(at(system, 8)), remindCustodians(at(system, 8))]);
  expect(reminded.toSorted()).toEqual([0, 1]);
  await settled(owner);
  expect((await mailsOf(owner)).map(({ subject }) => subject.startsWith("Reminder:"))).toEqual([false, true]);
  expect(await custodiansOf(counsel, holdId)).toMatchObject([{ state: "overdue", asked: 2 }]);
  for (let count = 0; count < 3; count++) {
    await remindCustodian(counsel, { holdId, custodianId });
    await settled(owner);
  }
  expect(await refusalOf(remindCustodian(counsel, { holdId, custodianId }))).toBe("identity/too-many-tries");
  const links = (await mailsOf(owner)).map(({ text }) => tokenIn(text));
  expect(new Set(links).size).toBe(5);
  await acknowledgeHold(await custodianContext(visitor(), links[0]!), { noticeSha256: noticeSha256(NOTICE) });
  expect(await refusalOf(remindCustodian(counsel, { holdId, custodianId }))).toBe(
    "retention/custodian-acknowledged",
  );
});

test("each refusal says why and changes nothing; who is removed is told, and may answer no more", async () => {
  const { counsel, owner, sender } = await office(product());
  const holdId = await placeHold(counsel, { ...HOLD, notice: NOTICE });
  const add = (more: object, ctx = counsel) => addCustodian(ctx, { holdId, ...CORA, ...more });
  expect(await refusalOf(add({}, sender))).toBe("authorize/not-allowed");
  expect(await refusalOf(add({ name: " " }))).toBe("retention/custodian-text-missing");
  expect(await refusalOf(add({ email: "a@b.example, c@d.example" }))).toBe(
    "retention/custodian-address-wrong",
  );
  const stranger = await (await product().newOrganization()).member("counsel");
  expect(await refusalOf(add({}, stranger))).toBe("retention/not-found");
  expect(await typesOf(owner)).toEqual([]);
  const custodianId = await add({});
  expect(await refusalOf(add({ email: CORA.email.toUpperCase() }))).toBe("retention/custodian-known");
  expect(await refusalOf(removeCustodian(stranger, { holdId, custodianId }))).toBe("retention/not-found");
  const other = await placeHold(counsel, { ...HOLD, notice: NOTICE });
  expect(await refusalOf(removeCustodian(counsel, { holdId: other, custodianId }))).toBe(
    "retention/not-found",
  );
  await settled(owner);
  await removeCustodian(counsel, { holdId, custodianId });
  expect(await refusalOf(removeCustodian(counsel, { holdId, custodianId }))).toBe(
    "retention/custodian-removed",
  );
  await settled(owner);
  const [first, last] = await mailsOf(owner);
  expect(last!.subject).toContain("concerns you no more");
  expect(tokenIn(last!.text)).toBe("");
  const cora = await custodianContext(visitor(), tokenIn(first!.text));
  expect(await refusalOf(acknowledgeHold(cora, { noticeSha256: noticeSha256(NOTICE) }))).toBe(
    "retention/custodian-removed",
  );
  await add({});
  expect(await custodiansOf(counsel, holdId)).toMatchObject([{ state: "removed" }, {}]);
});

test("a link is kept as a hash alone, a wrong one is counted by network, and words in a notice are never markup", async () => {
  const { counsel, owner } = await office(product());
  const notice = 'Keep <img src=x onerror="alert(1)"> and {name}';
  const holdId = await placeHold(counsel, { ...HOLD, notice });
  await addCustodian(counsel, { holdId, ...CORA });
  await settled(owner);
  const [mail] = await mailsOf(owner);
  expect(mail!.html).not.toContain("<img src=x");
  expect(mail!.text).toContain(notice);
  const token = tokenIn(mail!.text);
  const { admin } = product();
  const kept = await admin`select count(*)::int as n from hold_notice_tokens
    where token_sha256 = ${Buffer.from(sha256(fromBase64Url(token)))}`;
  expect(kept[0]!.n).toBe(1);
  const wrong = toBase64Url(new Uint8Array(32));
  const open = (text: string) => custodianContext(visitor("203.0.113.77"), text);
  expect(await refusalOf(open(token.slice(1)))).toBe("retention/not-found");
  for (let tries = 1; tries < 30; tries++) expect(await refusalOf(open(wrong))).toBe("retention/not-found");
  expect(await refusalOf(open(wrong))).toBe("identity/too-many-tries");
  // A right link is not shut by others' wrong ones.
  await open(token);
});
