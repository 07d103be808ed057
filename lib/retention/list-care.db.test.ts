import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { createTemplate } from "#lib/envelopes/templates/create-template.ts";
import {
  decideVersion,
  publishTemplate,
  setTemplatePolicy,
} from "#lib/envelopes/templates/publish-template.ts";
import { newDraft, sent } from "#lib/signing/testing.ts";
import { listCare } from "./list-care.ts";
import { placeHold } from "./place-hold.ts";

const product = testProduct({ runsJobs: true });

test("each role sees what it looks after, until it is done", async () => {
  const organization = await product().newOrganization();
  const [owner, admin] = [await organization.member("owner"), await organization.member("admin")];
  const [sender, counsel] = [await organization.member("sender"), await organization.member("counsel")];
  for (const ctx of [owner, admin, sender, counsel]) expect(await listCare(ctx)).toEqual([]);

  await setTemplatePolicy(owner, { asksForApproval: true });
  const { envelopeId } = await newDraft(admin, [{ name: "Ana Ruiz" }]);
  const template = await createTemplate(admin, { fromEnvelopeId: envelopeId, name: "Lease" });
  const { version } = await getDraft(admin, template);
  const { templateId } = template;
  const { number } = await publishTemplate(admin, { templateId, draftVersion: version });
  expect(await listCare(owner)).toEqual([{ kind: "templates", count: 1 }]);
  expect(await listCare(sender)).toEqual([]);
  expect(await listCare(counsel)).toEqual([]);
  await decideVersion(owner, { templateId, number, decision: "publish" });
  expect(await listCare(owner)).toEqual([]);

  await sent(sender, [{ name: "Ana Ruiz" }]);
  await placeHold(counsel, {
    ...{ matter: "Ruiz", reason: "Claim of 3 May", scope: "person", query: "ana.ruiz@example.com" },
  });
  expect(await listCare(counsel)).toEqual([{ kind: "holds", count: 1 }]);
  expect(await listCare(sender)).toEqual([]);
});
