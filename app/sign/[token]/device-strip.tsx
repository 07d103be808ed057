import { getLocale, getMessages } from "next-intl/server";
import type signMessages from "../../../messages/en/sign.json";
import { recipientContext } from "../../_server/context.ts";
import { InPersonStrip } from "./when-shown.tsx";

interface DeviceStripProps {
  readonly token: string;
  /** They have finished, or there is nothing to do for them. */
  readonly isDone?: boolean;
}

/** On every page that a host's device shows to a person; nothing on a device of their own. */
export async function DeviceStrip({ token, isDone = false }: DeviceStripProps) {
  const { actor } = await recipientContext(token);
  const inPerson = actor.kind === "recipient" || actor.kind === "link-holder" ? actor.inPerson : undefined;
  if (!inPerson) return null;
  const { sign } = (await getMessages()) as unknown as { sign: typeof signMessages };
  return (
    <InPersonStrip
      hostName={inPerson.hostName}
      isDone={isDone}
      words={sign.inPerson}
      locale={await getLocale()}
    />
  );
}
