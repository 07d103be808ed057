import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { downloadCompletionTimes, getCompletionTimes } from "./completion-times.ts";

const product = testProduct();
const NOW = new Date("2026-10-15T12:00:00Z");
const at = (ctx: Context): Context => ({ ...ctx, now: () => NOW });

/** An envelope that took so many hours, completed on that day. */
async function completed(ctx: Context, day: string, hours: number) {
  const { envelopeId } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const endedAt = new Date(`${day}T12:00:00Z`);
  const sentAt = new Date(endedAt.getTime() - hours * 3_600_000);
  await product().admin`update envelopes set state = 'completed', sent_at = ${sentAt}, ended_at = ${endedAt}
    where id = ${envelopeId}`;
}

test("the median is by month, sender and template, of this organization and this period alone", async () => {
  const organization = await product().newOrganization();
  const [counsel, sender, other] = [
    at(await organization.member("counsel")),
    await organization.member("sender"),
    await organization.member("sender"),
  ];
  for (const hours of [1, 2, 9]) await completed(sender, "2026-10-02", hours);
  for (const hours of [10, 20]) await completed(other, "2026-09-30", hours);
  await completed(other, "2026-01-01", 1_000);
  await completed(await (await product().newOrganization()).member("sender"), "2026-10-02", 500);
  const hours = (rows: readonly { label: string; completed: number; medianSeconds: number }[]) =>
    rows.map(({ label, completed, medianSeconds }) => [label, completed, medianSeconds / 3_600]);
  const times = await getCompletionTimes(counsel, { months: 3 });
  expect(hours([times.all!])).toEqual([["", 5, 9]]);
  expect(hours(times.byMonth)).toEqual([
    ["2026-09", 2, 15],
    ["2026-10", 3, 2],
  ]);
  const nameOf = ({ actor }: Context) => (actor as { name: string }).name;
  expect(hours(times.bySender)).toEqual([
    [nameOf(sender), 3, 2],
    [nameOf(other), 2, 15],
  ]);
  expect(hours(times.byTemplate)).toEqual([["", 5, 9]]);
  expect((await getCompletionTimes(counsel, { months: 12 })).all!.completed).toBe(6);
  expect(await refusalOf(getCompletionTimes(sender))).toBe("authorize/not-allowed");

  const { bytes } = await downloadCompletionTimes(counsel, { months: 3 });
  const csv = await new Response(bytes as ReadableStream).text();
  expect(csv.split("\r\n")[1]!.replaceAll('"', "")).toBe("all,,5,9.00,16.00");
  expect((await readChain(counsel, null)).entries.at(-1)!.type).toBe("evidence.downloaded");
});

test("what takes too long is given up with a word on what to do", async () => {
  const counsel = at(await (await product().newOrganization()).member("counsel"));
  await product().admin.begin(async (admin) => {
    await admin`lock table envelopes in access exclusive mode`;
    expect(await refusalOf(getCompletionTimes(counsel, { months: 3 }, 200))).toBe("evidence/times-too-slow");
  });
  expect((await getCompletionTimes(counsel, { months: 3 }, 20_000)).all).toBeNull();
});

test("a hundred thousand are counted, each once", async () => {
  const ctx = at(await (await product().newOrganization()).member("owner"));
  const { memberId } = ctx.actor as { memberId: string };
  await product().admin`insert into envelopes
    (organization_id, id, short_id, owner_id, title, state, level, created_at, changed_at, sent_at, ended_at)
    select ${ctx.organizationId}, gen_random_uuid(), ${ctx.organizationId} || i::text, ${memberId}, 'One of many', 'completed', 'B-B',
      ${NOW}, ${NOW}, ${NOW}::timestamptz - i * interval '10 seconds' - interval '5 hours',
      ${NOW}::timestamptz - i * interval '10 seconds' from generate_series(1, 100000) i`;
  const { all, byMonth } = await getCompletionTimes(ctx, { months: 3 });
  expect(all).toMatchObject({ completed: 100_000, medianSeconds: 18_000 });
  expect(byMonth.map(({ completed }) => completed).reduce((a, b) => a + b)).toBe(100_000);
});
