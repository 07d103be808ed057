"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { TextArea } from "#components/ui/text-area.tsx";
import {
  CUSTODY_PART_NAMES,
  CUSTODY_PARTS,
  type CustodyParts,
  MOST_PART,
} from "#lib/evidence/core/package/custody-parts.ts";
import { AskingButton } from "../../asking-button.tsx";
import { publish } from "./actions.ts";

/** Writes the next version, from the words in use. */
export function NewWordingButton({ parts }: { readonly parts: CustodyParts }) {
  const t = useTranslations("app.consents.wording");
  return (
    <AskingButton
      kind="primary"
      label={t("new.open")}
      title={t("new.title")}
      description={t("new.consequence")}
      confirmLabel={t("new.confirm")}
      action={publish}
      onDone={() => toast(t("new.done"))}
    >
      {CUSTODY_PART_NAMES.map((name) => {
        const facts = CUSTODY_PARTS[name];
        return (
          <TextArea
            key={name}
            name={name}
            label={t(`parts.${name}`)}
            hint={
              facts.length === 0
                ? t("noFacts")
                : t("facts", { facts: facts.map((fact) => `{${fact}}`).join(" ") })
            }
            defaultValue={parts[name]}
            maxLength={MOST_PART}
            rows={5}
            required
          />
        );
      })}
    </AskingButton>
  );
}
