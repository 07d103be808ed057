"use client";

import { FileSearch } from "lucide-react";
import { useTranslations } from "next-intl";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { CertificateSheet } from "#components/certificates/certificate-sheet.tsx";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import type { Inspection } from "#lib/pki/core/view/inspect.ts";

type State =
  | { readonly step: "empty" }
  | { readonly step: "reading" }
  | { readonly step: "refused"; readonly code: string; readonly reference?: string }
  | { readonly step: "done"; readonly inspection: Inspection; readonly at: string };

/** Takes a certificate by picker, drop or paste, and shows what it says. */
export function InspectDesk({ limitBytes }: { readonly limitBytes: number }) {
  const t = useTranslations("app.inspect");
  const refusals = useTranslations("refusals");
  const [state, setState] = useState<State>({ step: "empty" });
  const [text, setText] = useState("");
  const [isOver, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const result = useRef<HTMLElement>(null);

  useEffect(() => {
    if (state.step === "done") result.current?.focus();
  }, [state.step]);

  async function read(brought: Blob | undefined) {
    if (!brought) return;
    if (brought.size > limitBytes) return setState({ step: "refused", code: "pki/too-large" });
    setState({ step: "reading" });
    setState(await ask(brought));
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer.files[0]);
  }

  const isReading = state.step === "reading";
  return (
    <div className="flex flex-col gap-6">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is the third way; button and text are the others */}
      <div
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={`grid gap-6 rounded-card border-2 border-dashed p-4 sm:p-6 lg:grid-cols-2 ${isOver ? "border-action-700 bg-action-50" : "border-line-strong bg-paper"}`}
      >
        <div className="flex flex-col items-center justify-center gap-3 text-center">
          <Button size="large" isBusy={isReading} onClick={() => picker.current?.click()}>
            <FileSearch size={20} aria-hidden="true" />
            {t("choose")}
          </Button>
          <p className="text-small text-ink-700 max-sm:hidden">{t("drop")}</p>
          <p className="max-w-[48ch] text-small text-ink-700">{t("privacy")}</p>
          <input
            ref={picker}
            type="file"
            aria-label={t("choose")}
            accept=".cer,.crt,.der,.pem,.p7b,.p7c,.p7s,application/pkix-cert,application/x-x509-ca-cert,application/x-pkcs7-certificates"
            className="hidden"
            onChange={(event) => {
              const [file] = event.target.files ?? [];
              event.target.value = "";
              void read(file);
            }}
          />
        </div>
        <form
          method="post"
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void read(new Blob([text]));
          }}
        >
          <TextArea
            label={t("paste")}
            value={text}
            rows={5}
            spellCheck={false}
            placeholder="-----BEGIN CERTIFICATE-----"
            onChange={(event) => setText(event.target.value)}
          />
          <div>
            <Button type="submit" kind="secondary" isBusy={isReading} disabled={text.trim() === ""}>
              {t("read")}
            </Button>
          </div>
        </form>
      </div>
      {state.step === "refused" ? (
        <Notice tone="bad">
          {t.has(`refusals.${state.code}` as "choose")
            ? t(`refusals.${state.code}` as "choose")
            : refusalText(refusals, state)}
        </Notice>
      ) : null}
      {state.step === "done" ? (
        <section
          ref={result}
          tabIndex={-1}
          aria-label={t("result")}
          className="flex flex-col gap-10 outline-none"
        >
          <p role="status">{t("found", foundIn(state.inspection))}</p>
          {state.inspection.certificates.map(({ chain, ...view }) => (
            <div key={view.fingerprints.sha256}>
              <h2 className="mb-3 text-h3 [overflow-wrap:anywhere]">{view.headline.who}</h2>
              <CertificateSheet view={view} chain={chain} now={state.at} />
            </div>
          ))}
        </section>
      ) : null}
    </div>
  );
}

const foundIn = ({ certificates, notShown, unreadable }: Inspection) => ({
  count: certificates.length + notShown,
  notShown,
  unreadable,
});

async function ask(brought: Blob): Promise<State> {
  try {
    const answer = await fetch("/certificates/inspect/report", { method: "POST", body: brought });
    const body = (await answer.json()) as { readonly code?: string; readonly reference?: string };
    if (!answer.ok) return { step: "refused", code: body.code ?? "internal", reference: body.reference };
    const inspection = body as unknown as Inspection;
    return { step: "done", inspection, at: new Date().toISOString() };
  } catch {
    return { step: "refused", code: "unreachable" };
  }
}
