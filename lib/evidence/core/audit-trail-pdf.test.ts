import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageFonts } from "#lib/adapters/fonts/package-fonts.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { concatBytes, sourceOf } from "#lib/bytes.ts";
import { PdfFile } from "#lib/pdf/reader.ts";
import { completeSignature, prepareSignature } from "#lib/pdf/signature.ts";
import { contract, inFolder, qpdfFaults, run, SEED } from "#lib/pdf/testing.ts";
import { AUDIT_TRAIL_FIELD, type AuditTrailPdfOptions, auditTrailPdf } from "./audit-trail-pdf.ts";
import { CHECKS } from "./check-commands.ts";
import {
  chainOf,
  envelopeEvents,
  PEOPLE,
  recipientActor,
  SENDER,
  type TestEvent,
  trailFacts,
} from "./testing.ts";
import { pdfaFaults } from "./testing-pdfa.ts";

const fonts = packageFonts();
const chain = chainOf(envelopeEvents(PEOPLE));

function made(facts = trailFacts(chain), changes: Partial<AuditTrailPdfOptions> = {}): Uint8Array {
  return auditTrailPdf(facts, { paper: "a4", fonts, seed: SEED, eventsJsonl: chain.eventsJsonl, ...changes });
}

const pdf = made();
const tool = (bytes: Uint8Array, command: string, ...options: string[]) =>
  inFolder((file) => {
    const at = file("audit-trail.pdf", bytes);
    return run(
      command,
      options.includes("FILE") ? options.map((o) => (o === "FILE" ? at : o)) : [...options, at],
    ).text;
  });
const extracted = (bytes: Uint8Array, ...options: string[]) =>
  tool(bytes, "pdftotext", ...options, "FILE", "-").replace(/[\u202a-\u202e]/g, "");
const oneLine = (text: string) => text.replace(/\s+/g, " ");

test("is a clean file that says what it is", () => {
  expect(qpdfFaults(pdf)).toBe("");
  const info = tool(pdf, "pdfinfo");
  expect(info).toMatch(/Title: +Audit trail of Mutual non-disclosure agreement \(WH-7K2M-9QXD\)/);
  expect(info).toMatch(/Author: +Duarte & Filhos, Lda/);
  expect(info).toMatch(/Tagged: +yes/);
  expect(info).toMatch(/JavaScript: +no/);
  expect(info).toMatch(/Page size: .*A4/);
  expect(tool(made(undefined, { paper: "letter" }), "pdfinfo")).toMatch(/Page size: .*letter/);
  expect(tool(pdf, "sh", "-c", 'mutool draw -q -N -r 20 -F png -o /dev/null "$0" 2>&1')).toBe("");
});

test("keeps every rule of PDF/A-3b it claims to keep", () => {
  expect(pdfaFaults(pdf)).toEqual([]);
  expect(pdfaFaults(contract()).length).toBeGreaterThan(3);
});

test("embeds all its fonts, with what each glyph says", () => {
  const rows = tool(pdf, "pdffonts").trimEnd().split("\n").slice(2);
  expect(rows.length).toBeGreaterThan(7);
  for (const row of rows) expect(row).toMatch(/CID TrueType +Identity-H +yes yes yes/);
});

test("has the chain attached, byte for byte", () => {
  inFolder((file) => {
    const out = file("out.jsonl");
    expect(run("pdfdetach", ["-list", file("a.pdf", pdf)]).text).toContain("1: events.jsonl");
    run("pdfdetach", ["-save", "1", "-o", out, file("a.pdf")]);
    expect(new Uint8Array(readFileSync(out))).toEqual(chain.eventsJsonl);
  });
});

test("reads in order, and hashes are copied whole", () => {
  const text = oneLine(extracted(pdf));
  const order = [
    "A. Summary",
    "B. People",
    "C. Actions",
    "D. Integrity",
    "How to check",
    "E. Process",
    "F. Custody",
  ];
  const places = order.map((heading) => text.indexOf(` ${heading} `));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(text).toContain(`Chain head ${chain.entries.at(-1)!.hash}`);
  expect(text).toContain("Page 1 of ");
  expect(text).toContain("https://sign.example.com/verify/WH-7K2M-9QXD");
});

test.each(PEOPLE)("$name is drawn and extracted as written", ({ name }) => {
  expect(extracted(pdf)).toContain(name);
  expect(extracted(pdf)).not.toMatch(/\[U\+(?!202E)/);
});

test("is tagged: headings, tables with header cells, lists; headers and footers are no part of the text", () => {
  const structure = tool(pdf, "pdfinfo", "-struct-text");
  expect(structure.match(/^ +H2 /gm)).toHaveLength(6);
  expect(structure.match(/^ +H1 /gm)).toHaveLength(1);
  expect(structure).toMatch(/"Mutual non-disclosure agreement "/);
  expect(structure).toMatch(/Scope \/Column\s+"Event "/);
  expect(structure.match(/"Method, IP "/g)).toHaveLength(1);
  expect(structure).toMatch(/Scope \/Row\s+"Consent "/);
  expect(structure).not.toContain("Page 1 of");
  expect(structure).not.toContain("in the chain · Made");
  expect(structure.match(/^ +LI /gm)).toHaveLength(CHECKS.length + 8);
});

test("is the same for the same facts and seed, and another for another seed", () => {
  expect(made()).toEqual(pdf);
  expect(made(undefined, { seed: new Uint8Array(32) })).not.toEqual(pdf);
});

test("says only [erased] of what was erased", () => {
  const people = PEOPLE.slice(0, 2);
  const erased = chainOf(envelopeEvents(people), { keeps: () => false });
  const facts = trailFacts(erased, people);
  const recipients = facts.recipients.map((recipient) => ({
    ...recipient,
    ...{ name: null, email: null, certificate: null },
  }));
  const text = oneLine(
    extracted(
      made(
        {
          ...facts,
          recipients,
          envelope: { ...facts.envelope, title: null },
          sender: { name: null, email: null },
          documents: facts.documents.map((document) => ({ ...document, name: null })),
          signatures: [],
        },
        { eventsJsonl: erased.eventsJsonl },
      ),
    ),
  );
  for (const value of [
    "Ana",
    "Sofia",
    "محمد",
    "198.51.100",
    "Safari",
    "example.org",
    "non-disclosure",
    "24 months",
  ])
    expect(text).not.toContain(value);
  expect(text).toContain("[erased]: Signer, 1st in turn");
});

test("an envelope of which little is known", () => {
  const empty = trailFacts(chainOf([]), [], {
    documents: [],
    signatures: [],
    sealCertificate: null,
    authorities: [],
    timeZone: "UTC",
    verifyAddress: `https://sign.example.com/${"long/".repeat(60)}`,
  });
  const bytes = made({ ...empty, envelope: { ...empty.envelope, state: "draft", title: "" } });
  expect(qpdfFaults(bytes)).toBe("");
  expect(pdfaFaults(bytes)).toEqual([]);
  const text = oneLine(extracted(bytes));
  for (const words of ["has not been sent", "holds no document", "No signature was found", "no entry"])
    expect(text).toContain(words);
});

test("long, strange and hostile text is shown, never hidden, and leaves no page", () => {
  const title = `${"Vertrag über die Geheimhaltung 🚀 der \u202egnirts\u202c Gesellschaft ".repeat(5)}${"A".repeat(300)}`;
  const actor = recipientActor(PEOPLE[1]!, 1);
  const reason = personal(`Clause 4.\nالبند الرابع غير صحيح (12.3)\n${"We cannot agree. ".repeat(300)}`);
  const odd = chainOf([
    { type: "envelope.created", actor: SENDER, data: { title: personal(title) } },
    { type: "recipient.declined", actor, data: { recipient: "r2", reason } },
  ]);
  const facts = trailFacts(odd, PEOPLE.slice(0, 2), {
    organizationName: "شركة القلم 123 (ذ.م.م)",
    brokenAt: 1,
  });
  const bytes = made({ ...facts, envelope: { ...facts.envelope, title, state: "declined" } });
  expect(qpdfFaults(bytes)).toBe("");
  expect(pdfaFaults(bytes)).toEqual([]);
  const text = oneLine(extracted(bytes));
  expect(text).toContain("[U+1F680]");
  expect(text).toContain("[U+202E]gnirts[U+202C]");
  expect(text).toContain("Does not hold");
  expect(text).toContain("The chain does not hold: the hash of entry 1");
  expect(text.match(/We cannot agree\./g)!.length).toBeGreaterThanOrEqual(3 * 290);
  expect(outsideOfPage(bytes)).toEqual([]);
});

test("a name of 500 signs stands whole with its person and does not fill the pages of what they did", () => {
  const long = "Maximiliana von und zu Hohenstein ".repeat(15).slice(0, 499).trimEnd();
  const arabic = "عبد الرحمن بن محمد آل سعود ".repeat(19).slice(0, 499).trimEnd();
  const people = [
    ...[long, arabic, "สมชาย ใจดี ผู้จัดการฝ่ายจัดซื้อ"].map((name, index) => ({
      ...PEOPLE[0]!,
      id: `p${index}`,
      name,
    })),
    ...PEOPLE.slice(0, 2),
  ];
  const named = chainOf(envelopeEvents(people));
  const bytes = made(trailFacts(named, people), { eventsJsonl: named.eventsJsonl });
  expect(Number(/Pages: +(\d+)/.exec(tool(bytes, "pdfinfo"))![1])).toBeLessThan(20);
  const text = oneLine(extracted(bytes));
  expect(text).toContain(long);
  expect(text).toContain("…");
  expect(text).toContain("สมชาย");
  expect(qpdfFaults(bytes)).toBe("");
  expect(outsideOfPage(bytes)).toEqual([]);
});

test("a thousand entries and fifty people, each row on one page under its header", () => {
  const people = Array.from({ length: 50 }, (_, index) => ({ ...PEOPLE[index % 8]!, id: `p${index}` }));
  const events = envelopeEvents(people);
  const filler = events.filter(({ type }) => type === "field.filled" || type === "document.viewed");
  while (events.length < 1000) events.splice(-2, 0, filler[events.length % filler.length] as TestEvent);
  const long = chainOf(events);
  // What others on the machine do counts in no processor's time.
  const before = process.cpuUsage();
  const bytes = made(trailFacts(long, people), { eventsJsonl: long.eventsJsonl });
  expect(process.cpuUsage(before).user / 1000).toBeLessThan(20_000);
  expect(bytes.length).toBeLessThan(3 << 20);
  expect(qpdfFaults(bytes)).toBe("");
  const pages = extracted(bytes, "-layout").split("\f");
  const numbers = pages.flatMap((page) => {
    const rows = [...page.matchAll(/^ *(\d{1,3}) +\d+ Oct 2026, [\d:]{8} UTC/gm)];
    if (rows.length > 0) expect(page).toContain("Method, IP");
    return rows.map(([, number]) => Number(number));
  });
  expect(numbers).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  expect(outsideOfPage(bytes)).toEqual([]);
});

/** Words whose box leaves the page or its margins, as poppler finds them. */
function outsideOfPage(bytes: Uint8Array): string[] {
  const words = tool(bytes, "pdftotext", "-bbox", "FILE", "-");
  const boxes = [
    ...words.matchAll(/xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)/g),
  ];
  return boxes
    .filter(([, left, top, right, bottom]) => {
      const isInside = Number(left) > 40 && Number(right) < 556 && Number(top) > 28 && Number(bottom) < 820;
      return !isInside;
    })
    .map(([, , , , , word]) => word!);
}

test("takes a signature in its field, and every printed command does what it says", () => {
  inFolder((file) => {
    const at = path.dirname(file("x"));
    const shell = (command: string) => {
      const result = spawnSync("bash", ["-c", command], { cwd: at, encoding: "utf8", timeout: 60_000 });
      return { status: result.status, text: `${result.stdout}${result.stderr}` };
    };
    const issued = shell(`
      openssl req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 2 -subj "/CN=Test root" &&
      openssl req -newkey rsa:2048 -nodes -keyout seal.key -out seal.csr -subj "/CN=Test seal" &&
      openssl x509 -req -in seal.csr -CA root.pem -CAkey root.key -days 1 -out seal.pem &&
      openssl x509 -in seal.pem -outform DER -out signer.cer`);
    expect(issued.status, issued.text).toBe(0);

    const short = chainOf(envelopeEvents(PEOPLE.slice(0, 2)));
    const unsigned = made(trailFacts(short), { eventsJsonl: short.eventsJsonl });
    const prepared = prepareSignature(PdfFile.open(sourceOf(unsigned)), {
      ...{
        fieldName: AUDIT_TRAIL_FIELD,
        at: new Date("2026-10-02T15:00:01Z"),
        signerName: "Duarte & Filhos, Lda",
      },
      seed: new Uint8Array(32).fill(9),
    });
    const { hole, baseSize, tail } = prepared;
    const covered = concatBytes([
      unsigned,
      tail.subarray(0, hole.contentsAt - baseSize),
      tail.subarray(hole.contentsEnd - baseSize),
    ]);
    file("to-sign.bin", covered);
    const signed = shell(
      "openssl cms -sign -binary -in to-sign.bin -signer seal.pem -inkey seal.key -md sha256 -outform DER -out seal.cms",
    );
    expect(signed.status, signed.text).toBe(0);
    const contents = new Uint8Array(readFileSync(path.join(at, "seal.cms")));
    const whole = concatBytes([unsigned, completeSignature(prepared, contents)]);
    expect(qpdfFaults(whole)).toBe("");
    file("audit-trail.pdf", whole);
    file("signed.pdf", whole);

    const answers = new Map<string, string>();
    let ranges: string[] = [];
    for (const { key, commands } of CHECKS) {
      const [a, b, c] = ranges;
      const script = commands
        .join("\n")
        .replace("head -c A ", `head -c ${a} `)
        .replace("head -c C ", `head -c ${c} `)
        .replace("((B + 1))", `((${b} + 1))`);
      const { text } = shell(script);
      answers.set(key, text);
      if (key === "signatures") ranges = /\[0 - (\d+)\], \[(\d+) - (\d+)\]/.exec(text)!.slice(1) as string[];
    }
    expect(answers.get("hash")).toMatch(/^[0-9a-f]{64} {2}signed\.pdf/);
    expect(answers.get("signatures")).toContain("Signature Validation: Signature is Valid.");
    expect(answers.get("signatures")).toContain("Total document signed");
    expect(answers.get("cms")).toContain("CMS Verification successful");
    expect(answers.get("certificate")).toContain("CN = Test seal");
    expect(answers.get("chain")!.trim()).toBe(short.entries.at(-1)!.hash);
    const commitments = answers.get("opening")!.trim().split("\n");
    expect(commitments.length).toBeGreaterThan(20);
    const jsonl = new TextDecoder().decode(short.eventsJsonl);
    expect(commitments.every((commitment) => jsonl.includes(commitment))).toBe(true);
    expect(answers.get("trail")).toContain("Signature is Valid");
  });
});
