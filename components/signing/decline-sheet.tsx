"use client";

import { type FormEvent, useId, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { type RecipientRole, ROLE_SUFFIX } from "#lib/envelopes/core/roles.ts";
import { Sheet } from "./sheet.tsx";
import { fillIn, type SignWords } from "./words.ts";

const REASONS = ["terms", "wrong", "notMe", "other"] as const;
export type DeclineReason = (typeof REASONS)[number];

export interface DeclineSheetProps {
  readonly isOpen: boolean;
  readonly role: RecipientRole;
  readonly sender: string;
  /** Chosen already, by the way the person came here. */
  readonly reason: DeclineReason | null;
  readonly words: SignWords["decline"];
  /** @returns why it was refused, in words, or null. */
  decline(reason: string): Promise<string | null>;
  onClose(): void;
}

export function DeclineSheet(props: DeclineSheetProps) {
  const { isOpen, role, words, onClose } = props;
  return (
    <Sheet
      isOpen={isOpen}
      onClose={onClose}
      title={words[`heading${ROLE_SUFFIX[role]}`]}
      closeLabel={words.close}
    >
      <DeclineForm {...props} />
    </Sheet>
  );
}

const needsDetails = (reason: DeclineReason | null, details: string) =>
  reason === "other" && details.trim() === "";

function DeclineForm({ role, sender, reason: given, words, decline, onClose }: DeclineSheetProps) {
  const [reason, setReason] = useState<DeclineReason | null>(given);
  const [details, setDetails] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const wrong =
    problem === null ? null : !reason ? "reason" : needsDetails(reason, details) ? "details" : null;

  /** What is missing is said, and whoever listens is taken there. */
  function ask(sentence: string, place: string) {
    setProblem(sentence);
    form.current?.querySelector<HTMLElement>(place)?.focus();
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!reason) return ask(words.chooseReason, "input");
    if (needsDetails(reason, details)) return ask(fillIn(words.giveReason, { sender }), "textarea");
    setBusy(true);
    const chosen = reason === "other" ? "" : words[reason];
    const text = [chosen, details.trim()].filter((part) => part !== "").join(": ");
    setProblem(await decline(text));
    setBusy(false);
  }

  return (
    <form ref={form} method="post" onSubmit={submit} noValidate className="flex flex-col gap-4">
      <p>{fillIn(words.text, { sender })}</p>
      <fieldset className="flex flex-col" aria-describedby={wrong === "reason" ? `${id}-problem` : undefined}>
        <legend className="mb-1 font-medium">{words.reasons}</legend>
        {REASONS.map((each) => (
          <label key={each} className="flex min-h-11 items-center gap-3">
            <input
              type="radio"
              name="reason"
              checked={each === reason}
              onChange={() => {
                setReason(each);
                setProblem(null);
              }}
              className="size-5 accent-action-700"
            />
            {words[each]}
          </label>
        ))}
      </fieldset>
      <div>
        <label htmlFor={id} className="mb-1 block font-medium">
          {reason === "other" ? fillIn(words.details, { sender }) : words.detailsOptional}
        </label>
        <textarea
          id={id}
          rows={3}
          maxLength={400}
          dir="auto"
          aria-invalid={wrong === "details" || undefined}
          aria-describedby={wrong === "details" ? `${id}-problem` : undefined}
          value={details}
          onChange={(event) => setDetails(event.target.value)}
          className="block w-full rounded-control border border-line-strong bg-paper px-3 py-2 text-base aria-invalid:border-bad-700"
        />
      </div>
      {problem ? (
        <div id={`${id}-problem`}>
          <Notice tone="bad">{problem}</Notice>
        </div>
      ) : null}
      <div className="flex flex-col gap-2 sm:flex-row-reverse sm:justify-start">
        <Button type="submit" kind="danger" size="large" isBusy={isBusy}>
          {words[`submit${ROLE_SUFFIX[role]}`]}
        </Button>
        <Button kind="secondary" size="large" onClick={onClose}>
          {words.back}
        </Button>
      </div>
    </form>
  );
}
