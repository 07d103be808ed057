"use client";

import { useState } from "react";
import { type SignWords, sentenceFor } from "#components/signing/words.ts";
import { wrongControls } from "#components/signing/wrong-controls.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { Attestation } from "#lib/envelopes/core/attestation.ts";
import { IDENTIFICATIONS, NOTARY_ACTS } from "#lib/envelopes/core/notary-acts.ts";
import type messages from "../../../../messages/en/sign.json";
import { attempt } from "../attempt.ts";
import { state } from "./actions.ts";

type Words = (typeof messages)["attestation"];

interface AttestationFormProps {
  readonly token: string;
  readonly kind: Attestation["kind"];
  readonly entry: Attestation | null;
  readonly words: Words;
  /** What is said of what is missing. */
  readonly problems: SignWords["field"]["problems"];
  readonly refusals: Readonly<Record<string, string>>;
}

/** What a witness or a notary states, before they sign it. */
export function AttestationForm({ token, kind, entry, words, problems, refusals }: AttestationFormProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});

  async function send(form: FormData) {
    form.set("timeZone", Intl.DateTimeFormat().resolvedOptions().timeZone);
    setBusy(true);
    const { refusal } = await attempt(() => state(token, kind, form));
    setBusy(false);
    setProblem(refusal ? sentenceFor(refusals, refusal) : null);
    if (!refusal) window.location.assign(`/sign/${token}`);
  }

  return (
    <form
      method="post"
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const found = wrongControls(event.currentTarget, problems);
        setWrong(found);
        if (Object.keys(found).length > 0) return setProblem(null);
        void send(new FormData(event.currentTarget));
      }}
    >
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {kind === "witness" ? (
        <TextField
          name="address"
          label={words.address}
          required
          maxLength={200}
          autoComplete="street-address"
          defaultValue={entry?.kind === "witness" ? entry.address : ""}
          error={wrong.address}
        />
      ) : (
        <NotaryFields entry={entry?.kind === "notary" ? entry : null} words={words} wrong={wrong} />
      )}
      <ReadyButton type="submit" size="large" isBusy={isBusy} className="sm:self-start">
        {words.save}
      </ReadyButton>
    </form>
  );
}

type Notary = Extract<Attestation, { kind: "notary" }>;

interface NotaryFieldsProps {
  readonly entry: Notary | null;
  readonly words: Words;
  readonly wrong: Readonly<Record<string, string>>;
}

function NotaryFields({ entry, words, wrong }: NotaryFieldsProps) {
  const text = (name: Exclude<keyof Notary, "kind">) => ({
    name,
    label: words[name],
    defaultValue: entry?.[name] ?? "",
    error: wrong[name],
  });
  return (
    <>
      <SelectField
        name="act"
        label={words.act}
        defaultValue={entry?.act ?? "acknowledgment"}
        options={NOTARY_ACTS.map((value) => ({ value, label: words.acts[value] }))}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField {...text("venueState")} required maxLength={60} autoComplete="address-level1" />
        <TextField {...text("venueCounty")} required maxLength={60} />
      </div>
      <SelectField
        name="identification"
        label={words.identification}
        defaultValue={entry?.identification ?? "document"}
        options={IDENTIFICATIONS.map((value) => ({ value, label: words.identifications[value] }))}
      />
      <TextField {...text("identificationDetail")} hint={words.identificationDetailHint} maxLength={160} />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField {...text("commissionNumber")} required maxLength={40} />
        <TextField {...text("commissionState")} required maxLength={60} />
        <TextField {...text("commissionExpiresOn")} type="date" required />
        <TextField
          {...text("fee")}
          defaultValue={entry?.fee ?? "0"}
          hint={words.feeHint}
          required
          inputMode="decimal"
          pattern="\d{1,6}(\.\d{2})?"
          maxLength={9}
        />
      </div>
    </>
  );
}
