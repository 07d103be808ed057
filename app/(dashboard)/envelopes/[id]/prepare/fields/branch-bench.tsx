"use client";

import { Split } from "lucide-react";
import { useTranslations } from "next-intl";
import { useMemo, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Minimum } from "#lib/envelopes/core/checks.ts";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import { type Branch, WALK_LIMITS, type Walk, walkRules } from "#lib/envelopes/core/fields/branch-walk.ts";
import type { FieldRule } from "#lib/envelopes/core/fields/field-rules.ts";
import { ADOPTED, CHECKED } from "#lib/envelopes/core/fields/form-field.ts";
import { labelIn } from "./rule-words.ts";

interface BranchBenchProps {
  readonly fields: readonly DraftField[];
  readonly rules: readonly FieldRule[];
}

/** Goes through every branch of the draft's rules, and says what can never be. */
export function BranchBench({ fields, rules }: BranchBenchProps) {
  const t = useTranslations("app.prepare.branches");
  const [isOpen, setOpen] = useState(false);
  if (rules.length === 0) return null;
  return (
    <div className="mt-3">
      <Button kind="secondary" className="w-full" onClick={() => setOpen(true)}>
        <Split aria-hidden="true" className="size-5" />
        {t("open")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("title")}
        description={t("lead")}
        closeLabel={t("close")}
        width="wide"
      >
        {isOpen ? <Walked fields={fields} rules={rules} /> : null}
      </Dialog>
    </div>
  );
}

function Walked({ fields, rules }: BranchBenchProps) {
  const t = useTranslations("app.prepare.branches");
  const told = useTranslations("app.prepare.rules");
  const named = useTranslations("app.prepare.fields");
  const people = useTranslations("app.prepare.people");
  const { walks, neverHold, neverThere } = useMemo(() => walkRules(fields, rules), [fields, rules]);
  const label = (id: string) => labelIn(named, fields, id);
  const sentence = (id: string) => {
    const rule = rules.find((one) => one.id === id)!;
    const tests = rule.tests.map(({ fieldId, operator, value }) =>
      told(`tests.${operator}`, { label: label(fieldId), value }),
    );
    const when = tests.join(told(rule.combine === "all" ? "and" : "or"));
    const about = rule.targets.map(label).join(", ");
    const does = told(`sentences.${rule.effect}`, {
      when,
      value: rule.effect === "raise" ? people(`checks.${rule.value as Minimum}`) : rule.value,
    });
    return about === "" ? does : `${about}: ${does}`;
  };
  const isGood = neverHold.length === 0 && neverThere.length === 0;
  return (
    <div className="mt-4 flex flex-col gap-4">
      {neverHold.length > 0 ? (
        <Notice tone="bad">
          <p>{t("neverHold", { count: neverHold.length })}</p>
          <Lines texts={neverHold.map(sentence)} />
        </Notice>
      ) : null}
      {neverThere.length > 0 ? (
        <Notice tone="bad">
          <p>{t("neverThere", { count: neverThere.length })}</p>
          <Lines texts={neverThere.map(label)} />
        </Notice>
      ) : null}
      {isGood && walks.every(({ isWhole }) => isWhole) ? <Notice tone="good">{t("good")}</Notice> : null}
      {walks.map((walk) => (
        <WalkView key={walk.questions.join()} walk={walk} label={label} />
      ))}
    </div>
  );
}

const Lines = ({ texts }: { readonly texts: readonly string[] }) => (
  <ul className="list-disc ps-5">
    {texts.map((text) => (
      <li key={text} className="[overflow-wrap:anywhere]">
        {text}
      </li>
    ))}
  </ul>
);

interface WalkViewProps {
  readonly walk: Walk;
  readonly label: (id: string) => string;
}

function WalkView({ walk, label }: WalkViewProps) {
  const t = useTranslations("app.prepare.branches");
  const { targets, questions, branches, isWhole, walked } = walk;
  const shown = branches.slice(0, WALK_LIMITS.branches);
  const about = (targets.length > 0 ? targets : questions).map(label).join(", ");
  return (
    <section className="rounded-card border border-line">
      <h3 className="border-b border-line px-4 py-3 font-medium [overflow-wrap:anywhere]">
        {t("walk", { fields: about })}
      </h3>
      {isWhole ? null : (
        <div className="px-4 pt-3">
          <Notice tone="warn">{t("unsure", { walked })}</Notice>
        </div>
      )}
      <ol className="divide-y divide-line">
        {shown.map((branch) => (
          <BranchView key={[...branch.answers].join("|")} branch={branch} label={label} />
        ))}
      </ol>
      {branches.length > shown.length ? (
        <p className="px-4 py-3 text-small text-ink-600">
          {t("more", { count: branches.length - shown.length })}
        </p>
      ) : null}
    </section>
  );
}

function BranchView({ branch, label }: { readonly branch: Branch; readonly label: WalkViewProps["label"] }) {
  const t = useTranslations("app.prepare.branches");
  const answers = [...branch.answers].map(([id, value]) =>
    value === ""
      ? t("left", { label: label(id) })
      : t(value === CHECKED ? "checked" : value === ADOPTED ? "given" : "answer", {
          label: label(id),
          value,
        }),
  );
  const outcomes = [...branch.outcomes].map(([id, { presence, isRequired, setTo }]) => {
    const key = setTo !== null ? "set" : presence === "shown" && isRequired ? "required" : presence;
    return t(`outcome.${key}`, { label: label(id), value: setTo ?? "" });
  });
  return (
    <li className="grid gap-x-6 gap-y-1 px-4 py-3 md:grid-cols-2">
      <p className="[overflow-wrap:anywhere]">
        {t("branch", { answers: answers.join(t("joined")) })}
        <span className="block text-small text-ink-600">{t("count", { count: branch.combinations })}</span>
      </p>
      <Lines texts={outcomes} />
    </li>
  );
}
