import { afterEach, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { delegate } from "./delegate.ts";
import { hasWaitedFor, linkFor, personWith, sent, sign, until } from "./testing.ts";

// Whoever owns the database changes rows between what people did and what the worker makes of it: in the very
// transaction, so that no test depends on who is faster.

const product = testProduct({ runsJobs: true });
const owner = async () => (await product().newOrganization()).member("owner");

/** From now on, when that event of the envelope is written, the rows are changed behind it. */
async function tamperAfter(envelopeId: EnvelopeId, event: string, statement: string): Promise<void> {
  await product().admin.unsafe(`
    create function tamper() returns trigger language plpgsql security definer as $$
      begin ${statement}; return null; end $$;
    create trigger tamper after insert on audit_events for each row
      when (new.envelope_id = '${envelopeId}' and new.type = '${event}') execute function tamper()`);
}

afterEach(async () => {
  await product().admin.unsafe("drop function if exists tamper() cascade");
});

const WAITS = hasWaitedFor("signing/not-as-recorded");
const fieldsOf = (envelopeId: EnvelopeId, type: string) =>
  `select id from fields where envelope_id = '${envelopeId}' and type = '${type}'`;

test.each([
  [
    "an answer",
    (id: EnvelopeId) =>
      `update field_values set value = 'Another rent' where field_id in (${fieldsOf(id, "text")})`,
    (id: EnvelopeId) =>
      `update field_values set value = 'As agreed' where field_id in (${fieldsOf(id, "text")})`,
  ],
  [
    "where a signature stands",
    (id: EnvelopeId) => `update fields set x = y, y = x where id in (${fieldsOf(id, "signature")})`,
    (id: EnvelopeId) => `update fields set x = y, y = x where id in (${fieldsOf(id, "signature")})`,
  ],
  [
    "whose name will stand in the certificate",
    (id: EnvelopeId) => `update recipients set name = 'Ana Rich' where envelope_id = '${id}'`,
    (id: EnvelopeId) => `update recipients set name = 'Ana Ruiz' where envelope_id = '${id}'`,
  ],
])(
  "%s that was changed past the product after Finish is not signed, and is once it is as it was",
  async (_, change, mend) => {
    const ctx = await owner();
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
    const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
    await tamperAfter(envelopeId, "recipient.signed", change(envelopeId));
    await sign(person);
    const waiting = await until(ctx, envelopeId, (now) => now.waitingFor === "signing/not-as-recorded");
    expect(waiting.trail.some(({ type }) => type === "signature.made")).toBe(false);
    await product().admin.unsafe(mend(envelopeId));
    const { state } = await until(ctx, envelopeId, ({ state }) => state === "completed");
    expect(state).toBe("completed");
  },
);

test("documents whose fields were changed after sending are not certified", async () => {
  const ctx = await owner();
  const draft = await sentTampered(ctx);
  const waiting = await until(ctx, draft, WAITS);
  expect(waiting.trail.some(({ type }) => type === "document.certified")).toBe(false);
});

/** Sent, and in the same transaction the box is where nobody put it. */
async function sentTampered(ctx: Awaited<ReturnType<typeof owner>>): Promise<EnvelopeId> {
  await product().admin.unsafe(`
    create function tamper() returns trigger language plpgsql security definer as $$
      begin update fields set x = 0.03125 where envelope_id = new.envelope_id; return null; end $$;
    create trigger tamper after insert on audit_events for each row
      when (new.type = 'envelope.sent' and new.organization_id = '${ctx.organizationId}') execute function tamper()`);
  return (await sent(ctx, [{ name: "Ana Ruiz" }])).envelopeId;
}

test("an event that nobody but its forger wrote lets nothing through", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  // The code of the event that says what was sent: the forger has no key to make another.
  await tamperAfter(
    envelopeId,
    "recipient.signed",
    `perform set_config('session_replication_role', 'replica', true);
     update audit_events set mac = set_byte(mac, 3, get_byte(mac, 3) # 1)
       where envelope_id = '${envelopeId}' and type = 'envelope.sent';
     perform set_config('session_replication_role', 'origin', true)`,
  );
  await sign(person);
  await until(ctx, envelopeId, WAITS);
});

test("fields that were handed on are signed as they are then", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const to = { name: "Ben Okoro", email: "ben.okoro@example.com" };
  await delegate(person, { ...to, phone: "", reason: "On leave" });
  await sign(await personWith(ctx, await linkFor(ctx, envelopeId, "Ben Okoro")));
  const { trail } = await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(trail.some(({ type }) => type === "envelope.delayed")).toBe(false);
});
