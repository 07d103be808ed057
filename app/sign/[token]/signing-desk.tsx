"use client";

import dynamic from "next/dynamic";
import { type ReactNode, useMemo, useRef } from "react";
import { ActionBar } from "#components/signing/action-bar.tsx";
import { ConsentSheet } from "#components/signing/consent-sheet.tsx";
import { type CalledField, callFields } from "#components/signing/field-box.tsx";
import { FieldControl } from "#components/signing/field-control.tsx";
import { PageSheet } from "#components/signing/page-sheet.tsx";
import { PageText } from "#components/signing/page-text.tsx";
import { ReaderSheet } from "#components/signing/reader-sheet.tsx";
import { type Sentences, useSentences } from "#components/signing/sentences.ts";
import { SignerHeader } from "#components/signing/signer-header.tsx";
import { fillIn, type SignWords } from "#components/signing/words.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { middlesInOrder } from "#lib/envelopes/core/fields/tab-order.ts";
import { onlySays, ROLE_SUFFIX, signs } from "#lib/envelopes/core/roles.ts";
import type { TextBlock } from "#lib/pdf/page-text/text-blocks.ts";
import { unseenPages } from "#lib/signing/core/page-runs.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { attempt } from "./attempt.ts";
import { DeskMenu } from "./desk-menu.tsx";
import { useDeskServer } from "./desk-server.ts";
import { useCeremony } from "./use-ceremony.ts";
import { useClearFocus } from "./use-clear-focus.ts";
import { useDeskKeys } from "./use-desk-keys.ts";
import { type PageTexts, usePageTexts } from "./use-page-texts.ts";
import { useReader } from "./use-reader.ts";
import { type TellRest, useSeenPages } from "./use-seen-pages.ts";
import { useSheets } from "./use-sheets.ts";

export interface SigningDeskProps {
  readonly token: string;
  readonly view: CeremonyView;
  /** In which numbers and days are written. */
  readonly locale: string;
  /** "3 pages · open until …" */
  readonly about: string;
  /** What is said to who goes away to finish later. */
  readonly later: string;
  /** Names all that the page can say, which is the same for everybody and does not go along with each page. */
  readonly sentences: string;
  /** The language switch. */
  readonly language: ReactNode;
  /** For a browser without script. */
  readonly fallback: ReactNode;
}

const loadNotices = () => import("#components/signing/offline/offline-notices.tsx");
const OfflineNotices = dynamic(() => loadNotices().then((it) => it.OfflineNotices));
const OfflineDone = dynamic(() => loadNotices().then((it) => it.OfflineDone));

/** Where a person reads, fills in and signs: the document, what to do next, and what opens over it. */
export function SigningDesk(props: SigningDeskProps) {
  // No Suspense around it: React would send so large a part apart, to be put in its place by a script.
  return <Ceremony {...props} {...useSentences(props.token, props.sentences)} />;
}

type CeremonyProps = SigningDeskProps & Sentences;

function Ceremony(props: CeremonyProps) {
  const { token, view, about, words, language, fallback } = props;
  const server = useDeskServer(token);
  const tellRest: TellRest = useRef(async () => {});
  const ceremony = useCeremony(props, tellRest);
  const texts = usePageTexts(server.address, view.documents);
  const desk = {
    ...ceremony,
    fields: useMemo(() => callFields(ceremony.fields, texts), [ceremony.fields, texts]),
  };
  const main = useRef<HTMLElement>(null);
  useDeskKeys(main);
  useClearFocus(main);
  const seen = useSeenPages(server, view.documents, desk.hasAgreed, view.seenPages, desk.offline, tellRest);
  const reading = readingOf(view, words, seen);
  const Sheets = useSheets(desk.sheet !== null || view.sessionMs !== null);

  return (
    <div className="[--bar:6rem] [--keyboard:0px] [--page-width:min(100vw,860px)] sm:[--page-width:min(100vw-3rem,860px)]">
      <SignerHeader
        title={view.title}
        organizationName={view.organizationName}
        language={language}
        menu={<DeskMenu {...{ token, view, words }} isPreview={server.isPreview} onOpen={desk.open} />}
      />
      {fallback}
      {desk.hasAgreed ? null : (
        <ConsentSheet
          heading={fillIn(words.consent[`heading${ROLE_SUFFIX[view.me.role]}`], {
            sender: view.sender.name,
            title: view.title,
          })}
          about={about}
          said={(["message", "note"] as const)
            .filter((kind) => view[kind] !== "")
            .map((kind) => ({
              intro: fillIn(words.consent[kind], { sender: view.sender.name }),
              text: view[kind],
            }))}
          alternatives={
            view.alternatives.length === 0
              ? null
              : fillIn(words.consent.anyOf, {
                  names: new Intl.ListFormat(props.locale, { type: "disjunction" }).format(view.alternatives),
                })
          }
          sentence={words.consent[sentenceKey(view)]}
          words={words.consent}
          access={
            view.consent.mode === "consumer" && !view.consent.isAccessShown
              ? {
                  noticeAddress: `${server.address}/notice/${view.consent.version}/${view.consent.locale}`,
                  loadChoices: async () => (await attempt(() => server.acts.wordChoices(token))).result ?? [],
                }
              : null
          }
          change={
            view.consent.change === null
              ? null
              : {
                  ...{ text: view.consent.change, locale: view.consent.locale },
                  rightsAddress: `${server.address}/rights`,
                }
          }
          hasWithdrawn={view.consent.withdrawnAt !== null}
          kept={
            view.kept && signs(view.me.role) ? { svg: view.kept.signature, text: words.consent.kept } : null
          }
          agreeAndSign={desk.agreeAndSign}
          agree={desk.agree}
          onNotice={() => desk.open({ kind: "notice" })}
          onPaper={() => desk.open({ kind: "paper" })}
          onNotMe={() => desk.open({ kind: "not-me" })}
        />
      )}
      <main
        ref={main}
        tabIndex={-1}
        aria-label={words.document.label}
        className="flex flex-col gap-3 pt-3 pb-[calc(var(--bar)+2rem)] outline-none sm:gap-6 sm:pt-6"
      >
        {desk.away.problems.length > 0 || view.keptOffline ? (
          <OfflineNotices {...props} away={desk.away} refusals={desk.refusals} goTo={desk.editFromReview} />
        ) : null}
        {desk.hasChanged ? (
          <div className="mx-auto w-(--page-width)">
            <Notice tone="warn">{words.document.changed}</Notice>
          </div>
        ) : null}
        <Pages {...props} {...{ desk, texts }} />
      </main>
      {desk.away.finishedAt !== null ? (
        <OfflineDone
          away={desk.away}
          words={words.offline}
          sender={view.sender.name}
          locale={props.locale}
          send={() => desk.offline.send()}
        />
      ) : desk.hasAgreed ? (
        <ActionBar
          offline={desk.away}
          offlineWords={words.offline}
          label={reading && desk.isAllFilled ? words.bar.readOn : desk.action.label}
          progress={reading ? `${desk.action.progress} · ${reading.progress}` : desk.action.progress}
          state={desk.queue}
          isBusy={desk.isFinishing}
          words={words.bar}
          optional={desk.optional}
          onPress={reading && desk.isAllFilled ? reading.goOn : desk.act}
        />
      ) : null}
      {Sheets ? <Sheets {...props} desk={desk} /> : null}
    </div>
  );
}

/** What is left to be read, where every page must have been on screen; null when nothing is. */
function readingOf(view: CeremonyView, words: SignWords, seen: ReadonlySet<string>) {
  if (view.seenPages === null) return null;
  const counted = view.documents.map(({ id, pages }) => ({ id, pageCount: pages.length }));
  const all = counted.reduce((sum, { pageCount }) => sum + pageCount, 0);
  const unseen = unseenPages(counted, seen);
  if (unseen.length === 0) return null;
  return {
    progress: fillIn(words.bar.pagesRead, { read: all - unseen.length, all }),
    goOn: () => bringPage(unseen[0]!),
  };
}

const bringPage = (name: string) =>
  document.querySelector(`[data-page="${name}"]`)?.scrollIntoView({ block: "start", behavior: "smooth" });

function sentenceKey({ me, consent }: CeremonyView) {
  if (onlySays(me.role)) return `sentence${ROLE_SUFFIX[me.role]}` as const;
  return consent.mode === "consumer" ? "sentenceConsumer" : "sentence";
}

const NO_WORDS: readonly TextBlock[] = [];

type Desk = Omit<ReturnType<typeof useCeremony>, "fields"> & { readonly fields: readonly CalledField[] };
export type DeskProps = CeremonyProps & { readonly desk: Desk };

function Pages({ token, view, words, desk, texts }: DeskProps & { readonly texts: PageTexts }) {
  const { address } = useDeskServer(token);
  const [isReader, chooseReader] = useReader();
  const sheets = view.documents.map((document, position) =>
    document.pages.map(({ widthPt, heightPt }, page) => {
      const pageKey = `${document.id}:${page}`;
      const read = texts.get(pageKey);
      const blocks = read === null ? null : read?.blocks;
      const here = desk.fields.filter((field) => field.documentId === document.id && field.page === page);
      const middles = middlesInOrder(here);
      const label = fillIn(view.documents.length > 1 ? words.document.pageOf : words.document.page, {
        name: document.name,
        page: page + 1,
        pages: document.pages.length,
      });
      const source = `${address}/pages/${document.id}/${document.revision}/${page}`;
      const hasText = blocks === undefined || (blocks !== null && blocks.length > 0);
      const content = (
        <>
          <PageText
            blocks={blocks ?? NO_WORDS}
            isShown={isReader}
            isHeld={here.some(({ id }) => id === desk.editing)}
            things={desk.hasAgreed ? here : []}
            middle={({ id }) => middles.get(id)!}
            render={(field) => (
              <FieldControl
                key={field.id}
                field={field}
                state={desk.queue.fields.get(field.id)!}
                form={desk.form.states.get(field.id)!}
                written={desk.fileNames.get(field.id) ?? desk.form.written.get(field.id) ?? ""}
                pageAspect={heightPt / widthPt}
                isReader={isReader}
                problem={desk.problemOf(field)}
                isEditing={field.id === desk.editing}
                isCurrent={field.id === desk.current}
                words={words.field}
                actions={desk.actions}
              />
            )}
          />
          {hasText ? null : (
            <p className={isReader ? "text-ink-700" : "sr-only"}>
              {blocks
                ? fillIn(words.document.noText, { sender: view.sender.name })
                : words.document.textMissing}
            </p>
          )}
        </>
      );
      return isReader ? (
        <ReaderSheet
          key={pageKey}
          {...{ source, pageKey, label, hasText }}
          pictureLabel={words.document.picture}
        >
          {content}
        </ReaderSheet>
      ) : (
        <PageSheet
          key={pageKey}
          {...{ source, pageKey, label, widthPt, heightPt }}
          isFirst={position === 0 && page === 0}
          isRaised={here.some(({ id }) => id === desk.editing)}
        >
          {content}
        </PageSheet>
      );
    }),
  );
  return (
    <>
      <p className="mx-auto flex w-(--page-width) justify-end max-sm:px-4">
        <Button kind="quiet" onClick={() => chooseReader(!isReader)}>
          {isReader ? words.document.asPages : words.document.asText}
        </Button>
      </p>
      {sheets}
    </>
  );
}
