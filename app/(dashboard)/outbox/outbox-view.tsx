"use client";

import { Mail } from "lucide-react";
import type { Route } from "next";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Spinner } from "#components/ui/button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TabList, TabPanel, Tabs } from "#components/ui/tabs.tsx";
import { openMail } from "./actions.ts";

interface Entry {
  readonly id: string;
  readonly toName: string;
  readonly toAddress: string;
  readonly subject: string;
  readonly at: string;
  readonly envelope: string | null;
}

interface Opened {
  readonly entry: Entry;
  readonly mail: { readonly html: string; readonly text: string } | null;
  readonly wrong: string | null;
}

/** The list of mails, and the one that is open. */
export function OutboxView({ entries }: { readonly entries: readonly Entry[] }) {
  const t = useTranslations("app.outbox");
  const refusals = useTranslations("refusals");
  const [opened, setOpened] = useState<Opened | null>(null);
  const [isOpening, start] = useTransition();
  const heading = useRef<HTMLHeadingElement>(null);
  const openedId = opened?.mail ? opened.entry.id : null;
  useEffect(() => {
    if (openedId) heading.current?.focus();
  }, [openedId]);

  function open(entry: Entry) {
    setOpened({ entry, mail: null, wrong: null });
    start(async () => {
      const { refusal, result } = await openMail(entry.id);
      setOpened({
        ...{ entry, mail: result ?? null },
        wrong: refusal ? refusalText(refusals, refusal) : null,
      });
    });
  }

  return (
    <div className="grid items-start gap-6 md:grid-cols-[minmax(0,22rem)_minmax(0,1fr)]">
      <ul
        aria-label={t("mails")}
        className={`divide-y divide-line rounded-card border border-line bg-paper md:max-h-[75dvh] md:overflow-y-auto ${opened ? "order-last md:order-none" : ""}`}
      >
        {entries.map((entry) => (
          <li key={entry.id}>
            <button
              type="button"
              aria-current={opened?.entry.id === entry.id ? "true" : undefined}
              onClick={() => open(entry)}
              className="flex w-full flex-col gap-0.5 px-4 py-3 text-start hover:bg-canvas focus-visible:-outline-offset-2 aria-[current]:bg-action-50"
            >
              <span className="font-medium [overflow-wrap:anywhere]">{entry.subject}</span>
              <span className="text-small text-ink-700 [overflow-wrap:anywhere]">
                {t("to", { name: entry.toName, address: entry.toAddress })}
              </span>
              <Instant at={entry.at} className="text-small text-ink-600" />
            </button>
          </li>
        ))}
      </ul>
      <section aria-label={t("mail")} className="rounded-card border border-line bg-paper">
        {opened ? (
          <>
            <div className="border-b border-line px-4 py-4 sm:px-6">
              <h2
                ref={heading}
                tabIndex={-1}
                className="text-lead font-semibold [overflow-wrap:anywhere] outline-none"
              >
                {opened.entry.subject}
              </h2>
              <p className="text-small text-ink-700 [overflow-wrap:anywhere]">
                {t("to", { name: opened.entry.toName, address: opened.entry.toAddress })} ·{" "}
                <Instant at={opened.entry.at} />
              </p>
              {opened.entry.envelope ? (
                <Link href={`/envelopes/${opened.entry.envelope}` as Route} className="text-small">
                  {t("toEnvelope")}
                </Link>
              ) : null}
            </div>
            {opened.wrong ? (
              <div className="p-4 sm:p-6">
                <Notice tone="bad">{opened.wrong}</Notice>
              </div>
            ) : null}
            {isOpening ? (
              <p role="status" className="flex items-center gap-3 p-6">
                <Spinner /> {t("opening")}
              </p>
            ) : null}
            {opened.mail ? <MailBody subject={opened.entry.subject} {...opened.mail} /> : null}
          </>
        ) : (
          <p className="flex flex-col items-center gap-3 px-6 py-16 text-center text-ink-600">
            <Mail aria-hidden="true" className="size-7" />
            {t("choose")}
          </p>
        )}
      </section>
    </div>
  );
}

interface MailBodyProps {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** A mail as its reader would see it, locked in: no script of it runs, and links open a window of their own. */
function MailBody({ subject, html, text }: MailBodyProps) {
  const t = useTranslations("app.outbox");
  const [form, setForm] = useState("page");
  return (
    <Tabs value={form} onChange={setForm}>
      <TabList
        label={t("forms")}
        tabs={[
          { value: "page", label: t("asPage") },
          { value: "text", label: t("asText") },
        ]}
      />
      <TabPanel value="page">
        <iframe
          title={subject}
          srcDoc={html}
          sandbox="allow-popups allow-popups-to-escape-sandbox"
          referrerPolicy="no-referrer"
          className="block h-[60dvh] min-h-96 w-full rounded-b-card bg-canvas"
        />
      </TabPanel>
      <TabPanel value="text">
        <p className="p-4 text-base whitespace-pre-wrap [overflow-wrap:anywhere] sm:p-6">
          {text.split(/(https?:\/\/[^\s]+)/).map((part, index) =>
            index % 2 === 1 ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same link may stand twice, and nothing moves.
              <a key={index} href={part} target="_blank" rel="noreferrer">
                {part}
              </a>
            ) : (
              part
            ),
          )}
        </p>
      </TabPanel>
    </Tabs>
  );
}
