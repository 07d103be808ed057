"use client";

import { useEffect, useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { labelOf } from "../field-box.tsx";
import { problemElsewhere } from "../problem-words.ts";
import { fillIn, type SignWords, sentenceFor } from "../words.ts";

interface Away {
  readonly isAway: boolean;
  readonly isSending: boolean;
  readonly expiresAt: Date | null;
  readonly problems: readonly { readonly code: string; readonly fieldId: string | null }[];
}

interface OfflineNoticesProps {
  readonly view: CeremonyView;
  readonly locale: string;
  readonly away: Away;
  readonly words: SignWords;
  readonly refusals: Readonly<Record<string, string>>;
  /** Goes to a field, so that it can be put right. */
  goTo(fieldId: string): void;
}

/** What became of things done without a network, over the document. */
export function OfflineNotices({ view, locale, away, words, refusals, goTo }: OfflineNoticesProps) {
  const { keptOffline, sender, fields, documents } = view;
  const problems = away.problems.map(({ code, fieldId }) => {
    const why = sentenceFor(refusals, { code });
    const field = fields.find(({ id }) => id === fieldId);
    const named = field && { ...field, label: field.settings.group || labelOf(field, words.field) };
    return { field, text: named ? problemElsewhere(named, why, documents, words.field) : why };
  });
  return (
    <>
      {away.problems.length > 0 ? (
        <div className="mx-auto w-(--page-width)">
          <Notice tone="bad">
            {problems.some(({ field }) => field) ? (
              <>
                <p>{words.offline.refusedList}</p>
                <ul>
                  {problems.map(({ field, text }) => (
                    <li key={text}>
                      {field ? (
                        <button
                          type="button"
                          onClick={() => goTo(field.id)}
                          className="min-h-11 py-2 text-start underline [overflow-wrap:anywhere]"
                        >
                          {text}
                        </button>
                      ) : (
                        text
                      )}
                    </li>
                  ))}
                </ul>
              </>
            ) : (
              (onlySentence(away.problems, words) ??
              fillIn(words.offline.refused, { why: problems.map(({ text }) => text).join(" ") }))
            )}
          </Notice>
        </div>
      ) : null}
      {keptOffline ? (
        <div className="mx-auto w-(--page-width)">
          <Notice tone="warn">
            <strong>{words.offline.keptHeading}</strong>
            <p>
              {keptText(words.offline.keptLead, {
                ...{ reason: keptOffline.reason.replaceAll("-", "_"), sender: sender.name },
                at: instantIn(locale, keptOffline.at),
              })}
            </p>
          </Notice>
        </div>
      ) : null}
    </>
  );
}

/** What was changed on the device is told by itself: there is nothing of it to put right. */
const onlySentence = (problems: Away["problems"], words: SignWords): string | null =>
  problems[0]?.code === "offline/changed" ? words.offline.changed : null;

const CHOICE = /\{reason, select,((?:\s*\w+ \{[^{}]*\})+)\s*\}/;

/** The sentence with the reason's own in it: the part of ICU's `select` that this page needs. */
export function keptText(template: string, values: { reason: string; sender: string; at: string }): string {
  const chosen = template.replace(CHOICE, (_, forms: string) => {
    const known = new Map([...forms.matchAll(/(\w+) \{([^{}]*)\}/g)].map(([, key, text]) => [key!, text!]));
    return known.get(values.reason) ?? known.get("other") ?? "";
  });
  return fillIn(chosen, values);
}

interface OfflineDoneProps {
  readonly away: Away;
  readonly words: SignWords["offline"];
  readonly sender: string;
  readonly locale: string;
  send(): void;
}

const FOCUS_MS = 100;

/** After Finish without a network: where what was done lies, what happens next, and until when. */
export function OfflineDone({ away, words, sender, locale, send }: OfflineDoneProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The dialog gives the focus back first.
    const timer = setTimeout(() => heading.current?.focus(), FOCUS_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <section
      aria-labelledby="offline-done"
      data-cover
      className="fixed inset-x-0 bottom-0 z-40 border-t border-line bg-paper pb-[env(safe-area-inset-bottom)]"
    >
      <div className="mx-auto flex max-w-[860px] flex-col gap-3 p-4 sm:p-6">
        <h2 id="offline-done" ref={heading} tabIndex={-1} className="text-h3 outline-none">
          {words.finishedHeading}
        </h2>
        <p>{fillIn(words.finishedLead, { sender })}</p>
        {away.expiresAt ? (
          <p className="text-ink-700">
            {fillIn(words.finishedUntil, { until: instantIn(locale, away.expiresAt) })}
          </p>
        ) : null}
        <p role="status" className="text-ink-600 empty:hidden">
          {away.isSending ? words.sending : away.isAway ? words.stillAway : null}
        </p>
        <Button size="large" isBusy={away.isSending} onClick={send} className="sm:self-start">
          {words.sendNow}
        </Button>
      </div>
    </section>
  );
}
