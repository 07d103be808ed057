"use server";

import { refresh } from "next/cache";
import { addSendDuty, removeSendDuty } from "#lib/envelopes/approvals/send-duties.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

export async function addDuty(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    const [kindOfWhose, whose = ""] = text("whose").split(":");
    const who = {
      memberId: kindOfWhose === "member" ? whose : null,
      teamId: kindOfWhose === "team" ? whose : null,
    };
    const kind = text("kind");
    await addSendDuty(await memberContext(), {
      ...who,
      ...(kind === "template"
        ? { kind, templateId: text("template") }
        : kind === "class"
          ? { kind, classId: text("class") }
          : kind === "amount"
            ? { kind, label: text("label"), amount: text("amount") }
            : { kind: kind === "health" ? "health" : "every" }),
    });
    refresh();
    return undefined;
  });
}

export async function dropDuty(id: string): Promise<FormState> {
  return answerForm(async () => {
    await removeSendDuty(await memberContext(), { dutyId: String(id) });
    refresh();
    return undefined;
  });
}
