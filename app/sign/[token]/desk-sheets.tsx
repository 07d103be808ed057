"use client";

import dynamic from "next/dynamic";
import { AdoptSheet } from "#components/signing/adopt-sheet.tsx";
import { DeclineSheet } from "#components/signing/decline-sheet.tsx";
import { LaterSheet } from "#components/signing/later-sheet.tsx";
import { NextPeople } from "#components/signing/next-people.tsx";
import { NoticeSheet } from "#components/signing/notice-sheet.tsx";
import { PaperSheet } from "#components/signing/paper-sheet.tsx";
import { ReviewSheet } from "#components/signing/review-sheet.tsx";
import { fillIn } from "#components/signing/words.ts";
import { SessionWarning } from "./session-warning.tsx";
import type { DeskProps } from "./signing-desk.tsx";

// Few have a telephone take part, so few load it.
const TelephoneSheet = dynamic(() => import("#components/signing/telephone-sheet.tsx"), { ssr: false });

/** What opens over the document, and what says that a session ends: none of it is there before somebody touches the page. */
export function DeskSheets({ token, view, later, words, desk }: DeskProps) {
  const { sheet, close } = desk;
  const { name, email, phone } = view.me;
  const facts = {
    sender: view.sender.name,
    title: view.title,
    shortId: view.shortId,
    name,
    email: email || phone,
  };
  const shared = { token, view, onClose: close };
  return (
    <>
      <NoticeSheet
        isOpen={sheet?.kind === "notice"}
        consent={view.consent}
        address={`/sign/${token}`}
        words={words.consent}
        onClose={close}
      />
      <PaperSheet
        {...shared}
        isOpen={sheet?.kind === "paper"}
        heading={words.paper.heading}
        text={fillIn(words.paper.text, facts)}
        closeLabel={words.consent.close}
        write={fillIn(words.paper.write, facts)}
        subject={fillIn(words.paper.subject, facts)}
        askLabel={words.paper.ask}
        downloadLabel={words.paper.download}
      />
      <PaperSheet
        {...shared}
        isOpen={sheet?.kind === "not-me"}
        heading={words.notMe.heading}
        text={fillIn(words.notMe.text, facts)}
        closeLabel={words.consent.close}
        write={fillIn(words.notMe.write, facts)}
        subject={fillIn(words.notMe.subject, facts)}
        decline={{
          label: words.notMe.decline,
          onPress: () => desk.open({ kind: "decline", reason: "notMe" }),
        }}
      />
      <LaterSheet
        isOpen={sheet?.kind === "later"}
        closeLabel={words.consent.close}
        words={words.later}
        savedText={later}
        mailedText={fillIn(words.later.mailed, facts)}
        save={desk.saveAll}
        mailAgain={desk.mailAgain}
        onClose={close}
      />
      {sheet?.kind === "telephone" ? (
        <TelephoneSheet
          fieldId={sheet.fieldId}
          telephone={desk.telephone}
          words={words.telephone}
          shared={words.adopt.phone}
          closeLabel={words.consent.close}
          onGiven={desk.takeGiven}
          onClose={close}
        />
      ) : null}
      <AdoptSheet
        isOpen={sheet?.kind === "adopt"}
        isChange={desk.isMarkHeld}
        methods={view.markMethods}
        name={view.me.name}
        needsInitials={view.fields.some(({ type }) => type === "initials")}
        storageKey={`whereof-strokes-${view.me.id}`}
        words={words.adopt}
        keepLabel={fillIn(words.adopt.keep, { organization: view.organizationName || view.sender.name })}
        refusals={desk.refusals}
        telephone={desk.telephone}
        preview={desk.preview}
        adopt={desk.adopt}
        onRemove={desk.isMarkHeld ? desk.removeMark : null}
        onClose={close}
      />
      <ReviewSheet
        isOpen={sheet?.kind === "review"}
        role={view.me.role}
        meaning={view.me.meaning}
        onBehalfOf={view.me.onBehalfOf}
        title={view.title}
        documents={view.documents}
        next={
          view.toName.length === 0 ? null : (
            <NextPeople
              people={view.toName}
              named={desk.named}
              sender={view.sender.name}
              words={words.review.next}
              onName={desk.nameAs}
            />
          )
        }
        fields={desk.fields}
        values={desk.queue.fields}
        form={desk.form}
        fileNames={desk.fileNames}
        isBusy={desk.isFinishing}
        problem={desk.finishProblem}
        problemOf={desk.wrongIn}
        words={words}
        onEdit={desk.editFromReview}
        onFinish={desk.finish}
        onClose={close}
      />
      <DeclineSheet
        isOpen={sheet?.kind === "decline"}
        role={view.me.role}
        sender={view.sender.name}
        reason={sheet?.kind === "decline" ? sheet.reason : null}
        words={words.decline}
        decline={desk.decline}
        onClose={close}
      />
      {view.sessionMs === null ? null : (
        <SessionWarning
          {...{ token, refusals: desk.refusals }}
          sessionMs={view.sessionMs}
          words={words.session}
          closeLabel={words.consent.close}
        />
      )}
    </>
  );
}
