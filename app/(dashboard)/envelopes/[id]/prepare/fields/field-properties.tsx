"use client";

import { Copy, Lock, MousePointerClick, Trash2, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { calledBy } from "#components/envelopes/people.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { DraftField, DraftRecipient, EnvelopeLimits } from "#lib/envelopes/core/draft.ts";
import { keptOnPage, leastSize } from "#lib/envelopes/core/field-places.ts";
import type { FieldRule } from "#lib/envelopes/core/fields/field-rules.ts";
import { isAsked } from "#lib/envelopes/core/fields/field-types.ts";
import { attests } from "#lib/envelopes/core/roles.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { ArrangePanel } from "./arrange-panel.tsx";
import type { PagePlace } from "./draft-fields.ts";
import type { FieldCommands } from "./field-commands.ts";
import { FieldDetails } from "./field-details.tsx";
import { fieldName } from "./field-words.ts";
import { NumberBox } from "./number-box.tsx";
import { PageRail } from "./page-rail.tsx";
import { RuleList } from "./rule-list.tsx";

export interface FieldPropertiesProps {
  /** Of the envelope, as it stands in addresses. */
  readonly id: string;
  /** The one that is chosen, when it is one. */
  readonly selected: DraftField | null;
  readonly chosen: readonly DraftField[];
  readonly isTemplate: boolean;
  readonly current: PagePlace | null;
  readonly onChoose: (ids: Iterable<string>) => void;
  readonly onPaste: (fields: readonly DraftField[]) => void;
  readonly signers: readonly DraftRecipient[];
  readonly recipients: readonly DraftRecipient[];
  readonly documents: readonly DraftDocument[];
  readonly commands: FieldCommands;
  readonly limits: EnvelopeLimits;
  /** All of them, in reading order. */
  readonly fields: readonly DraftField[];
  readonly rules: readonly FieldRule[];
  readonly onRemove: (field: DraftField) => void;
  readonly onDone: () => void;
  readonly onFocus: (id: string) => void;
}

/** What can be said of the chosen field; a sheet from below on phones. */
export function FieldProperties(props: FieldPropertiesProps) {
  const t = useTranslations("app.prepare.fields");
  const { id, selected, chosen, documents, recipients, fields, current, onDone } = props;
  return (
    <aside
      aria-label={t("properties")}
      data-keeps-selection
      className={`inset-x-0 bottom-0 z-20 max-h-[46dvh] overflow-y-auto border-t border-line bg-paper p-4 shadow-float md:sticky md:top-32 md:z-auto md:max-h-[calc(100dvh-9rem)] md:self-start md:rounded-card md:border md:shadow-none ${chosen.length > 0 ? "fixed" : "hidden md:block"}`}
    >
      {selected ? (
        <>
          <div className="flex items-start justify-between gap-2">
            <h2 className="font-semibold [overflow-wrap:anywhere]">
              {fieldName(
                t,
                selected,
                recipients.find(({ id }) => id === selected.recipientId),
              )}
            </h2>
            <IconButton label={t("done")} onClick={onDone} className="-me-2 -mt-2 md:hidden">
              <X aria-hidden="true" className="size-5" />
            </IconButton>
          </div>
          <Properties key={selected.id} {...props} selected={selected} />
          <ArrangePanel {...props} />
        </>
      ) : chosen.length > 1 ? (
        <>
          <div className="flex items-start justify-between gap-2">
            <h2 className="font-semibold">{t("chosen", { count: chosen.length })}</h2>
            <IconButton label={t("done")} onClick={onDone} className="-me-2 -mt-2 md:hidden">
              <X aria-hidden="true" className="size-5" />
            </IconButton>
          </div>
          <ArrangePanel {...props} />
        </>
      ) : (
        <>
          <PageRail {...{ id, documents, recipients, fields, current }} />
          <p className="mt-3 flex items-start gap-2 text-small text-ink-600">
            <MousePointerClick aria-hidden="true" className="size-5 shrink-0" />
            {t("noneSelected")}
          </p>
        </>
      )}
    </aside>
  );
}

function Properties(props: FieldPropertiesProps & { readonly selected: DraftField }) {
  const t = useTranslations("app.prepare.fields");
  const { selected: field, signers, documents, commands, limits, onRemove, onFocus } = props;
  const attesting = new Set(signers.filter(({ role }) => attests(role)).map(({ id }) => id));
  const pages = documents.find(({ id }) => id === field.documentId)?.pages ?? [];
  const size = pages[field.page] ?? { widthPt: 595, heightPt: 842 };
  const least = leastSize(field.type, size);
  const { id, type, x, y, width, height } = field;
  const put = (part: Partial<Pick<DraftField, "x" | "y" | "width" | "height">>) =>
    commands.place(id, keptOnPage({ x, y, width, height, ...part }), `number ${id}`);

  function duplicate() {
    const copy = commands.duplicate(id, 12 / size.widthPt, 12 / size.heightPt);
    if (copy) onFocus(copy);
  }

  return (
    <fieldset disabled={field.isLocked && !props.isTemplate} className="mt-3 flex flex-col gap-3">
      <SelectField
        label={t("assignedTo")}
        value={signers.some((signer) => signer.id === field.recipientId) ? field.recipientId : ""}
        onChange={(event) => commands.change(id, { recipientId: event.target.value })}
        options={[
          ...(signers.some((signer) => signer.id === field.recipientId)
            ? []
            : [{ value: "", label: t("nobody") }]),
          ...signers.map((signer, index) => ({
            value: signer.id,
            label: `${index + 1} · ${calledBy(signer) || t("nobody")}`,
          })),
        ]}
      />
      <TextField
        label={t("label")}
        hint={t("labelHint")}
        value={field.label}
        maxLength={limits.labelLength}
        autoComplete="off"
        onChange={(event) => commands.change(id, { label: event.target.value }, `label ${id}`)}
      />
      {props.isTemplate ? (
        <CheckField
          label={t("locked")}
          hint={t("lockedHint")}
          checked={field.isLocked ?? false}
          onChange={(event) => commands.change(id, { isLocked: event.target.checked || undefined })}
        />
      ) : field.isLocked ? (
        <p className="flex gap-2 text-small text-ink-700">
          <Lock aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          {t("lockedHere")}
        </p>
      ) : null}
      {type === "date" ? <p className="text-small text-ink-600">{t("dateHint")}</p> : null}
      {isAsked(type) ? (
        <CheckField
          label={t("required")}
          checked={field.isRequired}
          onChange={(event) => commands.change(id, { isRequired: event.target.checked })}
        />
      ) : null}
      {type === "text" && attesting.has(field.recipientId) ? (
        <CheckField
          label={t("block")}
          hint={t("blockHint")}
          checked={field.settings.isBlock ?? false}
          onChange={(event) => {
            const { isBlock: _, ...settings } = field.settings;
            commands.change(id, {
              settings: event.target.checked ? { ...settings, isBlock: true } : settings,
              ...(event.target.checked ? { isRequired: true } : {}),
            });
          }}
        />
      ) : null}
      <FieldDetails
        field={field}
        fields={props.fields}
        hasEditor={props.recipients.some(({ role }) => role === "editor")}
        commands={commands}
      />
      <RuleList
        field={field}
        {...{ fields: props.fields, rules: props.rules, commands }}
        isTemplate={props.isTemplate}
      />
      <fieldset className="grid grid-cols-4 gap-2 md:grid-cols-2">
        <legend className="mb-1 font-medium">{t("place")}</legend>
        <NumberBox
          label={t("left")}
          value={x * size.widthPt}
          most={(1 - width) * size.widthPt}
          onNumber={(points) => put({ x: points / size.widthPt })}
        />
        <NumberBox
          label={t("top")}
          value={y * size.heightPt}
          most={(1 - height) * size.heightPt}
          onNumber={(points) => put({ y: points / size.heightPt })}
        />
        <NumberBox
          label={t("width")}
          value={width * size.widthPt}
          least={least.width * size.widthPt}
          most={(1 - x) * size.widthPt}
          onNumber={(points) => put({ width: points / size.widthPt })}
        />
        <NumberBox
          label={t("height")}
          value={height * size.heightPt}
          least={least.height * size.heightPt}
          most={(1 - y) * size.heightPt}
          onNumber={(points) => put({ height: points / size.heightPt })}
        />
        {pages.length > 1 ? (
          <NumberBox
            label={t("onPage")}
            value={field.page + 1}
            least={1}
            most={pages.length}
            onNumber={(page) => commands.change(id, { page: page - 1 })}
          />
        ) : null}
      </fieldset>
      <div className="grid grid-cols-2 gap-2 md:grid-cols-1">
        <Button kind="secondary" onClick={duplicate}>
          <Copy aria-hidden="true" className="size-5" />
          {t("duplicate")}
        </Button>
        <Button kind="secondary" onClick={() => onRemove(field)} className="text-bad-700">
          <Trash2 aria-hidden="true" className="size-5" />
          {t("delete")}
        </Button>
      </div>
    </fieldset>
  );
}
