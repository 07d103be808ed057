"use client";

import { ArrowDown, ArrowUp, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { type PointerEvent, useState } from "react";
import { calledBy } from "#components/envelopes/people.ts";
import { PersonMark } from "#components/envelopes/person-chip.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { LostAddress } from "#lib/envelopes/contacts.ts";
import type { AuthenticationPolicy } from "#lib/envelopes/core/authentication-rules.ts";
import { type CheckMethod, isPossible } from "#lib/envelopes/core/checks.ts";
import type { DraftContent, DraftRecipient, EnvelopeLimits } from "#lib/envelopes/core/draft.ts";
import { isAsked, RECIPIENT_ROLES, type RecipientRole } from "#lib/envelopes/core/roles.ts";
import type { DraftView } from "#lib/envelopes/get-draft.ts";
import { isEmailAddress, isSeveralAddresses } from "#lib/identity/core/email-address.ts";
import { ReorderHandle } from "../reorder-handle.tsx";
import { CheckFields } from "./check-fields.tsx";
import { ContactField } from "./contact-field.tsx";
import { PlaceFields } from "./place-fields.tsx";

interface PersonRowProps {
  readonly person: DraftRecipient;
  readonly index: number;
  readonly count: number;
  readonly content: DraftContent;
  readonly documents: DraftView["documents"];
  /** Theirs, from 1. */
  readonly turn: number;
  readonly isOrdered: boolean;
  /** Somebody else has this address too. */
  readonly isShared: boolean;
  readonly isDragged: boolean;
  readonly hasAccessCode: boolean;
  /** Their last word was that they want no electronic records. */
  readonly hasWithdrawn: boolean;
  /** Mail to the address they had when it was saved last came back. */
  readonly lost: LostAddress | null;
  readonly limits: EnvelopeLimits;
  /** It is a role: who takes it is said when the template is used. */
  readonly isTemplate: boolean;
  readonly policy: AuthenticationPolicy;
  readonly hosts: DraftView["hosts"];
  readonly onGrab: (event: PointerEvent) => void;
  readonly onChange: (part: Partial<DraftRecipient>) => void;
  readonly onRole: (role: RecipientRole) => void;
  readonly onMove: (place: number) => void;
  readonly onRemove: () => void;
  /** @returns why it was refused, in words, or null. */
  readonly onSetCode: (code: string) => Promise<string | null>;
}

const PERSON_COLUMNS =
  "sm:grid-cols-2 lg:grid-cols-[1fr_1fr_12rem] lg:has-[[data-turn]]:grid-cols-[1fr_1fr_11rem_5rem]";
/** Two and two, so that no label is broken and every box stands beside its like. */
const ROLE_COLUMNS = "lg:grid-cols-2";

const turnsUpTo = (most: number) =>
  Array.from({ length: most }, (_, index) => ({ value: `${index + 1}`, label: `${index + 1}` }));

/** One person: name, address, role and place in the order. */
export function PersonRow(props: PersonRowProps) {
  const t = useTranslations("app.prepare.people");
  const { person, index, count, turn, isOrdered, isShared, isDragged, limits, content, isTemplate } = props;
  const isNamed = person.namedBy !== "";
  const { id, name, email, role, roleName = "" } = person;
  const [hasLeft, setLeft] = useState(email !== "");
  const isWrong = hasLeft && email.trim() !== "" && !isEmailAddress(email.trim());
  const mayAsk = (check: CheckMethod) =>
    (isTemplate || !person.isCheckLocked) && isPossible(check, props.policy);
  const isLost = props.lost?.email === email.trim().toLowerCase();
  const who = calledBy(person) || t("nameless");
  return (
    <li
      data-row={id}
      aria-label={t("row", { place: index + 1, name: who })}
      className={`rounded-card border bg-paper p-4 ${isDragged ? "border-action-700 shadow-float" : "border-line"}`}
    >
      <div className="flex flex-wrap items-start gap-x-3 gap-y-3 md:flex-nowrap">
        <div className="flex items-center gap-2 md:pt-7">
          {count > 1 ? (
            <ReorderHandle
              id={`handle-${id}`}
              label={t("handle", { name: who })}
              place={index}
              count={count}
              onGrab={props.onGrab}
              onMove={props.onMove}
            />
          ) : null}
          <span className="w-6 text-center font-semibold tabular-nums">{isOrdered ? `${turn}.` : "•"}</span>
          <PersonMark person={person} index={index} />
        </div>
        <div
          className={`grid min-w-0 flex-1 basis-full grid-cols-1 gap-3 md:basis-0 ${isTemplate ? ROLE_COLUMNS : PERSON_COLUMNS}`}
        >
          {isTemplate ? (
            <TextField
              id={`role-name-${id}`}
              label={t("roleName")}
              value={roleName}
              maxLength={64}
              autoComplete="off"
              placeholder={t("roleNameExample")}
              onChange={(event) => props.onChange({ roleName: event.target.value })}
            />
          ) : null}
          {isNamed ? <p className="text-ink-600 italic sm:col-span-2 md:pt-9">{t("toBeNamed")}</p> : null}
          {isNamed ? null : (
            <ContactField
              id={`name-${id}`}
              label={isTemplate ? t("fixedName") : roleName ? t("nameOf", { role: roleName }) : t("name")}
              value={name}
              maxLength={limits.nameLength}
              onChange={(value) => props.onChange({ name: value })}
              onChoose={({ check, ...contact }) =>
                props.onChange({
                  ...contact,
                  ...(check && mayAsk(check) ? { check } : {}),
                })
              }
            />
          )}
          {isNamed ? null : (
            <TextField
              id={`email-${id}`}
              label={t(isTemplate ? "fixedEmail" : "email")}
              type="email"
              value={email}
              maxLength={254}
              autoComplete="off"
              error={isWrong ? t(isSeveralAddresses(email) ? "emailTwo" : "emailWrong") : null}
              onBlur={() => setLeft(true)}
              onChange={(event) => props.onChange({ email: event.target.value })}
            />
          )}
          <SelectField
            id={`role-${id}`}
            label={t("role")}
            value={role}
            disabled={person.isCheckLocked === true && !isTemplate}
            onChange={(event) => props.onRole(event.target.value as RecipientRole)}
            options={RECIPIENT_ROLES.map((value) => ({ value, label: t(`roles.${value}`) }))}
          />
          {content.order === "mixed" && isAsked(role) && person.alternativeTo === "" ? (
            <SelectField
              data-turn
              label={t("turn")}
              aria-label={t("turnOf", { name: who })}
              value={String(person.turn)}
              onChange={(event) => props.onChange({ turn: Number(event.target.value) })}
              options={turnsUpTo(Math.max(count, person.turn))}
            />
          ) : null}
        </div>
        <div className="ms-auto flex items-center md:pt-7">
          <IconButton
            label={t("up", { name: who })}
            disabled={index === 0}
            onClick={() => props.onMove(index - 1)}
          >
            <ArrowUp aria-hidden="true" className="size-5" />
          </IconButton>
          <IconButton
            label={t("down", { name: who })}
            disabled={index === count - 1}
            onClick={() => props.onMove(index + 1)}
          >
            <ArrowDown aria-hidden="true" className="size-5" />
          </IconButton>
          <IconButton
            label={t("remove", { name: who })}
            disabled={person.isCheckLocked === true && !isTemplate}
            onClick={props.onRemove}
          >
            <Trash2 aria-hidden="true" className="size-5" />
          </IconButton>
        </div>
      </div>
      <CheckFields
        person={person}
        policy={props.policy}
        hosts={props.hosts}
        signers={content.recipients.filter((one) => one.role === "signer" && one.alternativeTo === "")}
        hasAccessCode={props.hasAccessCode}
        isTemplate={isTemplate}
        onChange={props.onChange}
        onSetCode={props.onSetCode}
      />
      <PlaceFields person={person} content={content} documents={props.documents} onChange={props.onChange} />
      {props.hasWithdrawn ? (
        <p role="status" className="mt-3 rounded-control bg-warn-50 px-3 py-2 text-small text-warn-800">
          {t("withdrawn")}
        </p>
      ) : null}
      {isLost ? (
        <p role="status" className="mt-3 rounded-control bg-warn-50 px-3 py-2 text-small text-warn-800">
          {t("lost")} <Instant at={props.lost!.at} className="whitespace-nowrap" />{" "}
          {t(`lostCauses.${props.lost!.cause}`)}
        </p>
      ) : null}
      {isShared ? (
        <p role="status" className="mt-3 rounded-control bg-warn-50 px-3 py-2 text-small text-warn-800">
          {t("shared")}
        </p>
      ) : null}
    </li>
  );
}
