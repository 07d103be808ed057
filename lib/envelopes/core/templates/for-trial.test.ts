import { expect, test } from "vitest";
import { uuidV7 } from "#lib/ids.ts";
import { DraftRecipient } from "../draft.ts";
import { forTrial } from "./for-trial.ts";
import { TemplateContent } from "./template-content.ts";

let at = 0;
const id = () => uuidV7(++at, new Uint8Array(10));
const role = (part: object) =>
  DraftRecipient.parse({ id: id(), role: "signer", name: "", email: "", ...part });

const template = TemplateContent.parse({
  documents: [],
  classId: id(),
  draft: {
    ...{
      title: "Lease",
      message: "",
      order: "sequential",
      signatureKind: "qualified",
      signatureProviderId: id(),
    },
    recipients: [
      role({ roleName: "Tenant", check: "sms-code", phone: "+15125550117", isCheckLocked: true }),
      role({ roleName: "Landlord", name: "Lee Park", email: "lee@example.com", hostId: id() }),
    ],
    ...{ fields: [], rules: [] },
  },
});

test("whoever tries a template is everybody in it, and nobody else hears of it", () => {
  const { draft, classId } = forTrial(template, { name: "Dana Fox", email: "dana@example.com" });
  expect(draft.recipients.map(({ name, email, phone, check }) => [name, email, phone, check])).toEqual([
    ["Dana Fox (Tenant)", "dana@example.com", "", "none"],
    ["Dana Fox (Landlord)", "dana@example.com", "", "none"],
  ]);
  expect(JSON.stringify(draft)).not.toMatch(/Lee Park|lee@|5125550117/);
  expect(draft.recipients.some((one) => one.hostId || one.isCheckLocked)).toBe(false);
  expect([draft.signatureKind, draft.signatureProviderId, classId]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(draft.title).toBe("Lease");
});
