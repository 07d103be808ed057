import "server-only";
import { createHash } from "node:crypto";
import { createTranslator } from "use-intl/core";
import { keepSentences, type Sentences, sentencesName } from "#components/signing/sentences.ts";
import type { SignWords } from "#components/signing/words.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import { messagesIn } from "../../i18n/messages.ts";
import { SIGNER_REFUSALS } from "../../i18n/signer-refusals.ts";

/** What the signing page can say in one language, the same for everybody who reads in it. */
export interface DeskSentences {
  /** Of the words and no others. */
  readonly name: string;
  readonly json: string;
}

const kept = new Map<Language, Promise<DeskSentences>>();

export function deskSentences(language: Language): Promise<DeskSentences> {
  const known = kept.get(language);
  if (known) return known;
  const making = make(language);
  kept.set(language, making);
  return making;
}

async function make(language: Language): Promise<DeskSentences> {
  const { sign } = (await messagesIn(language)) as unknown as { sign: SignWords };
  const { consent, paper, notMe, menu, document, field, bar, adopt, review } = sign;
  const { decline, later, trouble, session, offline, telephone } = sign;
  const sentences: Sentences = {
    words: {
      ...{ consent, paper, notMe, menu, document, field, bar, adopt, review },
      ...{ decline, later, trouble, session, offline, telephone },
    },
    refusals: await refusalSentences(language),
  };
  const json = JSON.stringify(sentences);
  const name = sentencesName(language, createHash("sha256").update(json).digest("hex"));
  keepSentences(name, sentences);
  return { name, json };
}

/** Sentences for what can be refused to a signer. */
export async function refusalSentences(language: Language): Promise<Record<string, string>> {
  const messages = await messagesIn(language);
  const t = createTranslator({ locale: language, messages, namespace: "refusals" as never }) as unknown as (
    code: string,
    values?: Readonly<Record<string, string>>,
  ) => string;
  const codes = SIGNER_REFUSALS.filter((code) => code !== "internal");
  return {
    ...Object.fromEntries(codes.map((code) => [code, t(code)])),
    recorded: t("internal", { reference: "{reference}" }),
    internal: t("internal", { reference: "none" }),
    // What the network does is no answer of the server, and said in the same place.
    offline: (messages as unknown as { sign: SignWords }).sign.trouble.offline,
  };
}
