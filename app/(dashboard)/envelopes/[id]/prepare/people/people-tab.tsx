"use client";

import { UserPlus, UserRoundCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { calledBy } from "#components/envelopes/people.ts";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import type { AuthenticationPolicy } from "#lib/envelopes/core/authentication-rules.ts";
import type { Blocker } from "#lib/envelopes/core/blockers.ts";
import {
  type DraftContent,
  type EnvelopeLimits,
  inOrder,
  ORDERS,
  turnsOf,
} from "#lib/envelopes/core/draft.ts";
import { isAsked, type RecipientRole, signs } from "#lib/envelopes/core/roles.ts";
import type { DraftView } from "#lib/envelopes/get-draft.ts";
import { giveAccessCode } from "../../actions.ts";
import type { DraftSnapshot, DraftStore } from "../draft-store.ts";
import type { Person } from "../editor.tsx";
import type { Step } from "../places.ts";
import { useReordering } from "../use-reordering.ts";
import { movedTo, newPerson, sharedAddresses, withoutPerson, withPlace, withRole } from "./draft-people.ts";
import { PersonRow } from "./person-row.tsx";

interface PeopleTabProps {
  /** Of the envelope, as it stands in addresses. */
  readonly id: string;
  readonly content: DraftContent;
  readonly blockers: readonly Blocker[];
  readonly withdrawn: ReadonlySet<string>;
  readonly lost: DraftSnapshot["lost"];
  readonly policy: AuthenticationPolicy;
  readonly documents: DraftView["documents"];
  readonly hosts: DraftView["hosts"];
  readonly store: DraftStore;
  readonly me: Person;
  readonly limits: EnvelopeLimits;
  /** There are roles instead of people. */
  readonly isTemplate: boolean;
  readonly onGo: (step: Step) => void;
}

/** Who signs, approves or gets a copy, and in which order. */
export function PeopleTab(props: PeopleTabProps) {
  const {
    id,
    content,
    documents,
    blockers,
    withdrawn,
    lost,
    policy,
    hosts,
    store,
    me,
    limits,
    isTemplate,
    onGo,
  } = props;
  const t = useTranslations("app.prepare.people");
  const refusals = useTranslations("refusals");
  const missingCodes = new Set(
    blockers.flatMap((blocker) => (blocker.code === "access-code-missing" ? [blocker.recipientId] : [])),
  );
  const { recipients, order, fields } = content;
  const { change } = store;
  const [told, setTold] = useState("");
  const newest = useRef<string | null>(null);
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (newest.current && recipients.some(({ id }) => id === newest.current))
      document.getElementById(`${isTemplate ? "role-name" : "name"}-${newest.current}`)?.focus();
    newest.current = null;
  }, [recipients, isTemplate]);

  function add(person: Partial<Person> = {}, place?: number) {
    const added = newPerson({ check: policy.defaultCheck, ...person });
    newest.current = person.name ? null : added.id;
    change((content) =>
      movedTo({ ...content, recipients: [...content.recipients, added] }, added.id, place ?? 99),
    );
  }

  function move(id: string, place: number, kind: string | null = null) {
    change((content) => movedTo(content, id, place), kind);
    const person = recipients.find((person) => person.id === id)!;
    setTold(
      t("moved", { name: calledBy(person) || t("nameless"), place: place + 1, all: recipients.length }),
    );
  }

  function assign(id: string, role: RecipientRole) {
    change((content) => withRole(content, id, role));
    tellLostFields(signs(role) ? 0 : fields.filter(({ recipientId }) => recipientId === id).length);
  }

  function remove(id: string) {
    const person = recipients.find((person) => person.id === id)!;
    const count = fields.filter(({ recipientId }) => recipientId === id).length;
    change((content) => withoutPerson(content, id));
    offerUndo(t("removed", { name: calledBy(person) || t("nameless"), count }));
    document.getElementById("add-person")?.focus();
  }

  function tellLostFields(count: number) {
    if (count > 0) offerUndo(t("fieldsRemoved", { count }));
  }

  /** Only as long as nothing else was changed since: it would undo that. */
  function offerUndo(text: string) {
    const { content } = store.getSnapshot();
    const onClick = () => store.getSnapshot().content === content && store.undo();
    toast(text, { action: { label: t("undo"), onClick } });
  }

  const reordering = useReordering(list, move);
  const shared = sharedAddresses(recipients);
  const turns = turnsOf(order, recipients);
  const isIn = recipients.some(({ email }) => email.trim().toLowerCase() === me.email);
  const isFull = recipients.length >= limits.recipients;
  return (
    <section aria-label={t("title")} className="mx-auto flex max-w-[1200px] flex-col gap-5 px-4 py-6 sm:px-6">
      {recipients.length > 1 ? (
        <fieldset className="flex flex-wrap gap-x-8">
          <legend className="sr-only">{t("order")}</legend>
          {ORDERS.map((value) => (
            <CheckField
              key={value}
              type="radio"
              name="order"
              label={t(`orders.${value}`)}
              hint={t(`orderHints.${value}`)}
              checked={order === value}
              onChange={() =>
                change((content) => ({
                  ...content,
                  order: value,
                  recipients: [...inOrder(content.order, value, content.recipients)],
                }))
              }
            />
          ))}
        </fieldset>
      ) : null}
      {recipients.length > 0 ? (
        <ol ref={list} aria-label={t("title")} className="flex flex-col gap-3">
          {recipients.map((person, index) => (
            <PersonRow
              key={person.id}
              {...{ person, index, limits, policy, hosts, isTemplate }}
              count={recipients.length}
              content={content}
              documents={documents}
              turn={turns.get(person.id)!}
              isOrdered={order !== "parallel" && isAsked(person.role)}
              isShared={shared.has(person.email.trim().toLowerCase())}
              isDragged={reordering.draggedId === person.id}
              onGrab={(event) => reordering.grab(event, person.id)}
              onChange={(part) =>
                change(
                  (content) => withPlace(content, person.id, part),
                  `${person.id} ${Object.keys(part)[0]}`,
                )
              }
              onRole={(role) => assign(person.id, role)}
              hasWithdrawn={withdrawn.has(person.id)}
              lost={lost.get(person.id) ?? null}
              hasAccessCode={!missingCodes.has(person.id)}
              onSetCode={async (code) => {
                await store.saver.flush();
                const { refusal } = await giveAccessCode(id, person.id, code);
                if (refusal) return refusalText(refusals, refusal);
                store.noteAccessCode(person.id);
                return null;
              }}
              onMove={(place) => move(person.id, place)}
              onRemove={() => remove(person.id)}
            />
          ))}
        </ol>
      ) : (
        <p className="max-w-[60ch] text-ink-700">{t(isTemplate ? "emptyRoles" : "empty")}</p>
      )}
      <div className="flex flex-wrap gap-3">
        <Button id="add-person" kind="secondary" disabled={isFull} onClick={() => add()}>
          <UserPlus aria-hidden="true" className="size-5" />
          {t(isTemplate ? "addRole" : "add")}
        </Button>
        {isIn || isTemplate ? null : (
          <Button kind="secondary" disabled={isFull} onClick={() => add(me, 0)}>
            <UserRoundCheck aria-hidden="true" className="size-5" />
            {recipients.length === 0 ? t("me") : t("meFirst")}
          </Button>
        )}
        {recipients.length > 0 ? (
          <Button kind="secondary" onClick={() => onGo("fields")}>
            {t("next")}
          </Button>
        ) : null}
      </div>
      {isFull ? <p className="text-small text-ink-600">{t("full", { count: limits.recipients })}</p> : null}
      <p role="status" className="sr-only">
        {told}
      </p>
    </section>
  );
}
