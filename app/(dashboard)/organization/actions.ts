"use server";

import { refresh } from "next/cache";
import { readReminder } from "#components/envelopes/read-reminder.ts";
import { changeOrganization } from "#lib/identity/change-organization.ts";
import type { AccessPurpose } from "#lib/identity/core/access-purposes.ts";
import { DEFAULT_DELEGATION, type Delegation } from "#lib/identity/core/delegation.ts";
import type { MarkLimit } from "#lib/identity/core/mark-methods.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

export async function saveSettings(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await changeOrganization(await memberContext(), {
      paper: String(form.get("paper")) as "a4" | "letter",
      fileNamePattern: String(form.get("pattern") ?? ""),
      printsMarginId: form.get("marginId") === "on",
      delegation: String(form.get("delegation") ?? DEFAULT_DELEGATION) as Delegation,
      markLimit: String(form.get("markLimit") ?? "any") as MarkLimit,
      asksReasonFor: form.getAll("asksReasonFor").map(String) as AccessPurpose[],
      withholdsBulkFrom: form.getAll("withholdsBulkFrom").map(String) as ("admin" | "sender")[],
      bulkPerMinute: Number(form.get("bulkPerMinute")),
      draftDefaults: {
        order: String(form.get("order")) as "sequential" | "parallel",
        expiryDays: Number(form.get("expiryDays")),
        reminderHours: readReminder(form.get("reminder")),
      },
      claimToleranceMinutes: Number(form.get("claimToleranceMinutes")),
      tellsTrail: form.get("tellsTrail") === "on",
      mailsDocuments: form.get("mailsDocuments") === "on",
    });
    refresh();
    return undefined;
  });
}
