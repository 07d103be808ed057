"use client";

import { useTranslations } from "next-intl";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import { isAddress } from "#lib/envelopes/core/fields/field-blockers.ts";
import { isSet } from "#lib/envelopes/core/fields/field-look.ts";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import {
  isGrouped,
  isNumber,
  isTyped,
  mayBeEdited,
  mayBeSensitive,
  takesDefault,
} from "#lib/envelopes/core/fields/field-types.ts";
import { FILE_KINDS } from "#lib/envelopes/core/fields/file-kinds.ts";
import { groupOf } from "#lib/envelopes/core/fields/form-field.ts";
import { isFault, parseFormula } from "#lib/envelopes/core/fields/formula.ts";
import { parsePattern } from "#lib/envelopes/core/fields/pattern.ts";
import { NUMBER_STYLES } from "#lib/envelopes/core/fields/typed-number.ts";
import { DATE_STYLES } from "#lib/envelopes/core/fields/written-answer.ts";
import type { FieldCommands } from "./field-commands.ts";
import { LookFields } from "./look-fields.tsx";
import { SettingBox } from "./setting-box.tsx";

interface FieldDetailsProps {
  readonly field: DraftField;
  readonly fields: readonly DraftField[];
  /** Somebody fills in fields for others. */
  readonly hasEditor: boolean;
  readonly commands: FieldCommands;
}

/** What can be said of a field of this type. */
export function FieldDetails({ field, fields, hasEditor, commands }: FieldDetailsProps) {
  const t = useTranslations("app.prepare.details");
  const { id, type, settings } = field;
  const set = (part: Partial<FieldSettings>, kind: string | null = null) =>
    commands.set(id, part, kind ? `${kind} ${id}` : null);
  const shared = { settings, set, t };
  const group = groupOf(field);
  // What answers one question together is filled in together.
  const setForEditor = (isForEditor: boolean) => {
    for (const other of fields)
      if (other.id === id || (group !== null && groupOf(other) === group))
        commands.set(other.id, { isForEditor }, null);
  };
  const isShown = type === "note" || type === "link";
  return (
    <div className="flex flex-col gap-3">
      {isGrouped(type) ? <GroupSettings {...shared} field={field} fields={fields} /> : null}
      {type === "dropdown" ? (
        <TextArea
          label={t("options")}
          hint={t("optionsHint")}
          rows={4}
          value={(settings.options ?? []).join("\n")}
          onChange={({ target }) => set({ options: target.value.split("\n").slice(0, 200) }, "options")}
        />
      ) : null}
      {type === "formula" ? (
        <SettingBox
          label={t("formula")}
          hint={t("formulaHint")}
          value={settings.formula ?? ""}
          maxLength={500}
          fits={(text) => !isFault(parseFormula(text))}
          error={t("formulaWrong")}
          onText={(formula) => set({ formula }, "formula")}
        />
      ) : null}
      {type === "text" ? <Lengths {...shared} /> : null}
      {type === "cells" ? <Whole {...shared} name="cells" label={t("cells")} most={60} /> : null}
      {type === "day" ? <DayWindow {...shared} /> : null}
      {isNumber(type) || type === "payment" ? <NumberSettings {...shared} type={type} /> : null}
      {type === "pattern" ? (
        <>
          <SettingBox
            label={t("pattern")}
            hint={t("patternHint")}
            value={settings.pattern ?? ""}
            maxLength={200}
            fits={(text) => typeof parsePattern(text) !== "string"}
            error={t("patternWrong")}
            onText={(pattern) => set({ pattern }, "pattern")}
          />
          <SettingBox
            label={t("example")}
            hint={t("exampleHint")}
            value={settings.example ?? ""}
            maxLength={120}
            onText={(example) => set({ example }, "example")}
          />
        </>
      ) : null}
      {type === "link" ? (
        <SettingBox
          label={t("url")}
          type="url"
          value={settings.url ?? ""}
          maxLength={500}
          fits={isAddress}
          error={t("urlWrong")}
          onText={(url) => set({ url }, "url")}
        />
      ) : null}
      {isShown ? (
        <TextArea
          label={t(type)}
          rows={3}
          maxLength={1_000}
          value={settings.value ?? ""}
          onChange={({ target }) => set({ value: target.value }, "value")}
        />
      ) : null}
      {type === "attachment" ? <FileSettings {...shared} /> : null}
      {takesDefault(type) && !settings.isSensitive ? <Prefill {...shared} field={field} /> : null}
      {mayBeEdited(field) && (hasEditor || settings.isForEditor) ? (
        <CheckField
          label={t("forEditor")}
          hint={t("forEditorHint")}
          checked={settings.isForEditor ?? false}
          onChange={({ target }) => setForEditor(target.checked)}
        />
      ) : null}
      {isTyped(type) ? (
        <SettingBox
          label={t("placeholder")}
          hint={t("placeholderHint")}
          value={settings.placeholder ?? ""}
          maxLength={120}
          onText={(placeholder) => set({ placeholder }, "placeholder")}
        />
      ) : null}
      {isSet(type) ? <LookFields settings={settings} onSet={(part) => set(part)} /> : null}
      {mayBeSensitive(type) ? <Sensitive {...shared} /> : null}
      {isShown ? null : (
        <SettingBox
          label={t("tabOrder")}
          hint={t("tabOrderHint")}
          inputMode="numeric"
          value={String(settings.tabOrder ?? "")}
          maxLength={3}
          fits={(text) => /^[1-9]\d*$/.test(text)}
          error={t("tabOrderWrong")}
          onText={(text) => set({ tabOrder: Number(text.trim()) || undefined }, "tabOrder")}
        />
      )}
      <SettingBox
        label={t("help")}
        hint={t("helpHint")}
        value={settings.help ?? ""}
        maxLength={300}
        onText={(help) => set({ help }, "help")}
      />
    </div>
  );
}

interface Part {
  readonly settings: FieldSettings;
  readonly t: (key: string) => string;
  set(part: Partial<FieldSettings>, kind?: string | null): void;
}

function GroupSettings({
  settings,
  set,
  t,
  field,
  fields,
}: Part & Pick<FieldDetailsProps, "field" | "fields">) {
  const members = fields.filter(
    (other) =>
      other.recipientId === field.recipientId &&
      other.type === field.type &&
      settings.group &&
      other.settings.group === settings.group,
  );
  return (
    <>
      <SettingBox
        label={t("group")}
        hint={t(field.type === "radio" ? "radioHint" : "groupHint")}
        value={settings.group ?? ""}
        maxLength={60}
        onText={(group) => set({ group }, "group")}
      />
      <SettingBox
        label={t("option")}
        value={settings.option ?? ""}
        maxLength={120}
        onText={(option) => set({ option }, "option")}
      />
      {field.type === "checkbox" && settings.group ? (
        <div className="grid grid-cols-2 gap-2">
          <Whole {...{ settings, set, t }} name="least" label={t("least")} most={members.length} />
          <Whole {...{ settings, set, t }} name="most" label={t("most")} most={members.length} />
        </div>
      ) : null}
    </>
  );
}

type WholeName = "least" | "most" | "shortest" | "longest" | "cells" | "places" | "megabytes";

function Whole(props: Part & { readonly name: WholeName; readonly label: string; readonly most: number }) {
  const { settings, set, t, name, label, most } = props;
  return (
    <SettingBox
      label={label}
      inputMode="numeric"
      value={String(settings[name] ?? "")}
      fits={(text) =>
        /^\d{1,4}$/.test(text) && Number(text) <= most && (Number(text) > 0 || !MIN_ONE.has(name))
      }
      error={t("wholeWrong")}
      onText={(text) => set({ [name]: text.trim() === "" ? undefined : Number(text) }, name)}
    />
  );
}

const MIN_ONE = new Set<WholeName>(["most", "longest", "cells", "megabytes"]);

const Lengths = (props: Part) => (
  <div className="grid grid-cols-2 gap-2">
    <Whole {...props} name="shortest" label={props.t("shortest")} most={1_000} />
    <Whole {...props} name="longest" label={props.t("longest")} most={1_000} />
  </div>
);

function DayWindow({ settings, set, t }: Part) {
  return (
    <>
      {(["from", "to"] as const).map((name) => (
        <SettingBox
          key={name}
          type="date"
          label={t(name)}
          value={settings[name] ?? ""}
          fits={(text) => /^\d{4}-\d{2}-\d{2}$/.test(text)}
          error={t("dayWrong")}
          onText={(text) => set({ [name]: text === "" ? undefined : text }, name)}
        />
      ))}
      <SelectField
        label={t("dateStyle")}
        value={settings.dateStyle ?? DATE_STYLES[0]}
        options={DATE_STYLES.map((style) => ({ value: style, label: style }))}
        onChange={({ target }) => set({ dateStyle: target.value as FieldSettings["dateStyle"] })}
      />
    </>
  );
}

function NumberSettings({ settings, set, t, type }: Part & { readonly type: DraftField["type"] }) {
  const isMoney = type === "amount" || type === "payment";
  return (
    <>
      {type === "number" ? null : (
        <SettingBox
          label={t("currency")}
          hint={isMoney ? undefined : t("currencyHint")}
          value={settings.currency ?? ""}
          maxLength={3}
          fits={(text) => /^[A-Za-z]{3}$/.test(text)}
          error={t("currencyWrong")}
          onText={(text) => set({ currency: text.trim().toUpperCase() }, "currency")}
        />
      )}
      {type === "formula" ? null : (
        <div className="grid grid-cols-2 gap-2">
          {(["minimum", "maximum"] as const).map((name) => (
            <SettingBox
              key={name}
              label={t(name)}
              inputMode="decimal"
              value={settings[name] ?? ""}
              fits={(text) => /^-?\d{1,15}(?:\.\d{1,8})?$/.test(text)}
              error={t("numberWrong")}
              onText={(text) => set({ [name]: text.trim() }, name)}
            />
          ))}
        </div>
      )}
      <Whole {...{ settings, set, t }} name="places" label={t("places")} most={8} />
      <SelectField
        label={t("numberStyle")}
        value={settings.numberStyle ?? "1,234.56"}
        options={Object.keys(NUMBER_STYLES).map((style) => ({ value: style, label: style }))}
        onChange={({ target }) => set({ numberStyle: target.value as FieldSettings["numberStyle"] })}
      />
    </>
  );
}

function FileSettings({ settings, set, t }: Part) {
  const accepted = settings.accepts ?? FILE_KINDS;
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{t("accepts")}</legend>
      {FILE_KINDS.map((kind) => (
        <CheckField
          key={kind}
          label={t(`kinds.${kind}`)}
          checked={accepted.includes(kind)}
          onChange={({ target }) =>
            set({
              accepts: FILE_KINDS.filter((one) => (one === kind ? target.checked : accepted.includes(one))),
            })
          }
        />
      ))}
      <Whole {...{ settings, set, t }} name="megabytes" label={t("megabytes")} most={25} />
    </fieldset>
  );
}

function Prefill({ settings, set, t, field }: Part & { readonly field: DraftField }) {
  const isTicked = field.type === "checkbox" || field.type === "radio";
  return (
    <>
      {isTicked ? (
        <CheckField
          label={t("ticked")}
          checked={settings.value === "yes"}
          onChange={({ target }) => set({ value: target.checked ? "yes" : "" })}
        />
      ) : (
        <SettingBox
          label={t("value")}
          hint={field.type === "day" ? undefined : t("valueHint")}
          type={field.type === "day" ? "date" : "text"}
          value={settings.value ?? ""}
          maxLength={1_000}
          onText={(value) => set({ value }, "value")}
        />
      )}
      <CheckField
        label={t("readOnly")}
        checked={settings.isReadOnly ?? false}
        onChange={({ target }) => set({ isReadOnly: target.checked })}
      />
    </>
  );
}

function Sensitive({ settings, set, t }: Part) {
  return (
    <>
      <CheckField
        label={t("sensitive")}
        hint={t("sensitiveHint")}
        checked={settings.isSensitive ?? false}
        onChange={({ target }) =>
          set({
            ...{ isSensitive: target.checked, isPrinted: false, value: "", isReadOnly: false },
            isForEditor: false,
          })
        }
      />
      {settings.isSensitive ? (
        <CheckField
          label={t("printed")}
          checked={settings.isPrinted ?? false}
          onChange={({ target }) => set({ isPrinted: target.checked })}
        />
      ) : null}
    </>
  );
}
