"use client";

import { useState } from "react";
import type { SaveAnswer } from "#components/signing/value-queue.ts";
import type { MarkInput } from "#lib/signing/adopt-mark.ts";
import { type DeskServer, OtherServer } from "../../../sign/[token]/desk-server.ts";
import { SigningDesk, type SigningDeskProps } from "../../../sign/[token]/signing-desk.tsx";
import { drawMarks, drawNames } from "./actions.ts";

interface PreviewDeskProps
  extends Pick<SigningDeskProps, "view" | "locale" | "about" | "later" | "sentences"> {
  readonly id: string;
  /** What is said instead of doing what would be recorded. */
  readonly refusal: string;
}

/** The signing page itself, with nobody's link behind it: what is entered is drawn and forgotten. */
export function PreviewDesk({ id, refusal, ...desk }: PreviewDeskProps) {
  const [server] = useState(() => previewServer(id, desk.view.me.id, refusal));
  return (
    <OtherServer value={server}>
      <SigningDesk token="preview" {...desk} language={null} fallback={null} />
    </OtherServer>
  );
}

const PREVIEW_ONLY = "preview-only";

function previewServer(id: string, person: string, refusal: string): DeskServer {
  const address = `/preview/${id}/${person}`;
  let marks: { signature: MarkInput | null; initials: MarkInput | null } = {
    signature: null,
    initials: null,
  };
  const refused = async () => ({ refusal: { code: PREVIEW_ONLY } });
  const done = async () => ({ refusal: null });
  return {
    ...{ address, isPreview: true, refusals: { [PREVIEW_ONLY]: refusal } },
    async saveField(fieldId, entered): Promise<SaveAnswer> {
      const response = await fetch(`${address}/fields/${fieldId}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...entered, marks }),
      });
      if (response.status >= 500) throw new Error(`answered ${response.status}`);
      const answer = (await response.json()) as { svg: string | null; code: string };
      return response.ok ? { svg: answer.svg, asOf: 0 } : { refusal: answer.code };
    },
    acts: {
      ...{ agreeToSign: done, showAccess: done, nameNextPerson: done, endTelephone: done },
      wordChoices: async () => ({ refusal: null, result: [] }),
      previewName: (_, text) => drawNames(id, text),
      async adopt(_, signature, initials) {
        const state = await drawMarks(id, signature, initials);
        if (!state.refusal) marks = { signature, initials: initials ?? marks.initials };
        return state;
      },
      ...{ finish: refused, approveDocuments: refused, declineDocuments: refused, leaveForLater: refused },
      ...{
        linkAgain: refused,
        beginMove: refused,
        beginTelephone: refused,
        giveFile: async () => ({ refusal: PREVIEW_ONLY }),
      },
    },
  };
}
