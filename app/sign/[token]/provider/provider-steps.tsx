"use client";

import { ExternalLink } from "lucide-react";
import { useRouter } from "next/navigation";
import { Fragment, useState } from "react";
import { type SignWords, sentenceFor } from "#components/signing/words.ts";
import { wrongControls } from "#components/signing/wrong-controls.ts";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { Question } from "#lib/ports/signature-service.ts";
import { attempt, isOutdated } from "../attempt.ts";
import { allowThere, answer, beginThere, challenge, choose } from "./actions.ts";

interface Shared {
  readonly token: string;
  readonly words: { readonly busy: string };
  readonly refusals: Readonly<Record<string, string>>;
}

/** Does something, shows what was refused, and shows the page as it is now. */
function useStep(refusals: Shared["refusals"]) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  async function act(work: Parameters<typeof attempt<string | null | undefined>>[0]): Promise<void> {
    setBusy(true);
    setProblem(null);
    const { refusal, result } = await attempt(work);
    // Another page comes: the button stays as it is until then.
    if (typeof result === "string") return window.location.assign(result);
    setBusy(false);
    if (refusal) setProblem(sentenceFor(refusals, refusal));
    if (!refusal || isOutdated(refusal.code)) router.refresh();
  }
  return { act, problem, isBusy };
}

const Problem = ({ problem }: { readonly problem: string | null }) =>
  problem ? <Notice tone="bad">{problem}</Notice> : null;

interface GoButtonProps extends Shared {
  readonly to: "credentials" | "approval";
  readonly label: string;
  readonly isQuiet?: boolean;
}

/** Leads to the provider, and back. */
export function GoButton({ token, to, label, isQuiet = false, words, refusals }: GoButtonProps) {
  const { act, problem, isBusy } = useStep(refusals);
  return (
    <div className="flex flex-col gap-3">
      <ReadyButton
        kind={isQuiet ? "quiet" : "primary"}
        size="large"
        isBusy={isBusy}
        className="sm:self-start"
        onClick={() => act(() => (to === "approval" ? allowThere(token) : beginThere(token)))}
      >
        {isBusy || isQuiet ? null : <ExternalLink aria-hidden="true" className="size-5 shrink-0" />}
        {isBusy ? words.busy : label}
      </ReadyButton>
      <Problem problem={problem} />
    </div>
  );
}

interface ShownCredential {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly hindrance: string | null;
  /** What the person says where the name is another. */
  readonly isMine: string | null;
  readonly submit: string;
}

export function CredentialList({
  credentials,
  ...shared
}: Shared & { readonly credentials: readonly ShownCredential[] }) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {credentials.map((credential) => (
        <li key={credential.id} className="py-4">
          <Credential credential={credential} {...shared} />
        </li>
      ))}
    </ul>
  );
}

function Credential({
  token,
  credential,
  words,
  refusals,
}: Shared & { readonly credential: ShownCredential }) {
  const { act, problem, isBusy } = useStep(refusals);
  const [isMine, setMine] = useState(false);
  const { id, name, about, hindrance, submit } = credential;
  const isSaid = credential.isMine === null || isMine;
  return (
    <div className="flex flex-col gap-2">
      <p className="font-medium text-as-parent [overflow-wrap:anywhere]" dir="auto">
        {name}
      </p>
      <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{about}</p>
      {hindrance ? <p className="text-ink-700">{hindrance}</p> : null}
      {!hindrance && credential.isMine ? (
        <CheckField
          label={credential.isMine}
          checked={isMine}
          onChange={(event) => setMine(event.target.checked)}
        />
      ) : null}
      {hindrance ? null : (
        <ReadyButton
          kind="primary"
          size="large"
          isBusy={isBusy}
          disabled={!isSaid}
          className="sm:self-start"
          onClick={() => act(() => choose(token, id, isMine))}
        >
          {isBusy ? words.busy : submit}
        </ReadyButton>
      )}
      <Problem problem={problem} />
    </div>
  );
}

interface AnswerFormProps extends Shared {
  readonly questions: readonly Question[];
  /** What is said of what is missing. */
  readonly problems: SignWords["field"]["problems"];
  readonly lead: string;
  readonly submit: string;
  readonly challenge: ChallengeWords;
}

/** What is said of questions that the provider asks when it is told to; labels by the questions' ids. */
interface ChallengeWords {
  readonly labels: Readonly<Record<string, string>>;
  readonly sent: string;
}

interface ChallengeProps extends Shared {
  readonly id: string;
  readonly label: string;
  readonly sent: string;
}

/** Has the provider say what is to be answered. */
function Challenge({ token, id, label, sent, words, refusals }: ChallengeProps) {
  const [said, setSaid] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  async function get(): Promise<void> {
    setBusy(true);
    setProblem(null);
    const { refusal, result } = await attempt(() => challenge(token, id));
    setBusy(false);
    if (refusal) setProblem(sentenceFor(refusals, refusal));
    else setSaid(result ?? sent);
  }
  return (
    <div className="flex flex-col gap-2">
      <ReadyButton kind="secondary" isBusy={isBusy} className="sm:self-start" onClick={() => void get()}>
        {isBusy ? words.busy : label}
      </ReadyButton>
      <p aria-live="polite" dir="auto" className="font-medium [overflow-wrap:anywhere] empty:hidden">
        {said}
      </p>
      <Problem problem={problem} />
    </div>
  );
}

/** What the provider asks: passed on to it and kept nowhere. */
export function AnswerForm(props: AnswerFormProps) {
  const { token, questions, lead, submit, challenge, words, problems, refusals } = props;
  const { act, problem, isBusy } = useStep(refusals);
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  return (
    <form
      method="post"
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const found = wrongControls(event.currentTarget, problems);
        setWrong(found);
        if (Object.keys(found).length > 0) return;
        const form = new FormData(event.currentTarget);
        void act(() => answer(token, form));
      }}
    >
      <p className="text-lead">{lead}</p>
      {questions.map(({ id, label, isNumeric, isChallenge }) => (
        <Fragment key={id}>
          {isChallenge ? (
            <Challenge
              {...{ token, id, words, refusals }}
              label={challenge.labels[id]!}
              sent={challenge.sent}
            />
          ) : null}
          <TextField
            name={id}
            type="password"
            label={label}
            inputMode={isNumeric ? "numeric" : undefined}
            autoComplete="one-time-code"
            maxLength={200}
            required
            error={wrong[id]}
          />
        </Fragment>
      ))}
      <Problem problem={problem} />
      <ReadyButton type="submit" kind="primary" size="large" isBusy={isBusy} className="sm:self-start">
        {isBusy ? words.busy : submit}
      </ReadyButton>
    </form>
  );
}
