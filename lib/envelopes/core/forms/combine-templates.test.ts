import { expect, test } from "vitest";
import { blockersOf } from "../blockers.ts";
import { DraftContent } from "../draft.ts";
import type { TemplateContent } from "../templates/template-content.ts";
import { combineTemplates } from "./combine-templates.ts";

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** A form that asks one question, as a group of two buttons. */
function formOf(number: number): TemplateContent {
  const [recipientId, documentId] = [id(number), id(number + 1)];
  const place = { recipientId, documentId, page: 0, x: 0.1, y: 0.1, width: 0.1, height: 0.1 };
  const button = (at: number, option: string) => ({
    ...{ ...place, id: id(number + at), type: "radio", label: "", isRequired: true },
    settings: { group: "Married", option },
  });
  const draft = DraftContent.parse({
    ...{ title: "Form", message: "", order: "sequential" },
    recipients: [
      { id: recipientId, role: "signer", roleName: "Tenant", name: "Ana", email: "ana@example.com" },
    ],
    fields: [button(2, "Yes"), button(3, "No")],
  });
  return { draft, documents: [{ id: documentId }] } as unknown as TemplateContent;
}

test("a question of one name in two forms is two questions", () => {
  const { draft } = combineTemplates("Both", [formOf(10), formOf(20), formOf(30)]);
  expect(draft.recipients).toHaveLength(1);
  expect(draft.fields.map(({ settings }) => settings.group)).toEqual([
    ...["Married", "Married", "Married 2", "Married 2", "Married 3", "Married 3"],
  ]);
  const known = [11, 21, 31].map((number) => ({ id: id(number) as never, pageCount: 1 }));
  const policy = {
    defaultCheck: "none",
    rules: [],
    sendsSms: false,
    hasSso: false,
    hasIdentityCheck: false,
    takesPasskeys: true,
  } as const;
  const blockers = blockersOf(draft, known, { ...policy, classId: null });
  expect(blockers.map(({ code }) => code)).not.toContain("group-on-two-documents");
});
