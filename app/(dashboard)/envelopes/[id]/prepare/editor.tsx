"use client";

import { CircleAlert, Redo2, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useState, useSyncExternalStore } from "react";
import { calledBy } from "#components/envelopes/people.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { TabList, TabPanel, Tabs } from "#components/ui/tabs.tsx";
import type { DraftRecipient, EnvelopeLimits } from "#lib/envelopes/core/draft.ts";
import { isAsked } from "#lib/envelopes/core/roles.ts";
import type { DraftView } from "#lib/envelopes/get-draft.ts";
import { usePageCommands } from "../../../page-commands.ts";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { DocumentsTab } from "./documents/documents-tab.tsx";
import { UploadQueue } from "./documents/upload-queue.ts";
import { DraftMenu } from "./draft-menu.tsx";
import { DraftStore } from "./draft-store.ts";
import { FieldsTab } from "./fields/fields-tab.tsx";
import { PeopleTab } from "./people/people-tab.tsx";
import { type Place, placeOf, STEPS, type Step } from "./places.ts";
import { PresenceLine } from "./presence-line.tsx";
import { PreviewDialog } from "./review/preview-dialog.tsx";
import { PublishButton } from "./review/publish-button.tsx";
import { ReviewTab } from "./review/review-tab.tsx";
import { SendButton } from "./review/send-button.tsx";
import { SaveLine } from "./save-line.tsx";
import { useLeaving } from "./use-leaving.ts";
import { usePresence } from "./use-presence.ts";
import { useStep } from "./use-step.ts";
import { useUndoKeys } from "./use-undo-keys.ts";

export interface Person {
  readonly name: string;
  readonly email: string;
}

interface EditorProps {
  readonly id: string;
  readonly draft: DraftView;
  readonly me: Person;
  readonly organization: string;
  readonly limits: EnvelopeLimits;
}

/** Where a draft is prepared, in any order. Everything is saved by itself. */
export function Editor({ id, draft, me, organization, limits }: EditorProps) {
  const t = useTranslations("app.prepare");
  const [store] = useState(() => new DraftStore(id, draft));
  const [queue] = useState(() => new UploadQueue(id, store, limits));
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
  const uploads = useSyncExternalStore(queue.subscribe, queue.getItems, queue.getItems);
  const { content, documents, blockers, save, canUndo, canRedo } = snapshot;
  const [step, setStep] = useStep(documents.length === 0 ? "documents" : "people");
  const [personId, setPersonId] = useState<string | null>(null);
  /** How often the last question was asked for from elsewhere than its button, and whether for a later time. */
  const [sendings, setSendings] = useState({ count: 0, isLater: false });
  const [seenAs, setSeenAs] = useState<DraftRecipient | null>(null);
  const [goal, setGoal] = useState<Place | null>(null);
  useEffect(() => store.takeUpHistory(), [store]);
  useUndoKeys(store);
  useLeaving(store, queue);
  const presence = usePresence(id, store);
  useEffect(() => {
    if (!goal) return;
    // The part it stands in appears only after this effect.
    const frame = requestAnimationFrame(() => {
      const element = document.getElementById(goal.elementId);
      element?.scrollIntoView({ block: "center" });
      element?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [goal]);

  function go(next: Step) {
    setStep(next);
    // What only the server knows may have changed meanwhile: an agreement, a class, what documents say.
    if (next === "review") void store.saver.flush().then(() => store.readAsked().catch(() => {}));
  }

  function mend(place: Place) {
    setStep(place.step);
    if (place.personId) setPersonId(place.personId);
    setGoal({ ...place });
  }

  const ask = (isLater: boolean) => () => {
    go("review");
    setSendings(({ count }) => ({ count: count + 1, isLater }));
  };
  const acts = snapshot.templateId
    ? []
    : [
        { id: "send", label: t("commands.send"), letter: "s", run: ask(false) },
        { id: "schedule", label: t("commands.schedule"), letter: "t", run: ask(true) },
        ...content.recipients
          .filter(({ role }) => documents.length > 0 && isAsked(role))
          .map((person, index) => ({
            id: `preview-${person.id}`,
            label: t("commands.preview", { who: calledBy(person) || t("people.nameless") }),
            ...(index === 0 ? { letter: "p" } : {}),
            run: () => {
              go("review");
              setSeenAs(person);
            },
          })),
      ];

  usePageCommands([
    ...STEPS.map((value) => ({
      id: `step-${value}`,
      label: t("commands.go", { part: t(snapshot.templateId ? `templateSteps.${value}` : `steps.${value}`) }),
      run: () => go(value),
    })),
    ...(canUndo ? [{ id: "undo", label: t("undo"), keys: "Ctrl+Z", run: store.undo }] : []),
    ...acts,
    ...(canRedo ? [{ id: "redo", label: t("redo"), keys: "Ctrl+Y", run: store.redo }] : []),
  ]);

  const openIn = (value: Step) => blockers.filter((blocker) => placeOf(blocker).step === value).length;
  const tabs = STEPS.map((value) => ({
    value,
    label: t(snapshot.templateId ? `templateSteps.${value}` : `steps.${value}`),
    mark: value !== "review" && openIn(value) > 0 ? <OpenMark count={openIn(value)} /> : null,
  }));
  const isQuick =
    snapshot.templateId === null && content.recipients.length === 0 && content.fields.length === 0;
  const isUploading = uploads.some(({ state }) => state !== "refused");
  return (
    <Tabs value={step} onChange={(value) => go(value as Step)}>
      <div className="sticky top-0 z-20 bg-paper">
        <div className="mx-auto flex max-w-[1200px] items-center justify-end gap-x-1 px-4 sm:gap-x-3 pt-2 pb-1 sm:px-6">
          <div className="min-w-0 flex-1">
            <h1 className="truncate text-lead font-semibold">
              {content.title || t(snapshot.templateId ? "untitledTemplate" : "untitled")}
            </h1>
            <SaveLine state={save} onRetry={() => void store.saver.flush()} />
          </div>
          <div className="flex items-center sm:gap-1">
            <IconButton label={t("undo")} disabled={!canUndo} onClick={store.undo}>
              <Undo2 aria-hidden="true" className="size-5" />
            </IconButton>
            <IconButton label={t("redo")} disabled={!canRedo} onClick={store.redo}>
              <Redo2 aria-hidden="true" className="size-5" />
            </IconButton>
            <DraftMenu
              id={id}
              title={content.title || t("untitled")}
              templateId={snapshot.templateId}
              saver={store.saver}
            />
            {snapshot.templateId ? (
              <PublishButton
                {...{ snapshot, store, isUploading, step }}
                templateId={snapshot.templateId}
                onReview={() => go("review")}
              />
            ) : (
              <SendButton
                {...{ id, snapshot, store, isUploading, step, sendings }}
                onReview={() => go("review")}
              />
            )}
          </div>
        </div>
        <TabList label={t("stepsLabel")} tabs={tabs} />
        <PresenceLine {...presence} />
      </div>
      <TabPanel value="documents">
        <DocumentsTab
          {...{ id, documents, uploads, queue, store }}
          fields={content.fields}
          quickFor={isQuick ? me : null}
          onQuick={() => {
            go("review");
            setSendings(({ count }) => ({ count: count + 1, isLater: false }));
          }}
          onGo={go}
        />
      </TabPanel>
      <TabPanel value="people">
        <PeopleTab
          {...{ id, content, documents, blockers, store, me, limits }}
          isTemplate={snapshot.templateId !== null}
          withdrawn={snapshot.withdrawn}
          lost={snapshot.lost}
          policy={snapshot.policy}
          hosts={draft.hosts}
          onGo={go}
        />
      </TabPanel>
      <TabPanel value="fields">
        <FieldsTab
          {...{ id, content, documents, store, limits, personId }}
          onPerson={setPersonId}
          isTemplate={snapshot.templateId !== null}
          onGo={go}
        />
      </TabPanel>
      <TabPanel value="review">
        <ReviewTab
          {...{
            id,
            snapshot,
            store,
            me,
            level: draft.level,
            signatures: draft.signatures,
            organization,
            limits,
            isUploading,
          }}
          change={store.change}
          onMend={mend}
        />
      </TabPanel>
      {seenAs ? <PreviewDialog {...{ id, store }} person={seenAs} onClose={() => setSeenAs(null)} /> : null}
      <ConflictDialog isOpen={save.kind === "conflict"} store={store} />
    </Tabs>
  );
}

function OpenMark({ count }: { readonly count: number }) {
  const t = useTranslations("app.prepare");
  return (
    <span className="flex items-center text-warn-800">
      <CircleAlert aria-hidden="true" className="size-4" />
      <span className="sr-only">{t("stepOpen", { count })}</span>
    </span>
  );
}
