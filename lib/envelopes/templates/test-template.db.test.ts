import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { createStaging } from "#lib/identity/create-staging.ts";
import { trialContext } from "#lib/identity/find-staging.ts";
import { office, PASSWORD } from "#lib/retention/testing.ts";
import { newDraft, until } from "#lib/signing/testing.ts";
import { listEnvelopes } from "../list-envelopes.ts";
import { createTemplate } from "./create-template.ts";
import { getTemplate } from "./get-template.ts";
import { publishTemplate, retireTemplate } from "./publish-template.ts";
import { testTemplate } from "./test-template.ts";

const product = testProduct({ runsJobs: true });

async function workshop() {
  const people = await office(product());
  const draft = await newDraft(people.owner, [{ name: "Ana Ruiz" }, { name: "Bo Chen" }]);
  const template = await createTemplate(people.owner, { fromEnvelopeId: draft.envelopeId, name: "Lease" });
  return { ...people, template };
}

/** The pages of the only document, as they were certified. */
async function certifiedText(ctx: Context, envelopeId: string): Promise<string> {
  const [row] = await product().admin<{ file_key: string }[]>`
    select r.file_key from document_revisions r join documents d on d.id = r.document_id
    where d.envelope_id = ${envelopeId} and r.kind = 'prepared'`;
  const pieces: Uint8Array[] = [];
  for await (const piece of await ctx.runtime.files.stream(row!.file_key)) pieces.push(piece);
  return execFileSync("pdftotext", ["-", "-"], { input: Buffer.concat(pieces), encoding: "utf8" });
}

test("a template goes to whoever tries it, as everybody in it, from the workspace for trials", async () => {
  const { owner, template } = await workshop();
  expect(await refusalOf(testTemplate(owner, template))).toBe("identity/staging-not-found");
  await createStaging(owner, { password: PASSWORD });
  const before = (await listEnvelopes(owner, {})).items.length;
  const sent = await testTemplate(owner, template);

  const there = await trialContext(owner);
  expect(sent.organizationId).toBe(there.organizationId);
  const view = await until(there, sent.envelopeId, ({ trail }) =>
    trail.some(({ type }) => type === "document.certified"),
  );
  const { email } = owner.actor as { email: string };
  expect(view.recipients.map((one) => one.email)).toEqual([email, email]);
  expect(await certifiedText(there, sent.envelopeId)).toMatch(/TEST - not a real document/);

  // Nothing of it is in the real workspace, but that it was done.
  expect((await listEnvelopes(owner, {})).items).toHaveLength(before);
  expect((await getTemplate(owner, template)).uses).toBe(0);
  const { entries } = await readChain(owner, template.envelopeId);
  expect(entries.at(-1)).toMatchObject({
    type: "template.tested",
    data: { staging: there.organizationId, envelope: sent.envelopeId, version: null },
  });
  expect(await refusalOf(testTemplate(there, template))).toBe("identity/staging-here");
});

test("the published version is tried, and a template out of use is not", async () => {
  const { owner, template } = await workshop();
  await createStaging(owner, { password: PASSWORD });
  await publishTemplate(owner, { templateId: template.templateId, draftVersion: 1 });
  await testTemplate(owner, template);
  const { entries } = await readChain(owner, template.envelopeId);
  expect(entries.at(-1)).toMatchObject({ type: "template.tested", data: { version: 1 } });
  await retireTemplate(owner, { templateId: template.templateId, isRetired: true });
  expect(await refusalOf(testTemplate(owner, template))).toBe("envelopes/template-retired");
});

test("who is no member of the workspace for trials sends no test, and leaves nothing there", async () => {
  const { owner, sender, template } = await workshop();
  await createStaging(owner, { password: PASSWORD });
  expect(await refusalOf(testTemplate(sender, template))).toBe("identity/staging-not-found");
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await refusalOf(testTemplate(stranger, template))).toBe("identity/staging-not-found");
  expect((await listEnvelopes(await trialContext(owner), {})).items).toEqual([]);
});
