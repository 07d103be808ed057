import { createElement as h, type ReactNode } from "react";
import {
  Body,
  Button,
  Container,
  Head,
  Heading,
  Hr,
  Html,
  Link,
  Preview,
  render,
  Text,
  toPlainText,
} from "react-email";
import { directionOf } from "#lib/envelopes/core/languages.ts";

/** A mail as facts; what it looks like is decided here once for all. */
export interface MailContent {
  readonly locale: string;
  readonly subject: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  /** Somebody's own words, set apart. */
  readonly quote?: { readonly intro: string; readonly text: string };
  /** The same, for who the mail is to and nobody else. */
  readonly note?: { readonly intro: string; readonly text: string };
  readonly button?: { readonly label: string; readonly url: string; readonly plainLink: string };
  /** Below the button, small. */
  readonly notes: readonly string[];
  /** Below the notes, for who did not expect the mail. */
  readonly abuseReport?: { readonly label: string; readonly url: string };
  readonly footer: string;
}

const FONT = "Inter, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const styles = {
  body: { backgroundColor: "#f6f7f8", fontFamily: FONT, margin: 0, padding: "24px 0", color: "#14202b" },
  sheet: {
    backgroundColor: "#ffffff",
    border: "1px solid #dde2e6",
    borderRadius: 10,
    maxWidth: 560,
    padding: "32px",
  },
  heading: { fontSize: 22, lineHeight: "30px", fontWeight: 600, margin: "0 0 16px" },
  text: { fontSize: 16, lineHeight: "24px", margin: "0 0 16px" },
  quote: {
    fontSize: 16,
    lineHeight: "24px",
    margin: "0 0 16px",
    padding: "0 0 0 16px",
    borderLeft: "3px solid #0f5b66",
  },
  button: {
    backgroundColor: "#0f5b66",
    borderRadius: 6,
    color: "#ffffff",
    fontSize: 16,
    fontWeight: 600,
    padding: "14px 24px",
    textDecoration: "none",
  },
  small: { fontSize: 14, lineHeight: "20px", margin: "16px 0 0", color: "#3b4a57" },
  link: { color: "#0f5b66", wordBreak: "break-all" as const },
  rule: { borderColor: "#dde2e6", margin: "24px 0 0" },
};

// Mail programs know no logical sides.
const QUOTE_RTL = {
  ...styles.quote,
  ...{ padding: "0 16px 0 0", borderLeft: "none", borderRight: styles.quote.borderLeft },
};

/** HTML and plain text of one mail. */
export async function renderMail(content: MailContent): Promise<{ html: string; text: string }> {
  const html = await render(mailElement(content));
  return {
    html,
    text: toPlainText(html, { selectors: [{ selector: "h1", options: { uppercase: false } }] }),
  };
}

const inLines = (text: string): ReactNode[] =>
  text.split("\n").flatMap((line, index) => (index === 0 ? [line] : [h("br", { key: index }), line]));

function mailElement({
  locale,
  heading,
  paragraphs,
  quote,
  note,
  button,
  notes,
  abuseReport,
  footer,
}: MailContent): ReactNode {
  const direction = directionOf(locale);
  const side = direction === "rtl" ? QUOTE_RTL : styles.quote;
  return h(
    Html,
    { lang: locale, dir: direction },
    h(Head),
    h(Preview, null, heading),
    h(
      Body,
      { style: styles.body },
      h(
        Container,
        { style: styles.sheet, dir: direction },
        h(Heading, { as: "h1", style: styles.heading }, heading),
        ...paragraphs.map((text, index) => h(Text, { key: `p${index}`, style: styles.text }, text)),
        ...[quote, note].flatMap((said, index) =>
          said
            ? [
                h(Text, { key: `i${index}`, style: styles.text }, said.intro),
                h(Text, { key: `q${index}`, style: side, dir: "auto" }, ...inLines(said.text)),
              ]
            : [],
        ),
        button ? h(Button, { href: button.url, style: styles.button }, button.label) : null,
        button
          ? h(
              Text,
              { style: styles.small },
              button.plainLink,
              " ",
              h(Link, { href: button.url, style: styles.link, dir: "ltr" }, button.url),
            )
          : null,
        ...notes.map((text, index) => h(Text, { key: `n${index}`, style: styles.small }, text)),
        abuseReport
          ? h(
              Text,
              { style: styles.small },
              abuseReport.label,
              " ",
              h(Link, { href: abuseReport.url, style: styles.link }, abuseReport.url),
            )
          : null,
        h(Hr, { style: styles.rule }),
        h(Text, { style: styles.small }, footer),
      ),
    ),
  );
}
