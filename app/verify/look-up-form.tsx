"use client";

import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { inputClass, TextField } from "#components/ui/text-field.tsx";
import { typedSha256, typedShortId } from "#lib/evidence/core/lookup/printed-pair.ts";
import type { ToldEvent } from "#lib/evidence/core/lookup/told-trail.ts";
import type { LookedUp, Standing } from "#lib/evidence/lookup/look-up.ts";
import { fileSha256 } from "./file-sha256.ts";

export interface LookUpWords {
  readonly title: string;
  readonly lead: string;
  readonly id: string;
  readonly idHint: string;
  readonly idWrong: string;
  readonly hash: string;
  readonly hashHint: string;
  readonly hashWrong: string;
  readonly file: string;
  readonly fileHint: string;
  readonly ask: string;
  readonly asking: string;
  readonly unknown: string;
  readonly known: string;
  readonly states: Readonly<Record<Standing["state"], string>>;
  readonly completedBefore: string;
  readonly signed: string;
  readonly kinds: Readonly<Record<Standing["kind"], string>>;
  readonly typedPart: string;
  readonly typedOther: string;
  readonly fileEqual: string;
  readonly fileOther: string;
  readonly nobody: string;
  readonly trail: string;
  readonly trailLead: string;
  readonly tooMany: string;
  readonly unreachable: string;
  readonly unreadable: string;
}

type State =
  | { readonly step: "empty" }
  | { readonly step: "asking" }
  | { readonly step: "refused"; readonly why: "tooMany" | "unreachable" | "unreadable" }
  | { readonly step: "answered"; readonly found: LookedUp; readonly digits: number };

interface LookUpFormProps {
  readonly words: LookUpWords;
  /** What is said of a workspace for trying out. */
  readonly test: string;
  readonly locale: string;
  /** From the code on a printed page. */
  readonly shortId: string;
}

/** Asks about a printed page: its number and a hash go to the server, a file never does. */
export function LookUpForm({ words, test, locale, shortId }: LookUpFormProps) {
  const [state, setState] = useState<State>({ step: "empty" });
  const [wrong, setWrong] = useState<{ readonly id: boolean; readonly hash: boolean }>({
    id: false,
    hash: false,
  });
  const form = useRef<HTMLFormElement>(null);
  const result = useRef<HTMLElement>(null);
  const fileId = useId();

  useEffect(() => {
    if (state.step === "answered") result.current?.focus();
  }, [state]);

  async function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [number, hash] = [String(data.get("id")), String(data.get("hash")).trim()];
    const chosen = data.get("file");
    const file = chosen instanceof File && chosen.size > 0 ? chosen : null;
    const mistakes = {
      id: typedShortId(number) === null,
      hash: hash === "" ? file === null : typedSha256(hash) === null,
    };
    setWrong(mistakes);
    const mistaken = mistakes.id ? "id" : mistakes.hash ? "hash" : null;
    if (mistaken) {
      form.current?.querySelector<HTMLInputElement>(`[name=${mistaken}]`)?.focus();
      return setState({ step: "empty" });
    }
    setState({ step: "asking" });
    let sha256: string | null = null;
    try {
      sha256 = file ? await fileSha256(file) : null;
    } catch {
      return setState({ step: "refused", why: "unreadable" });
    }
    setState(await asked(number, hash === "" ? null : hash, sha256));
  }

  const isAsking = state.step === "asking";
  return (
    <section className="flex flex-col gap-4 border-t border-line pt-6" aria-labelledby="look-up">
      <div>
        <h2 id="look-up" className="mb-2 text-h3 font-semibold">
          {words.title}
        </h2>
        <p className="max-w-[72ch] text-ink-700">{words.lead}</p>
      </div>
      <form
        ref={form}
        onSubmit={(event) => void ask(event)}
        noValidate
        className="flex max-w-[480px] flex-col gap-4"
      >
        <TextField
          name="id"
          label={words.id}
          hint={words.idHint}
          error={wrong.id ? words.idWrong : null}
          defaultValue={shortId}
          maxLength={40}
          dir="ltr"
          autoComplete="off"
          spellCheck={false}
        />
        <TextField
          name="hash"
          label={words.hash}
          hint={words.hashHint}
          error={wrong.hash ? words.hashWrong : null}
          maxLength={200}
          dir="ltr"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <div>
          <label htmlFor={fileId} className="mb-1 block font-medium">
            {words.file}
          </label>
          <input
            id={fileId}
            name="file"
            type="file"
            aria-describedby={`${fileId}-hint`}
            className={`${inputClass} py-2`}
          />
          <p id={`${fileId}-hint`} className="mt-1 text-small text-ink-600">
            {words.fileHint}
          </p>
        </div>
        <Button type="submit" kind="secondary" disabled={isAsking} className="self-start">
          {isAsking ? words.asking : words.ask}
        </Button>
      </form>
      {state.step === "refused" ? <Notice tone="bad">{words[state.why]}</Notice> : null}
      {state.step === "answered" ? (
        <section ref={result} tabIndex={-1} className="shadow-none outline-none">
          <Found {...state} {...{ words, test, locale }} />
        </section>
      ) : null}
    </section>
  );
}

async function asked(shortId: string, typed: string | null, file: string | null): Promise<State> {
  try {
    const answer = await fetch("/verify/look-up", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ shortId, typed, file }),
    });
    if (answer.status === 429) return { step: "refused", why: "tooMany" };
    if (!answer.ok) return { step: "refused", why: "unreachable" };
    const digits = typed === null ? 0 : (typedSha256(typed)?.length ?? 0);
    return { step: "answered", found: (await answer.json()) as LookedUp, digits };
  } catch {
    return { step: "refused", why: "unreachable" };
  }
}

type FoundProps = Pick<LookUpFormProps, "words" | "test" | "locale"> & {
  readonly found: LookedUp;
  /** How many digits of a hash were typed. */
  readonly digits: number;
};

function Found({ found, digits, words, test, locale }: FoundProps) {
  if (!found.isKnown) return <Notice tone="warn">{words.unknown}</Notice>;
  const day = (at: string | null) => (at === null ? "" : instantIn(locale, at));
  const { kind, typed, file, state, at, completedAt, signed, signers } = found;
  const isWhole = file === "equal" || digits === 64;
  const isGood = file !== "other" && typed !== "other" && (state === "completed" || state === "destroyed");
  return (
    <Notice tone={isGood ? "good" : "warn"}>
      <h3 className="mb-1 font-semibold">{words.known}</h3>
      <ul className="flex list-disc flex-col gap-1 ps-5">
        {found.isTest ? <li className="font-semibold">{test}</li> : null}
        <li>{words.states[state].replace("{at}", day(at))}</li>
        {state === "destroyed" && completedAt ? (
          <li>{words.completedBefore.replace("{at}", day(completedAt))}</li>
        ) : null}
        <li>
          {words.signed
            .replace("{count}", signed.toLocaleString(locale))
            .replace("{total}", signers.toLocaleString(locale))}
        </li>
        <li>{words.kinds[kind]}</li>
        {typed === "equal" && !isWhole ? (
          <li>{words.typedPart.replace("{count}", digits.toLocaleString(locale))}</li>
        ) : null}
        {typed === "other" ? <li>{words.typedOther}</li> : null}
        {file === "equal" ? <li>{words.fileEqual}</li> : null}
        {file === "other" ? <li className="font-semibold">{words.fileOther}</li> : null}
      </ul>
      <p className="mt-2 text-small">{words.nobody}</p>
      {found.trail ? <Trail {...{ words }} trail={found.trail} /> : null}
    </Notice>
  );
}

/** Names of events and hashes are the record's own, in every language. */
function Trail({ trail, words }: Pick<FoundProps, "words"> & { readonly trail: readonly ToldEvent[] }) {
  return (
    <details className="mt-3">
      <summary className="min-h-8 font-semibold">{words.trail}</summary>
      <p className="mt-1 text-small">{words.trailLead}</p>
      <ol className="mt-2 flex flex-col gap-2 text-small" lang="en" dir="ltr">
        {trail.map(({ at, type, person, sha256 }) => (
          <li key={sha256} className="[overflow-wrap:anywhere]">
            <span className="tabular-nums">{at.replace("T", " ").replace(/\.\d+Z$/, " UTC")}</span>{" "}
            <span className="font-medium">{type}</span>
            {person === null ? null : ` #${person}`}
            <code className="block text-ink-700">{sha256}</code>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** In UTC, so that whoever reads it out to another means the same. */
const instantIn = (locale: string, at: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "long", timeZone: "UTC" }).format(
    new Date(at),
  );
