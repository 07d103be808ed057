"use client";

import dynamic from "next/dynamic";
import { useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useIsReady } from "#components/ui/use-is-ready.ts";
import type { AccessQuestionProps, NoticeAnswer } from "./access-question.tsx";
import { svgSource } from "./svg-source.ts";
import type { SignWords } from "./words.ts";

const AccessQuestion = dynamic(() => import("./access-question.tsx").then((it) => it.AccessQuestion));

export interface ConsentSheetProps {
  readonly heading: string;
  readonly about: string;
  /** Who could act instead, in words. */
  readonly alternatives: string | null;
  /** What the sender says: to all, and to this person alone. */
  readonly said: readonly { readonly intro: string; readonly text: string }[];
  readonly sentence: string;
  readonly words: SignWords["consent"];
  /** What a consumer shows before they agree; null where nobody has to, or it is shown already. */
  readonly access: Pick<AccessQuestionProps, "noticeAddress" | "loadChoices"> | null;
  /** What has changed since they agreed, in the words of the notice, and where their rights stand; null for who agrees first. */
  readonly change: { readonly text: string; readonly locale: string; readonly rightsAddress: string } | null;
  /** The person said before that they want no electronic records. */
  readonly hasWithdrawn: boolean;
  /** The signature kept from last time, as SVG, and what is said of it. */
  readonly kept: { readonly svg: string; readonly text: string } | null;
  /** @returns why it was refused, in words, or null. */
  agreeAndSign(wording: string, answer: NoticeAnswer | null): Promise<string | null>;
  /** @returns why it was refused, in words, or null. */
  agree(wording: string, answer: NoticeAnswer | null): Promise<string | null>;
  onNotice(): void;
  onPaper(): void;
  onNotMe(): void;
}

/** Lies over the lower half of the document until the person agrees to sign electronically; reading needs no consent. */
export function ConsentSheet(props: ConsentSheetProps) {
  const { heading, about, said, sentence, words, access, change, kept, agree } = props;
  const [answer, setAnswer] = useState<NoticeAnswer>({ word: "", method: "typed" });
  const isReady = useIsReady();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLHeadingElement>(null);
  const isAnew = change !== null;
  // What was open before it gives the focus back to what is no more there.
  useEffect(() => {
    const frame = isAnew ? requestAnimationFrame(() => top.current?.focus()) : 0;
    return () => cancelAnimationFrame(frame);
  }, [isAnew]);

  async function press(act: typeof agree, wording: string) {
    if (access && answer.word.trim() === "") {
      flushSync(() => setProblem(words.access.missing));
      // What is asked stands last, and what was just said of it took some of its room.
      return scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
    }
    setBusy(true);
    const refused = await act(wording, access ? answer : null);
    setProblem(refused);
    if (refused) setBusy(false);
  }
  const pressAgree = () => press(agree, kept ? words.agreeAnother : words.agree);
  const pressKept = () => press(props.agreeAndSign, words.agreeAndSign);

  return (
    <section
      aria-labelledby="consent-heading"
      data-cover
      className="fixed inset-x-0 bottom-0 z-30 flex max-h-[min(70dvh,38rem)] flex-col border-t border-line bg-paper shadow-float sm:mx-auto sm:mb-6 sm:w-[min(680px,calc(100vw-3rem))] sm:rounded-card sm:border"
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard. */}
      <div tabIndex={0} ref={scroller} className="min-h-0 overflow-y-auto px-5 pt-5 pb-2 sm:px-7">
        <h2 id="consent-heading" ref={top} tabIndex={-1} className="text-h3 outline-none sm:text-h2">
          {change ? words.changedHeading : heading}
        </h2>
        <p className="mt-1 text-ink-600">{about}</p>
        {props.alternatives ? <p>{props.alternatives}</p> : null}
        {said.map(({ intro, text }) => (
          <blockquote key={intro} className="mt-3 border-s-4 border-line ps-3">
            <p className="text-ink-600">{intro}</p>
            <p className="whitespace-pre-wrap" dir="auto">
              {text}
            </p>
          </blockquote>
        ))}
        {change ? (
          <>
            <p className="mt-3">{words.changedLead}</p>
            <blockquote
              lang={change.locale}
              dir="auto"
              className="mt-3 border-s-4 border-line ps-3 whitespace-pre-line"
            >
              {change.text}
            </blockquote>
            <p className="mt-3">
              {words.changedFree}{" "}
              <a
                href={change.rightsAddress}
                className="-my-2.5 inline-block py-2.5 underline underline-offset-3"
              >
                {words.changedRights}
              </a>
            </p>
          </>
        ) : null}
        <p className="mt-3">
          {sentence}{" "}
          <button
            type="button"
            onClick={props.onNotice}
            className="-my-2.5 inline-block rounded-control py-2.5 text-action-700 underline underline-offset-3 hover:text-action-800"
          >
            {words.readNotice}
          </button>
        </p>
        {kept ? (
          <figure className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-control border border-line p-3">
            <img src={svgSource(kept.svg)} alt={words.keptAlt} className="h-12 max-w-48" />
            <figcaption className="min-w-48 flex-1 text-ink-700">{kept.text}</figcaption>
          </figure>
        ) : null}
        {access ? (
          <AccessQuestion
            {...access}
            words={words.access}
            answer={answer}
            onAnswer={(given) => {
              setAnswer(given);
              setProblem(null);
            }}
          />
        ) : null}
        {props.hasWithdrawn ? <Notice tone="warn">{words.withdrawn}</Notice> : null}
      </div>
      {/* Beside the button that was pressed: what is above may be scrolled away. */}
      {problem ? (
        <div className="px-5 pt-2 sm:px-7">
          <Notice tone="bad">{problem}</Notice>
        </div>
      ) : null}
      <div
        className={`flex flex-col gap-1 px-5 pt-2 pb-[max(0.75rem,env(safe-area-inset-bottom))] sm:px-7 sm:pb-4 ${kept ? "" : "sm:flex-row-reverse sm:items-center sm:justify-between"}`}
      >
        <Button size="large" isBusy={isBusy} disabled={!isReady} onClick={kept ? pressKept : pressAgree}>
          {kept ? words.agreeAndSign : words.agree}
        </Button>
        <div className="flex flex-wrap justify-center gap-x-2">
          {kept ? (
            <Button kind="quiet" disabled={isBusy || !isReady} onClick={pressAgree}>
              {words.agreeAnother}
            </Button>
          ) : null}
          <Button kind="quiet" onClick={props.onPaper}>
            {words.paper}
          </Button>
          <Button kind="quiet" onClick={props.onNotMe}>
            {words.notMe}
          </Button>
        </div>
      </div>
    </section>
  );
}
