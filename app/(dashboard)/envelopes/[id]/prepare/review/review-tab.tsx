"use client";

import { CircleCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { ExpiryField } from "#components/envelopes/expiry-field.tsx";
import { ReminderField } from "#components/envelopes/reminder-field.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { DraftRecipient, EnvelopeLimits } from "#lib/envelopes/core/draft.ts";
import type { DraftView } from "#lib/envelopes/get-draft.ts";
import { MARK_LIMITS, type MarkLimit } from "#lib/identity/core/mark-methods.ts";
import { SourceCheck } from "../documents/source-check.tsx";
import type { DraftSnapshot, DraftStore } from "../draft-store.ts";
import type { Person } from "../editor.tsx";
import { withPerson } from "../people/draft-people.ts";
import type { Place } from "../places.ts";
import { BlockerList } from "./blocker-list.tsx";
import { ClassSheet } from "./class-sheet.tsx";
import { CounselNotice } from "./counsel-notice.tsx";
import { DoubtList } from "./doubt-list.tsx";
import { MailPreview } from "./mail-preview.tsx";
import { PreviewDialog } from "./preview-dialog.tsx";
import { SignatureField } from "./signature-field.tsx";
import { TextlessNotice } from "./textless-notice.tsx";
import { UnnamedNotice } from "./unnamed-notice.tsx";
import { WhoGetsWhat } from "./who-gets-what.tsx";

interface ReviewTabProps {
  readonly id: string;
  readonly level: DraftView["level"];
  readonly signatures: DraftView["signatures"];
  readonly store: DraftStore;
  readonly snapshot: DraftSnapshot;
  readonly change: DraftStore["change"];
  readonly me: Person;
  readonly organization: string;
  readonly limits: EnvelopeLimits;
  readonly isUploading: boolean;
  readonly onMend: (place: Place) => void;
}

/** Everything at a glance before it goes out: what is missing, the words, the people. */
export function ReviewTab({
  id,
  level,
  signatures,
  store,
  snapshot,
  change,
  me,
  organization,
  limits,
  isUploading,
  onMend,
}: ReviewTabProps) {
  const t = useTranslations("app.prepare.review");
  const { content, documents, blockers } = snapshot;
  const isByClass = snapshot.asked.steps.includes("consumer");
  const [seenAs, setSeenAs] = useState<DraftRecipient | null>(null);
  const isReady = blockers.length === 0 && !isUploading;
  return (
    <section aria-label={t("title")} className="mx-auto flex max-w-[1200px] flex-col gap-6 px-4 py-6 sm:px-6">
      {isReady ? (
        <p className="flex items-center gap-2 rounded-card border border-good-700 bg-good-50 p-4 text-good-700">
          <CircleCheck aria-hidden="true" className="size-5 shrink-0" />
          {t(snapshot.templateId ? "readyTemplate" : "ready")}
        </p>
      ) : (
        <BlockerList {...{ blockers, content, documents, isUploading, onMend }} />
      )}
      {snapshot.templateId ? null : <CounselNotice {...{ id, snapshot, store }} />}
      <DoubtList content={content} onMend={onMend} />
      {documents.map((document) => (
        <SourceCheck key={document.id} id={id} document={document} />
      ))}
      <TextlessNotice id={id} documents={documents} />
      <UnnamedNotice {...{ content, documents, onMend }} />
      <div className="grid items-start gap-6 md:grid-cols-2">
        <div className="flex flex-col gap-6">
          <Sheet title={t("words")}>
            <div className="flex flex-col gap-4 p-4 sm:p-6">
              <TextField
                id="envelope-title"
                label={t(snapshot.templateId ? "templateTitle" : "envelopeTitle")}
                hint={t(snapshot.templateId ? "templateTitleHint" : "envelopeTitleHint")}
                value={content.title}
                maxLength={limits.titleLength}
                autoComplete="off"
                onChange={(event) =>
                  change((content) => ({ ...content, title: event.target.value }), "title")
                }
              />
              <TextArea
                label={t("message")}
                hint={t("messageHint")}
                value={content.message}
                maxLength={limits.messageLength}
                onChange={(event) =>
                  change((content) => ({ ...content, message: event.target.value }), "message")
                }
              />
              <CheckField
                id="consumer-mode"
                label={t("consumer")}
                hint={t(isByClass ? "consumerByClass" : "consumerHint")}
                checked={isByClass || content.consentMode === "consumer"}
                disabled={isByClass}
                onChange={(event) => {
                  const consentMode = event.target.checked ? "consumer" : "business";
                  change((content) => ({ ...content, consentMode }));
                }}
              />
              <SignatureField
                demand={content}
                choice={signatures}
                onChoose={(demand) => change((content) => ({ ...content, ...demand }))}
              />
              <CheckField
                label={t("everyPage")}
                hint={t("everyPageHint")}
                checked={content.asksForEveryPage}
                onChange={(event) => {
                  const asksForEveryPage = event.target.checked;
                  change((content) => ({ ...content, asksForEveryPage }));
                }}
              />
              <SelectField
                id="mark-limit"
                label={t("markLimit")}
                hint={t("markLimitHint")}
                value={content.markLimit}
                onChange={(event) => {
                  const markLimit = event.target.value as MarkLimit;
                  change((content) => ({ ...content, markLimit }));
                }}
                options={MARK_LIMITS.map((value) => ({ value, label: t(`markLimits.${value}`) }))}
              />
            </div>
          </Sheet>
          <ClassSheet {...{ id, snapshot, store }} />
          <Sheet title={t("time")}>
            <div className="grid gap-4 p-4 sm:grid-cols-2 sm:p-6">
              <ExpiryField
                days={content.expiryDays}
                hint={t("openForHint")}
                onChoose={(expiryDays) => change((content) => ({ ...content, expiryDays }))}
              />
              <ReminderField
                hours={content.reminderHours}
                hint={t("remindersHint")}
                onChoose={(reminderHours) => change((content) => ({ ...content, reminderHours }))}
              />
            </div>
          </Sheet>
          <WhoGetsWhat
            {...{ content, documents, level }}
            policy={snapshot.policy}
            onNote={(recipientId, note) =>
              change((content) => withPerson(content, recipientId, { note }), `note ${recipientId}`)
            }
            onPreview={documents.length > 0 ? setSeenAs : null}
          />
          {seenAs ? (
            <PreviewDialog {...{ id, store }} person={seenAs} onClose={() => setSeenAs(null)} />
          ) : null}
        </div>
        {snapshot.templateId ? null : (
          <MailPreview content={content} sender={me} organization={organization} />
        )}
      </div>
    </section>
  );
}
