"use client";

import { ScanSearch } from "lucide-react";
import { useTranslations } from "next-intl";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import type { Hints } from "./use-hints.ts";

const MOST_TYPES = 8;

/** Has the documents searched for places, and takes all of what was found, or all of a kind. */
export function HintsPanel({ hints }: { readonly hints: Hints }) {
  const t = useTranslations("app.prepare.fields.hints");
  const types = useTranslations("app.prepare.fields.types");
  const refusals = useTranslations("refusals");
  const { ghosts, reports, state, wrong } = hints;
  const byType = Map.groupBy(ghosts, ({ type }): FieldType => type);
  const count = (from: "form" | "tag" | "look") => ghosts.filter((ghost) => ghost.from === from).length;
  const held = ghosts.filter(({ isHeld }) => isHeld).length;
  return (
    <section aria-label={t("title")} className="mt-3 flex flex-col gap-2 border-t border-line pt-3">
      <Button kind="secondary" isBusy={state === "looking"} onClick={hints.look}>
        {state === "looking" ? null : <ScanSearch aria-hidden="true" className="size-5" />}
        {t("look")}
      </Button>
      <div role="status" className="text-small text-ink-700">
        {state === "looking" ? t("looking") : null}
        {state === "found" && ghosts.length === 0 ? t("none") : null}
        {ghosts.length > 0
          ? t("found", { count: ghosts.length, form: count("form"), tag: count("tag"), look: count("look") })
          : null}
      </div>
      {wrong ? (
        <p role="alert" className="text-small text-bad-700">
          {refusalText(refusals, { code: wrong })}
        </p>
      ) : null}
      {held > 0 ? <p className="text-small text-ink-700">{t("held", { count: held })}</p> : null}
      {count("tag") > 0 ? (
        <CheckField
          label={t("takeOut")}
          hint={t("takeOutHint")}
          checked={hints.takesOut}
          onChange={({ target }) => hints.setTakesOut(target.checked)}
        />
      ) : null}
      {hints.taken === "none" ? null : (
        <p
          role={hints.taken === "left" ? "alert" : "status"}
          className={`text-small ${hints.taken === "left" ? "text-bad-700" : "text-ink-700"}`}
        >
          {t(`taken.${hints.taken}`)}
        </p>
      )}
      {ghosts.length > 0 ? (
        <>
          <Button onClick={() => hints.accept(ghosts)}>{t("acceptAll", { count: ghosts.length })}</Button>
          {[...byType].slice(0, MOST_TYPES).map(([type, own]) => (
            <button
              key={type}
              type="button"
              onClick={() => hints.accept(own)}
              className="min-h-9 text-start text-small text-action-700 underline"
            >
              {t("acceptType", { count: own.length, type: types(type) })}
            </button>
          ))}
          <Button kind="secondary" onClick={hints.dismiss}>
            {t("dismiss")}
          </Button>
        </>
      ) : null}
      {state === "found" && reports.length > 0 ? <TagReports reports={reports} /> : null}
    </section>
  );
}

/** Every tag that did not become what it says, with its page and what is made of it. */
function TagReports({ reports }: Pick<Hints, "reports">) {
  const t = useTranslations("app.prepare.fields.hints.reports");
  return (
    <details open className="text-small text-warn-800">
      <summary className="min-h-9 content-center">{t("title", { count: reports.length })}</summary>
      <ul className="flex max-h-80 flex-col gap-2 overflow-y-auto">
        {reports.map(({ id, text, page, document, why }) => (
          <li key={id} className="border-s-2 border-warn-800 ps-2 [overflow-wrap:anywhere]">
            <span className="font-mono">{text}</span>
            <span className="block text-ink-700">
              {page === null ? t("whole", { document }) : t("place", { page: page + 1, document })}
            </span>
            <span className="block">
              {why.kind === "unknown" || why.kind === "absent" ? t(why.kind) : null}
              {why.kind === "left" ? t("left", { pieces: why.pieces.join(" · ") }) : null}
              {why.kind === "nobody"
                ? t(why.isTaken ? "went" : "goes", { signer: why.signer, person: why.assumed })
                : null}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
