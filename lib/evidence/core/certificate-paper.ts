import { createTranslator } from "use-intl/core";
import { isolated } from "#lib/pdf/page-layout/isolates.ts";
import type { CertificateView, NameRow } from "#lib/pki/core/view/certificate-view.ts";
import type { ChainView } from "#lib/pki/core/view/inspect.ts";
import messages from "../../../messages/en/certificate.json" with { type: "json" };
import { utcWords } from "./instant-words.ts";
import { facts, heading, type Paper, paragraph, table } from "./paper/paper.ts";
import type { RevocationFacts, RevocationSentence } from "./revocation-words.ts";
import { visible } from "./trail-words.ts";

export interface CertificatePaperFacts {
  readonly kind: "signer" | "seal" | "presented" | "anchor" | "chain" | "authority";
  readonly organizationName: string;
  readonly view: CertificateView;
  readonly chain: ChainView;
  readonly revocation: RevocationFacts & {
    readonly sentence: RevocationSentence;
    readonly signedAt: Date | null;
    readonly answers: readonly {
      readonly source: "ocsp" | "crl";
      readonly url: string | null;
      readonly thisUpdate: Date | null;
      readonly nextUpdate: Date | null;
    }[];
  };
  readonly signed: readonly {
    readonly documentName: string;
    readonly revision: number;
    readonly signedAt: Date;
    /** Hexadecimal. */
    readonly sha256: string;
  }[];
  /** With those that are not listed. */
  readonly signedTotal: number;
  readonly madeAt: Date;
  readonly generator: string;
}

/** All that a certificate says, and which documents it belongs to, on paper. */
export function certificatePaper(given: CertificatePaperFacts): Paper {
  const { kind, view, chain, signed, signedTotal, madeAt, generator } = given;
  const { subject, issuer, validity, key, signature, fingerprints } = view;
  const organization = visible(given.organizationName);
  const orNone = (values: readonly string[]) => (values.length > 0 ? values : [words("none")]);
  const coded = (list: CertificateView["purposes"]) =>
    orNone(list.map(({ code, words: said }) => (said === code ? code : `${said} (${code})`)));
  const event = view.authorizingEventSha256;
  return {
    title: words("title", { who: visible(view.headline.who) }),
    header: words("header", { organization, serial: view.serialHex }),
    footer: words("footer", { at: utcWords(madeAt), generator }),
    blocks: [
      paragraph(words(`kinds.${kind}`, { organization })),
      paragraph(visible(view.headline.words)),
      ...view.findings.map(({ message }) => paragraph(`${words("findings")}: ${visible(message)}`)),
      heading(words("about")),
      facts([
        [words("subject"), ...namesOf(subject)],
        [words("names"), ...orNone(view.alternativeNames)],
        [words("issuer"), ...namesOf(issuer)],
        [words("serial"), view.serialHex],
        [words("from"), utcWords(new Date(validity.notBefore))],
        [words("until"), utcWords(new Date(validity.notAfter))],
        [words("key"), key.name],
        [words("algorithm"), signature.algorithm],
        [words("usages"), ...orNone(view.usages.map((usage) => usage.words))],
        [words("purposes"), ...coded(view.purposes)],
        [words("policies"), ...coded(view.policies)],
        ...(event === null ? [] : [[words("event"), { hash: event }] as const]),
        [words("sha256"), { hash: fingerprints.sha256 }],
        [words("sha1"), { hash: fingerprints.sha1 }],
        [words("revocation"), ...revocationLines(given.revocation)],
      ]),
      heading(words("chain")),
      table(
        [{ title: words("link") }, { title: words("fingerprint"), widthPt: 220 }],
        chain.links.map(({ subjectText, sha256 }) => [visible(subjectText), { hash: sha256 }]),
      ),
      paragraph(words(`ends.${chain.endsAt}`)),
      heading(words("signed")),
      signed.length === 0
        ? paragraph(words("nothing"))
        : table(
            [
              { title: words("document") },
              { title: words("revision"), widthPt: 50 },
              { title: words("at"), widthPt: 90 },
              { title: words("hash"), widthPt: 180 },
            ],
            signed.map(({ documentName, revision, signedAt, sha256 }) => [
              ...[visible(documentName), String(revision), utcWords(signedAt)],
              { hash: sha256 },
            ]),
          ),
      ...(signedTotal > signed.length
        ? [paragraph(words("more", { listed: String(signed.length), total: String(signedTotal) }))]
        : []),
    ],
  };
}

const namesOf = (rows: readonly NameRow[]) =>
  rows.map(({ attribute, value }) => `${attribute}: ${visible(value)}`);

function revocationLines(revocation: CertificatePaperFacts["revocation"]): string[] {
  const { sentence, revokedAt, reason, asOf, signedAt, answers } = revocation;
  const day = (at: Date | null) => (at ? utcWords(at) : "");
  const said = {
    at: day(revokedAt),
    reason: reason ?? "unspecified",
    asOf: day(asOf),
    signed: day(signedAt),
  };
  return [
    words(`revocations.${sentence}`, said),
    ...answers.map(({ source, url, thisUpdate, nextUpdate }) =>
      words(nextUpdate ? "answers.until" : "answers.open", {
        ...{ source: source.toUpperCase(), url: visible(url ?? "") },
        ...{ from: day(thisUpdate), until: day(nextUpdate) },
      }),
    ),
  ];
}

function words(key: string, values: Readonly<Record<string, string>> = {}): string {
  const translator = createTranslator({
    locale: "en",
    messages,
    onError(error) {
      throw error;
    },
  }) as unknown as (key: string, values: object) => string;
  const shown = Object.entries(values).map(([name, value]) => [name, isolated(value)]);
  return translator(key, Object.fromEntries(shown));
}
