import { afterEach, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type Context, createContext } from "#lib/context.ts";
import { expireEnvelopes } from "#lib/envelopes/expire-envelopes.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { linkFor, personWith, sent, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const owner = async () => (await product().newOrganization()).member("owner");
const byTheClock = ({ organizationId }: Context) =>
  createContext(product().runtime, { organizationId, actor: { kind: "system", job: "schedule" } });
const PAST = "now() - interval '1 second'";

afterEach(async () => {
  await product().admin.unsafe("drop function if exists hinder() cascade");
});

test("who pressed Finish in time has signed in time, however long the signature takes", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  // In the very transaction of the press: the deadline passes, and the worker finds something it waits for.
  const texts = `select id from fields where envelope_id = '${envelopeId}' and type = 'text'`;
  await product().admin.unsafe(`
    create function hinder() returns trigger language plpgsql security definer as $$
      begin
        update field_values set value = 'another' where field_id in (${texts});
        update envelopes set expires_at = ${PAST} where id = '${envelopeId}';
        return null;
      end $$;
    create trigger hinder after insert on audit_events for each row
      when (new.envelope_id = '${envelopeId}' and new.type = 'recipient.signed') execute function hinder()`);
  await sign(await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz")));
  await until(ctx, envelopeId, ({ waitingFor }) => waitingFor !== null);
  await expireEnvelopes(byTheClock(ctx));
  await until(ctx, envelopeId, ({ state }) => state === "sent", 0);
  await product().admin.unsafe(`update field_values set value = 'As agreed' where field_id in (${texts})`);
  await until(ctx, envelopeId, ({ state }) => state === "completed");
}, 180_000);

test("after the deadline nobody signs any more, also where no job has said so yet", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const { version, locale, sha256 } = (await openCeremony(ana)).consent;
  await product().admin.unsafe(`update envelopes set expires_at = ${PAST} where id = '${envelopeId}'`);
  const agree = giveConsent(ana, { version, locale, sha256, wording: "Agree and continue" });
  expect(await refusalOf(agree)).toBe("signing/not-under-way");
  expect(await openCeremony(ana)).toMatchObject({ status: "expired", documents: [], fields: [] });
  expect(await expireEnvelopes(byTheClock(ctx))).toBe(1);
  await until(ctx, envelopeId, ({ state }) => state === "expired", 5_000);
}, 180_000);
