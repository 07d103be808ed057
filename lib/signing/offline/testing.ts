import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { fromUtf8, toBase64 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { CHAIN_LABEL, type SignedEvent } from "../core/offline-acts.ts";
import { eventHash } from "../core/offline-chain.ts";
import { openCeremony } from "../open-ceremony.ts";
import type { OfflineAct } from "./apply-act.ts";
import { issueKit, type Kit } from "./issue-kit.ts";

/** A browser's part, in Node: a key that stays here, and a chain of what was done. */
export interface TestDevice {
  readonly kit: Kit;
  readonly events: SignedEvent[];
  /** Records an act, by a clock that is off by so much. */
  act(act: OfflineAct | { readonly type: string }, at?: Date): SignedEvent;
  /** What is sent when the network is back. */
  batch(sentAt?: Date): { kitId: string; sentAt: string; events: SignedEvent[] };
}

export async function deviceOf(person: Context): Promise<TestDevice> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = toBase64(new Uint8Array(publicKey.export({ type: "spki", format: "der" })));
  const kit = await issueKit(person, { publicKey: spki, files: {} });
  const events: SignedEvent[] = [];
  let previous = kit.start;
  return {
    kit,
    events,
    act(act, at = new Date()) {
      const body = JSON.stringify({
        ...{ version: 1, kit: kit.id, sequence: events.length, previous, at: at.toISOString() },
        ...{ offsetMs: 0, salt: randomBytes(16).toString("base64url"), act },
      });
      const signature = sign("sha256", fromUtf8(CHAIN_LABEL + body), {
        key: privateKey,
        dsaEncoding: "ieee-p1363",
      });
      previous = eventHash(body);
      const event = { body, signature: toBase64(new Uint8Array(signature)) };
      events.push(event);
      return event;
    },
    batch: (sentAt = new Date()) => ({ kitId: kit.id, sentAt: sentAt.toISOString(), events }),
  };
}

/** Agrees, adopts, fills and finishes on a device without a network. */
export async function signOffline(
  person: Context,
  device: TestDevice,
  text = "As agreed",
  at?: Date,
  beforeFinish: () => void = () => {},
) {
  const { consent, me, fields, documents } = await openCeremony(person);
  const { version, locale, sha256 } = consent;
  device.act({ type: "consent", version, locale, sha256, wording: "Agree and continue" }, at);
  for (const { id, sha256, pages } of documents)
    device.act({ type: "view", documentId: id, sha256, pages: pages.map((_, page) => page) }, at);
  const signature = { type: "typed", text: me.name, style: "flowing" } as const;
  device.act({ type: "adopt", signature, initials: null }, at);
  for (const { id, type } of fields)
    if (type !== "date" && type !== "attachment")
      device.act({ type: "fill", fieldId: id, value: type === "signature" ? "adopted" : text }, at);
  beforeFinish();
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  device.act({ type: "finish", shown, wording: "Finish", timeZone: "Europe/Lisbon" }, at);
}
