"use client";

import { createContext, type ReactNode, useContext, useEffect, useRef } from "react";

export interface TroubleWords {
  readonly heading: string;
  readonly lead: string;
  readonly again: string;
}

const Words = createContext<TroubleWords>({ heading: "Something went wrong", lead: "", again: "Try again" });

/** What is said where a page breaks: the words must be there before it does. */
export function Troubled({
  words,
  children,
}: {
  readonly words: TroubleWords;
  readonly children: ReactNode;
}) {
  return <Words value={words}>{children}</Words>;
}

interface TroubleProps {
  readonly error: unknown;
  readonly retry: () => void;
}

/** In place of a page that broke: what happened, in the reader's language, and a way on. It comes with every page: keep it small. */
export function Trouble({ error, retry }: TroubleProps) {
  const { heading, lead, again } = useContext(Words);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const reference = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-[440px] flex-col justify-center px-4 py-10">
      <section className="rounded-card border border-line bg-paper p-6 sm:p-8">
        <h1 ref={title} tabIndex={-1} className="mb-2 text-h2 outline-none">
          {heading}
        </h1>
        <p className="mb-4 text-ink-700">{lead}</p>
        {reference ? (
          <p className="mb-4 font-mono text-small text-ink-600" dir="ltr">
            {reference}
          </p>
        ) : null}
        <button
          type="button"
          onClick={() => retry()}
          className="min-h-12 rounded-control border border-action-700 bg-action-700 px-5 font-medium text-on-action hover:bg-action-800"
        >
          {again}
        </button>
      </section>
    </main>
  );
}
