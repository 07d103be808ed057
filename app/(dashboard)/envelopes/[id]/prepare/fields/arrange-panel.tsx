"use client";

import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceAround,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceAround,
  Scaling,
} from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { calledBy } from "#components/envelopes/people.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import {
  aligned,
  type Boxes,
  chosenPages,
  distributed,
  type Edge,
  sameSize,
} from "#lib/envelopes/core/field-arrange.ts";
import { isSet } from "#lib/envelopes/core/fields/field-look.ts";
import { isAsked } from "#lib/envelopes/core/fields/field-types.ts";
import { copiesOnPages } from "./draft-fields.ts";
import type { FieldPropertiesProps } from "./field-properties.tsx";
import { commonLook, LookFields } from "./look-fields.tsx";
import { NumberBox } from "./number-box.tsx";

const EDGES: readonly (readonly [Edge, typeof Scaling])[] = [
  ["left", AlignStartVertical],
  ["center", AlignCenterVertical],
  ["right", AlignEndVertical],
  ["top", AlignStartHorizontal],
  ["middle", AlignCenterHorizontal],
  ["bottom", AlignEndHorizontal],
];

const WHICH = ["all", "odd", "even", "range"] as const;

/** What is done with chosen fields as a group: lines, gaps, copies, more of the same. */
export function ArrangePanel(props: FieldPropertiesProps) {
  const { chosen, fields, documents, commands, signers, isTemplate, onChoose, onPaste } = props;
  const t = useTranslations("app.prepare.fields.arrange");
  const named = useTranslations("app.prepare.fields");
  const [which, setWhich] = useState<(typeof WHICH)[number]>("all");
  const [range, setRange] = useState({ from: 1, to: 1 });
  const [first] = chosen;
  if (!first) return null;
  const free = isTemplate ? chosen : chosen.filter(({ isLocked }) => !isLocked);
  const set = free.filter(({ type }) => isSet(type));
  const put = (boxes: Boxes) => commands.placeAll(boxes);
  const pageCount = documents.find(({ id }) => id === first.documentId)?.pages.length ?? 1;
  const same = (isAlike: (field: DraftField) => boolean) =>
    onChoose(fields.filter(isAlike).map(({ id }) => id));

  function copy() {
    const choice = which === "range" ? { which, ...range } : { which };
    const counts = new Map(documents.map(({ id, pages }) => [id as string, pages.length]));
    onPaste(copiesOnPages(chosen, (id) => chosenPages(choice, counts.get(id) ?? 0)));
  }

  return (
    <div className="mt-4 flex flex-col gap-3 border-t border-line pt-3">
      {chosen.length > 1 ? (
        <>
          <fieldset aria-label={t("align")} className="flex flex-wrap">
            {EDGES.map(([edge, Icon]) => (
              <IconButton key={edge} label={t(`edges.${edge}`)} onClick={() => put(aligned(free, edge))}>
                <Icon aria-hidden="true" className="size-5" />
              </IconButton>
            ))}
            <IconButton label={t("acrossX")} onClick={() => put(distributed(free, "x"))}>
              <AlignHorizontalSpaceAround aria-hidden="true" className="size-5" />
            </IconButton>
            <IconButton label={t("acrossY")} onClick={() => put(distributed(free, "y"))}>
              <AlignVerticalSpaceAround aria-hidden="true" className="size-5" />
            </IconButton>
            <IconButton label={t("sameSize")} onClick={() => put(sameSize(free))}>
              <Scaling aria-hidden="true" className="size-5" />
            </IconButton>
          </fieldset>
          <SelectField
            label={named("assignedTo")}
            value={
              chosen.every(({ recipientId }) => recipientId === first.recipientId) ? first.recipientId : ""
            }
            onChange={(event) =>
              commands.changeAll(new Set(free.map(({ id }) => id)), { recipientId: event.target.value })
            }
            options={[
              { value: "", label: t("several") },
              ...signers.map((signer, index) => ({
                value: signer.id,
                label: `${index + 1} · ${calledBy(signer) || named("nobody")}`,
              })),
            ]}
          />
          {free.some(({ type }) => isAsked(type)) ? (
            <CheckField
              label={named("required")}
              checked={free.filter(({ type }) => isAsked(type)).every(({ isRequired }) => isRequired)}
              onChange={({ target }) =>
                commands.changeAll(new Set(free.filter(({ type }) => isAsked(type)).map(({ id }) => id)), {
                  isRequired: target.checked,
                })
              }
            />
          ) : null}
          {set.length > 0 ? (
            <LookFields
              settings={commonLook(set)}
              several={t("several")}
              onSet={(part) => commands.setAll(new Set(set.map(({ id }) => id)), part)}
            />
          ) : null}
          <Button
            kind="secondary"
            className="text-bad-700"
            onClick={() => commands.removeAll(new Set(free.map(({ id }) => id)))}
          >
            {t("remove", { count: free.length })}
          </Button>
        </>
      ) : null}
      {pageCount > 1 ? (
        <div className="flex flex-col gap-2">
          <SelectField
            label={t("copyTo")}
            value={which}
            onChange={(event) => setWhich(WHICH.find((one) => one === event.target.value) ?? "all")}
            options={WHICH.map((value) => ({ value, label: t(`pages.${value}`) }))}
          />
          {which === "range" ? (
            <div className="grid grid-cols-2 gap-2">
              <NumberBox
                label={t("from")}
                value={range.from}
                least={1}
                most={pageCount}
                onNumber={(from) => setRange({ ...range, from })}
              />
              <NumberBox
                label={t("to")}
                value={range.to}
                least={1}
                most={pageCount}
                onNumber={(to) => setRange({ ...range, to })}
              />
            </div>
          ) : null}
          <Button kind="secondary" onClick={copy}>
            {t("copy")}
          </Button>
        </div>
      ) : null}
      <div className="flex flex-col gap-2">
        <Button kind="secondary" onClick={() => same(({ type }) => type === first.type)}>
          {t("sameType", { type: named(`types.${first.type}`) })}
        </Button>
        <Button kind="secondary" onClick={() => same(({ recipientId }) => recipientId === first.recipientId)}>
          {t("samePerson")}
        </Button>
      </div>
    </div>
  );
}
