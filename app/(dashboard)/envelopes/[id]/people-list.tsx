import { getTranslations } from "next-intl/server";
import { PersonMark } from "#components/envelopes/person-chip.tsx";
import { Instant } from "#components/ui/instant.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { isNoAddress } from "#lib/envelopes/core/delivery-state.ts";
import { instantIn } from "#lib/envelopes/core/languages.ts";
import { isAsked, type RecipientRole } from "#lib/envelopes/core/roles.ts";
import { isOut } from "#lib/envelopes/core/routing.ts";
import type { EnvelopeView, RecipientView } from "#lib/envelopes/get-envelope.ts";
import { CheckHelp } from "./check-help.tsx";
import { DeliveryLine } from "./delivery-line.tsx";
import { ExtendButton } from "./extend-button.tsx";
import { EndLinkButton, HostedLinkButton } from "./hosted-link.tsx";
import { RemindButton } from "./remind-button.tsx";

interface PeopleListProps {
  readonly id: string;
  readonly envelope: EnvelopeView;
  /** Until when the link that a sender gave somebody opens. */
  readonly hostedLinks: ReadonlyMap<string, Date>;
}

const OPEN = new Set(["waiting", "notified", "viewed", "consented"]);

/** Somebody who has something to do, and no device of a host to do it on. */
const takesLink = ({ role, state, email, isInPerson, lapsedAt }: RecipientView) =>
  isAsked(role) && !lapsedAt && OPEN.has(state) && email !== "" && !isInPerson;

const REMINDABLE = new Set(["notified", "viewed", "consented"]);

/** Where there is no such mailbox, correcting the address is what helps. */
const isRemindable = ({ isTheirTurn, state, delivery, lapsedAt }: RecipientView) =>
  isTheirTurn && REMINDABLE.has(state) && !isNoAddress(delivery) && !lapsedAt;

const isWaitedFor = ({ isTheirTurn, state }: RecipientView) => isTheirTurn && REMINDABLE.has(state);

const RENEWABLE = new Set<string>([
  "access-code",
  "authenticator",
  "second-factor",
  "sms-and-second-factor",
  "passkey",
]);

const DONE = {
  signer: "signed",
  witness: "signed",
  notary: "signed",
  editor: "passedOn",
  approver: "approved",
  viewer: "acknowledged",
  copy: "copy",
} as const satisfies Record<RecipientRole, string>;

/** Whose turn it is and who shows something the sender can renew. */
const mayHelp = ({ check, isTheirTurn }: RecipientView) => isTheirTurn && RENEWABLE.has(check);

/** Once somebody has looked it is plain that it came; that a later mail did not is still said. */
const showsDelivery = ({ delivery, viewedAt, finishedAt, state }: RecipientView) => {
  if (!delivery || state === "delegated" || state === "released") return false;
  if (delivery.state === "bounced" || delivery.state === "refused") return true;
  return viewedAt === null && finishedAt === null;
};

/** Who takes part, how far each has come, and a nudge for whose turn it is. */
export async function PeopleList({ id, envelope, hostedLinks }: PeopleListProps) {
  const t = await getTranslations("app.people");
  const { recipients, order, state, may } = envelope;
  const acting = recipients.filter((one) => isAsked(one.role) && !isOut(one) && !one.isSpare);
  const remindable = may.manage && state === "sent" ? recipients.filter(isRemindable) : [];
  const done = acting.filter(({ isDone }) => isDone).length;
  return (
    <Sheet
      title={t("title")}
      aside={
        <p className="text-small text-ink-700">
          {t("progress", { done, all: acting.length })}
          {acting.length > 1 ? ` · ${t(`order.${order}`)}` : ""}
        </p>
      }
    >
      <ol className="divide-y divide-line">
        {recipients.map((recipient, index) => (
          <li
            key={recipient.id}
            className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-2 px-4 py-3 sm:min-h-16 sm:px-6 md:grid-cols-[auto_minmax(0,1fr)_15rem_8rem]"
          >
            <PersonMark person={recipient} index={index} />
            <div className="min-w-0">
              <p className="font-medium [overflow-wrap:anywhere]">
                {recipient.name || recipient.email || t("unnamed")}{" "}
                <span className="text-small font-normal text-ink-600">{t(`roles.${recipient.role}`)}</span>
              </p>
              <p className="text-small text-ink-600 [overflow-wrap:anywhere]">{recipient.email}</p>
              {recipient.alternativeTo === null ? null : (
                <p className="text-small text-ink-600">{t("either", { name: recipient.alternativeTo })}</p>
              )}
              {recipient.onBehalfOf === "" ? null : (
                <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
                  {t("onBehalfOf", { party: recipient.onBehalfOf })}
                </p>
              )}
              {recipient.notShown.length === 0 ? null : (
                <p className="text-small text-ink-600 [overflow-wrap:anywhere]">
                  {t("notShown", { documents: recipient.notShown.join(", ") })}
                </p>
              )}
              {recipient.insteadOf === null ? null : (
                <p className="text-small text-ink-600">{t("handedOnBy", { name: recipient.insteadOf })}</p>
              )}
              {recipient.checks.length === 0 ? null : (
                <p className="text-small text-ink-600">
                  {recipient.checks.map((check) => t(`checks.${check as "sso"}`)).join(", ")}
                </p>
              )}
              {mayHelp(recipient) && may.manage && state === "sent" ? (
                <CheckHelp
                  id={id}
                  recipientId={recipient.id}
                  name={recipient.name || recipient.email}
                  check={recipient.checks.includes("access-code") ? "access-code" : "authenticator"}
                />
              ) : null}
              {may.manage && state === "sent" && isWaitedFor(recipient) && recipient.dueAt ? (
                <ExtendButton
                  id={id}
                  title=""
                  person={{ id: recipient.id, name: recipient.name || recipient.email }}
                  state={recipient.lapsedAt ? "expired" : "sent"}
                  date={instantIn("en", recipient.dueAt)}
                  expiresAt={recipient.lapsedAt ? null : recipient.dueAt.toISOString()}
                />
              ) : null}
              {may.manage && state === "sent" && takesLink(recipient) ? (
                <GivenLink id={id} recipient={recipient} until={hostedLinks.get(recipient.id) ?? null} />
              ) : null}
            </div>
            <div className="col-start-2 min-w-0 text-small text-ink-700 md:col-start-auto">
              <Progress recipient={recipient} isUnderWay={state === "sent"} isDraft={state === "draft"} />
              {showsDelivery(recipient) ? (
                <DeliveryLine
                  id={id}
                  recipient={recipient}
                  mayCorrect={may.manage && state === "sent" && envelope.signatureKind === "here"}
                />
              ) : null}
            </div>
            {remindable.includes(recipient) ? (
              <RemindButton
                id={id}
                recipientId={recipient.id}
                name={recipient.name || recipient.email}
                isFirst={recipient.id === remindable[0]?.id}
              />
            ) : null}
          </li>
        ))}
      </ol>
    </Sheet>
  );
}

async function GivenLink({
  id,
  recipient,
  until,
}: {
  readonly id: string;
  readonly recipient: RecipientView;
  readonly until: Date | null;
}) {
  const t = await getTranslations("app.people.hosted");
  const { name, email } = recipient;
  const about = { id, recipientId: recipient.id, name: name || email };
  return (
    <div className="-ms-4 flex flex-wrap items-center gap-x-2">
      {until ? (
        <p className="ms-4 text-small text-ink-700">
          {t("until")} <Instant at={until.toISOString()} />
        </p>
      ) : null}
      <HostedLinkButton {...about} email={email} replaces={until !== null} />
      {until ? <EndLinkButton {...about} /> : null}
    </div>
  );
}

async function Progress({
  recipient,
  isUnderWay,
  isDraft,
}: {
  readonly recipient: RecipientView;
  readonly isUnderWay: boolean;
  readonly isDraft: boolean;
}) {
  const t = await getTranslations("app.people");
  const {
    role,
    state,
    isDone,
    isAtProvider,
    namedBy,
    notifiedAt,
    remindedAt,
    viewedAt,
    finishedAt,
    declinedAt,
    declineReason,
  } = recipient;
  if (role === "copy")
    return notifiedAt ? (
      <p>
        {t("state.copied")} <At at={notifiedAt} />
      </p>
    ) : (
      <p>{t("state.copy")}</p>
    );
  if (state === "delegated" || state === "released" || state === "skipped")
    return <p>{t(`state.${state}`)}</p>;
  if (declinedAt)
    return (
      <p className="text-bad-700">
        {t("state.declined")} <At at={declinedAt} />
        {declineReason ? <span className="block [overflow-wrap:anywhere]">“{declineReason}”</span> : null}
      </p>
    );
  if (finishedAt)
    return (
      <p className={isDone ? "text-good-700" : undefined}>
        {isDone ? t(`state.${DONE[role]}`) : t(isAtProvider ? "state.atProvider" : "state.signing")}{" "}
        <At at={finishedAt} />
      </p>
    );
  if (isDraft) return <p>{t("state.notAsked")}</p>;
  if (!isUnderWay) return <p>{t("state.never")}</p>;
  if (namedBy !== null) return <p>{t("state.unnamed", { name: namedBy })}</p>;
  if (state === "waiting") return <p>{t("state.waiting")}</p>;
  const { opening } = recipient;
  return (
    <>
      {opening && !viewedAt ? (
        <div>
          <p>
            {t("state.opened")} <At at={opening.last} />
          </p>
          <p className="text-ink-600">{t("state.openedNote")}</p>
        </div>
      ) : null}
      <p>
        {viewedAt
          ? t(state === "consented" ? "state.consented" : "state.viewed")
          : t(recipient.isGivenLink && !remindedAt ? "state.given" : "state.notified")}{" "}
        {(viewedAt ?? notifiedAt) ? <At at={(viewedAt ?? notifiedAt)!} /> : null}
      </p>
      {recipient.dueAt ? (
        <p className={recipient.lapsedAt ? "text-bad-700" : undefined}>
          {t(recipient.lapsedAt ? "lapsed" : "dueBy")} <At at={recipient.dueAt} />
        </p>
      ) : null}
      {remindedAt ? (
        <p>
          {t("state.reminded")} <At at={remindedAt} />
        </p>
      ) : null}
    </>
  );
}

const At = ({ at }: { readonly at: Date }) => (
  <Instant at={at.toISOString()} className="whitespace-nowrap text-ink-600" />
);
