"use client";

import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import type { ImportedContacts } from "#lib/envelopes/contacts.ts";
import { forget, keep } from "./actions.ts";
import type { Known } from "./contact-dialog.tsx";

/** Brings contacts along in a file, and says what became of it. */
export function ImportButton() {
  const t = useTranslations("app.contacts");
  const refusals = useTranslations("refusals");
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [isBusy, setBusy] = useState(false);

  async function bring(file: File) {
    setBusy(true);
    try {
      const response = await fetch("/contacts/import", {
        method: "POST",
        headers: { "content-type": "application/octet-stream", "x-file-name": encodeURIComponent(file.name) },
        body: file,
      });
      const answer = (await response.json()) as Partial<ImportedContacts> & { code?: string };
      if (answer.kept === undefined) toast(refusalText(refusals, { code: answer.code ?? "internal" }));
      else {
        const lines = (answer.wrongLines ?? []).slice(0, 10).join(", ");
        toast(
          lines === ""
            ? t("imported", { count: answer.kept })
            : t("importedPartly", { count: answer.kept, lines }),
        );
        router.refresh();
      }
    } catch {
      toast(refusalText(refusals, { code: "internal" }));
    }
    setBusy(false);
    if (input.current) input.current.value = "";
  }

  return (
    <>
      <Button kind="secondary" isBusy={isBusy} onClick={() => input.current?.click()}>
        {t("import")}
      </Button>
      <input
        ref={input}
        type="file"
        aria-label={t("import")}
        accept=".csv,.tsv,.txt,.xlsx,text/csv"
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) void bring(file);
        }}
      />
    </>
  );
}

export function ForgetButton({ contact }: { readonly contact: Known }) {
  const t = useTranslations("app.contacts");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  const { email, groups } = contact;
  const name = contact.name || email;

  const takeBack = async () => {
    const form = new FormData();
    for (const key of ["name", "email", "company", "phone", "language", "check"] as const)
      form.set(key, contact[key]);
    form.set("groups", groups.join(", "));
    const { refusal } = await keep(null, form);
    toast(refusal ? refusalText(refusals, refusal) : t("takenBack", { name }));
  };

  return (
    <IconButton
      label={t("delete", { name })}
      disabled={isBusy}
      onClick={() =>
        start(async () => {
          const { refusal } = await forget(email);
          if (refusal) toast(refusalText(refusals, refusal));
          else toast(t("deleted", { name }), { action: { label: t("undo"), onClick: takeBack } });
        })
      }
    >
      <Trash2 aria-hidden="true" className="size-5" />
    </IconButton>
  );
}
