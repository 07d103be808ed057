"use client";

import { createContext, use, useMemo } from "react";
import type { SaveAnswer } from "#components/signing/value-queue.ts";
import {
  adopt,
  agreeToSign,
  approveDocuments,
  beginMove,
  beginTelephone,
  declineDocuments,
  endTelephone,
  finish,
  leaveForLater,
  linkAgain,
  nameNextPerson,
  previewName,
  showAccess,
  wordChoices,
} from "./actions.ts";
import { giveFile } from "./give-file.ts";
import { type Entered, saveField } from "./use-values.ts";

const LIVE = {
  ...{
    adopt,
    agreeToSign,
    approveDocuments,
    beginMove,
    beginTelephone,
    declineDocuments,
    endTelephone,
    finish,
  },
  ...{ leaveForLater, linkAgain, nameNextPerson, previewName, showAccess, wordChoices, giveFile },
};

/** What stands behind a signing page: what it asks of the server, each thing by its name. */
export interface DeskServer {
  /** Where pages and words come from. */
  readonly address: string;
  /** A sender looks at what will be: nothing is recorded, on the server or on the device. */
  readonly isPreview: boolean;
  readonly acts: typeof LIVE;
  /** What is said besides of what is refused. */
  readonly refusals: Readonly<Record<string, string>>;
  saveField(fieldId: string, entered: Entered): Promise<SaveAnswer>;
}

/** What stands there instead of a link's server; null behind a link. */
export const OtherServer = createContext<DeskServer | null>(null);

export function useDeskServer(token: string): DeskServer {
  const other = use(OtherServer);
  const live = useMemo(
    (): DeskServer => ({
      ...{ address: `/sign/${token}`, isPreview: false, acts: LIVE, refusals: {} },
      saveField: (fieldId, entered) => saveField(token, fieldId, entered),
    }),
    [token],
  );
  return other ?? live;
}
