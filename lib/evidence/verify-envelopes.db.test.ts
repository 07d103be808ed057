import { beforeAll, describe, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { delegate } from "#lib/signing/delegate.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { tampered } from "./testing-tamper.ts";
import { verifyLog } from "./verify-log.ts";

// Rows that work on envelopes changes by design, held against what the trails say.

const product = testProduct({ runsJobs: true });
let owner: Context;
let completed: EnvelopeId;
let voided: EnvelopeId;
let underWay: EnvelopeId;

const findings = async () =>
  (await verifyLog(product().runtime, { held: [], anchors: null, acceptsForeignStamps: false })).findings;

beforeAll(async () => {
  owner = await (await product().newOrganization()).member("owner");
  ({ envelopeId: completed } = await sent(owner, [{ name: "Ana Ruiz" }, { name: "Ben Okoro" }]));
  await sign(await personWith(owner, await linkFor(owner, completed, "Ana Ruiz")));
  const ben = await personWith(owner, await linkFor(owner, completed, "Ben Okoro"));
  const cleo = { name: "Cleo Marsh", email: "cleo.marsh@example.com" };
  await delegate(ben, { ...cleo, phone: "", reason: "On leave" });
  await sign(await personWith(owner, await linkFor(owner, completed, "Cleo Marsh")));
  await until(owner, completed, ({ state }) => state === "completed");
  ({ envelopeId: voided } = await sent(owner, [{ name: "Ana Ruiz" }]));
  await linkFor(owner, voided, "Ana Ruiz");
  await voidEnvelope(owner, { envelopeId: voided, reason: "Sent twice" });
  ({ envelopeId: underWay } = await sent(owner, [{ name: "Ana Ruiz" }]));
  await linkFor(owner, underWay, "Ana Ruiz");
}, 240_000);

test("envelopes that nobody touched are as their trails say", async () => {
  expect(await findings()).toEqual([]);
});

describe("what a superuser edits is named", () => {
  const cases: readonly [string, string, () => string, object][] = [
    [
      "where a field stands",
      "fields",
      () => `update fields set x = x + 0.01 where envelope_id = '${completed}' and type = 'signature'`,
      { table: "fields", column: null },
    ],
    [
      "whose field it is",
      "fields",
      () =>
        `update fields set recipient_id = (select id from recipients where envelope_id = '${completed}' and name = 'Ana Ruiz')
         where envelope_id = '${completed}'`,
      { table: "fields", column: null },
    ],
    [
      "a field that was taken out",
      "fields",
      () => `delete from fields where envelope_id = '${underWay}' and type = 'date'`,
      { table: "fields", column: null },
    ],
    [
      "a rule that was put in",
      "envelopes",
      () => `update envelopes set rules = '[{"id": "r1"}]' where id = '${underWay}'`,
      { table: "envelopes", column: "rules" },
    ],
    [
      "an answer",
      "field_values",
      () =>
        `update field_values set value = 'As I like' where value = 'As agreed' and field_id in
         (select id from fields where envelope_id = '${completed}')`,
      { table: "field_values", column: "value" },
    ],
    [
      "a name",
      "recipients",
      () =>
        `update recipients set name = 'Cleo Other' where envelope_id = '${completed}' and name = 'Cleo Marsh'`,
      { table: "recipients", column: "name" },
    ],
    [
      "an address of somebody who is yet to sign",
      "recipients",
      () => `update recipients set email = 'mallory@example.com' where envelope_id = '${underWay}'`,
      { table: "recipients", column: "email" },
    ],
    [
      "an act that was taken away",
      "recipients",
      () =>
        `update recipients set finished_event_id = null where envelope_id = '${completed}' and name = 'Ana Ruiz'`,
      { table: "recipients", column: "finished_event_id" },
    ],
    [
      "an envelope that is withdrawn no longer",
      "envelopes",
      () => `update envelopes set state = 'sent' where id = '${voided}'`,
      { table: "envelopes", column: "state" },
    ],
    [
      "an envelope that is completed before anybody signed",
      "envelopes",
      () => `update envelopes set state = 'completed' where id = '${underWay}'`,
      { table: "envelopes", column: "state" },
    ],
  ];

  test.each(cases)("%s", async (_, table, statement, expected) => {
    const { found } = await tampered(product().admin, table, statement(), findings);
    expect(found).toContainEqual(expect.objectContaining({ fault: "altered", ...expected }));
    expect(await findings()).toEqual([]);
  });
});
