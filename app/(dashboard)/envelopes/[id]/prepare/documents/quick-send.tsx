"use client";

import { Send } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Sheet } from "#components/ui/page.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { freePlace } from "#lib/envelopes/core/field-places.ts";
import type { DraftDocument } from "#lib/envelopes/get-draft.ts";
import { isEmailAddress, isSeveralAddresses } from "#lib/identity/core/email-address.ts";
import { findHints } from "../draft-requests.ts";
import type { DraftStore } from "../draft-store.ts";
import type { Person } from "../editor.tsx";
import { newField, withField } from "../fields/draft-fields.ts";
import { fieldOf } from "../fields/use-hints.ts";
import { newPerson } from "../people/draft-people.ts";

interface QuickSendProps {
  readonly id: string;
  readonly document: DraftDocument;
  readonly store: DraftStore;
  readonly me: Person;
  /** Everything is placed: the review with its last question comes next. */
  readonly onReady: () => void;
}

/** One file for one person: a name, an address, and the review with the last question. */
export function QuickSend({ id, document, store, me, onReady }: QuickSendProps) {
  const t = useTranslations("app.prepare.quick");
  const [person, setPerson] = useState<Person>({ name: "", email: "" });
  const [hasTried, setTried] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const nameWrong = hasTried && person.name.trim() === "" ? t("nameMissing") : null;
  const isWrong = hasTried && !isEmailAddress(person.email.trim());
  const emailWrong = isWrong ? t(isSeveralAddresses(person.email) ? "emailTwo" : "emailWrong") : null;

  async function prepare({ name, email }: Person) {
    setBusy(true);
    const { policy } = store.getSnapshot();
    const signer = newPerson({ check: policy.defaultCheck, name, email });
    const field = (await foundSignature(id, document, signer.id)) ?? atTheEnd(document, signer.id);
    store.change((content) => withField({ ...content, recipients: [signer] }, field));
    onReady();
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    const given = { name: person.name.trim(), email: person.email.trim() };
    if (given.name === "" || !isEmailAddress(given.email)) {
      window.document.getElementById(given.name === "" ? "quick-name" : "quick-email")?.focus();
      return;
    }
    void prepare(given);
  }

  return (
    <Sheet title={t("title")}>
      <form method="post" onSubmit={submit} noValidate className="flex flex-col gap-4 p-4 sm:p-6">
        <p className="text-ink-700">{t("lead")}</p>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            id="quick-name"
            autoFocus
            label={t("name")}
            value={person.name}
            maxLength={64}
            autoComplete="off"
            error={nameWrong}
            onChange={(event) => setPerson({ ...person, name: event.target.value })}
          />
          <TextField
            id="quick-email"
            label={t("email")}
            type="email"
            value={person.email}
            maxLength={254}
            autoComplete="off"
            error={emailWrong}
            onChange={(event) => setPerson({ ...person, email: event.target.value })}
          />
        </div>
        <div className="flex flex-wrap gap-3">
          <Button type="submit" isBusy={isBusy}>
            {isBusy ? null : <Send aria-hidden="true" className="size-5" />}
            {isBusy ? t("busy") : t("send")}
          </Button>
          <Button kind="secondary" disabled={isBusy} onClick={() => void prepare(me)}>
            {t("onlyMe")}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

/** Where the document itself says that somebody signs. */
async function foundSignature(id: string, document: DraftDocument, signerId: string) {
  const answer = await findHints(id, document.id).catch(() => null);
  const hint = answer?.isDone ? answer.result.hints.find(({ type }) => type === "signature") : undefined;
  return hint ? fieldOf({ ...hint, documentId: document.id }, [document], signerId) : null;
}

/** Low on the last page, where people look for it. */
function atTheEnd(document: DraftDocument, signerId: string) {
  const page = document.pages.length - 1;
  const box = freePlace("signature", document.pages[page]!, [], 0.85);
  return newField("signature", signerId, { documentId: document.id, page }, box, {});
}
