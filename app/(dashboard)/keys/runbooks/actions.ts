"use server";

import { refresh } from "next/cache";
import type { MemberId } from "#lib/ids.ts";
import type { RunbookKind } from "#lib/signing/core/runbook.ts";
import { publishRunbook } from "#lib/signing/key-runbooks/runbooks.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function publish(kind: RunbookKind, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const textIn = (name: string) => String(form.get(name) ?? "");
    await publishRunbook(await memberContext(), {
      kind: kind === "import" ? "import" : "export",
      memberIds: form.getAll("person").map(String) as MemberId[],
      ...{ transfer: textIn("transfer"), steps: textIn("steps"), note: textIn("note") },
    });
    refresh();
    return undefined;
  });
}
