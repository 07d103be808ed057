"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { useAct } from "../../use-act.ts";
import { chooseOwner } from "./actions.ts";

interface OwnerFieldProps {
  readonly itemRef: string;
  readonly name: string;
  readonly ownerId: string | null;
  readonly people: readonly { readonly id: string; readonly name: string }[];
}

/** Who looks after it: they are warned of its end, with owners and admins. */
export function OwnerField({ itemRef, name, ownerId, people }: OwnerFieldProps) {
  const t = useTranslations("app.keys.ends");
  const { act, isBusy, refusal } = useAct();
  return (
    <div className="flex flex-col gap-2">
      <SelectField
        label={t("ownerOf", { name })}
        hidesLabel
        value={ownerId ?? ""}
        disabled={isBusy}
        options={people.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(event) => {
          const { value } = event.target;
          act(
            () => chooseOwner(itemRef, value),
            () => toast(t("ownerChosen")),
          );
        }}
      />
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
    </div>
  );
}
