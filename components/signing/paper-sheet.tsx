"use client";

import { Button, buttonClass } from "#components/ui/button.tsx";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { Sheet } from "./sheet.tsx";
import { mailTo } from "./words.ts";

export interface PaperSheetProps {
  readonly isOpen: boolean;
  readonly token: string;
  readonly view: Pick<CeremonyView, "sender" | "documents" | "inPerson">;
  readonly heading: string;
  readonly text: string;
  readonly closeLabel: string;
  readonly write: string;
  readonly subject: string;
  /** Left out where the person should not have the document. */
  readonly downloadLabel?: string;
  /** Where paper can be asked for, so that it is on record. */
  readonly askLabel?: string;
  readonly decline?: { readonly label: string; onPress(): void };
  onClose(): void;
}

/** A way out that is not signing: on paper, or because the link reached somebody else. */
export function PaperSheet(props: PaperSheetProps) {
  const { isOpen, token, view, heading, text, closeLabel, downloadLabel, decline, onClose } = props;
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={heading} closeLabel={closeLabel}>
      <p className="mb-4">{text}</p>
      <div className="flex flex-col gap-2">
        {props.askLabel && !view.inPerson ? (
          <a href={`/sign/${token}/rights#paper-part`} className={buttonClass("primary", "large")}>
            {props.askLabel}
          </a>
        ) : null}
        {view.inPerson ? null : (
          <a
            href={mailTo(view.sender.email, props.subject)}
            className={buttonClass(props.askLabel ? "secondary" : "primary", "large")}
          >
            {props.write}
          </a>
        )}
        {downloadLabel && !view.inPerson
          ? view.documents.map(({ id, name }) => (
              <a
                key={id}
                href={`/sign/${token}/files/documents/${id}`}
                className={buttonClass("secondary", "large")}
              >
                {view.documents.length > 1 ? `${downloadLabel}: ${name}` : downloadLabel}
              </a>
            ))
          : null}
        {decline ? (
          <Button kind="secondary" size="large" onClick={decline.onPress}>
            {decline.label}
          </Button>
        ) : null}
      </div>
      <p className="mt-3 break-all text-ink-600">{view.sender.email}</p>
    </Sheet>
  );
}
