"use client";

import { useCallback, useEffect, useState } from "react";
import { SigningKit } from "#components/signing/offline/signing-kit.ts";
import { fillIn, type SignWords } from "#components/signing/words.ts";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { instantIn } from "#lib/envelopes/core/languages.ts";

interface Entry {
  readonly kit: SigningKit;
  readonly waiting: number;
}

interface KeptListProps {
  readonly words: SignWords["offline"];
  readonly locale: string;
}

/** Read from this device alone. */
export function KeptList({ words, locale }: KeptListProps) {
  const [entries, setEntries] = useState<readonly Entry[] | "unreadable" | null>(null);
  const read = useCallback(async () => {
    try {
      const kits = await SigningKit.all();
      setEntries(await Promise.all(kits.map(async (kit) => ({ kit, waiting: await kit.waiting() }))));
    } catch {
      setEntries("unreadable");
    }
  }, []);
  useEffect(() => void read(), [read]);
  if (entries === null) return null;
  if (entries === "unreadable") return <Notice tone="bad">{words.notKept}</Notice>;
  if (entries.length === 0) return <p className="mt-6">{words.list.empty}</p>;
  return (
    <ul className="mt-6 flex flex-col divide-y divide-line">
      {entries.map((entry) => (
        <KeptEntry key={entry.kit.id} {...entry} words={words} locale={locale} onChange={read} />
      ))}
    </ul>
  );
}

function KeptEntry(props: Entry & KeptListProps & { onChange(): void }) {
  const { kit, waiting, words, locale, onChange } = props;
  const [isBusy, setBusy] = useState(false);
  const [isAway, setAway] = useState(false);
  const { content, expiresAt } = kit;

  async function send() {
    setBusy(true);
    try {
      if (kit.isChanged) {
        await kit.giveUp();
        return onChange();
      }
      const answer = await kit.send();
      // The page of the document says which answers were refused, and lets them be put right.
      if (answer?.state === "open" && answer.refused.length > 0) return window.location.assign(content.link);
      if (answer && answer.state !== "open") await kit.wipe();
      onChange();
    } catch {
      setAway(true);
    }
    setBusy(false);
  }

  async function remove() {
    if (waiting > 0 && !window.confirm(words.list.removeUnsent)) return;
    await kit.wipe();
    onChange();
  }

  return (
    <li className="flex flex-col gap-2 py-4">
      <h2 className="text-h3 text-as-parent" dir="auto">
        {content.title}
      </h2>
      <p className="text-ink-700">
        {fillIn(words.list.from, { sender: content.sender })}
        {" · "}
        {fillIn(words.list.until, { until: instantIn(locale, expiresAt) })}
      </p>
      {kit.isChanged ? <Notice tone="bad">{words.changed}</Notice> : null}
      {waiting > 0 ? <p>{fillIn(words.list.waiting, { count: waiting }, locale)}</p> : null}
      <p role="status" className="text-ink-600 empty:hidden">
        {isAway ? words.stillAway : null}
      </p>
      <div className="flex flex-wrap gap-2">
        <a href={content.link} className={buttonClass("primary")}>
          {words.list.open}
        </a>
        {waiting > 0 ? (
          <Button kind="secondary" isBusy={isBusy} onClick={send}>
            {words.sendNow}
          </Button>
        ) : null}
        <Button kind="quiet" onClick={remove} className="max-sm:-ms-4 forced-colors:m-0">
          {words.list.remove}
        </Button>
      </div>
    </li>
  );
}
