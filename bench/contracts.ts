import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { degrees, PDFDocument, rgb, StandardFonts } from "pdf-lib";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";

export interface Contract {
  readonly name: string;
  /** What somebody would have to fill in. */
  readonly places: readonly FieldType[];
  /** @param folder for what other programs read and write. */
  make(folder: string): Promise<Uint8Array>;
}

const line = "_".repeat(28);
const style = `<style>body{font:11pt/1.5 serif;margin:0}h1{font-size:16pt}.rule{display:inline-block;width:65mm;border-bottom:0.8pt solid #000;height:12mm}.sign{display:flex;gap:20mm;margin-top:14mm}.sign div{width:65mm;border-top:0.8pt solid #000}.box{display:inline-block;width:10pt;height:10pt;border:0.8pt solid #000;vertical-align:-1pt}.two{columns:2;column-gap:10mm;text-align:justify}</style>`;
const page = (title: string, body: string, lang = "en") =>
  `<!doctype html><html lang="${lang}"><meta charset="utf-8"><title>${title}</title>${style}<h1>${title}</h1>${body}`;
const clauses = (count: number) =>
  Array.from(
    { length: count },
    (_, at) =>
      `<p>${at + 1}. Each party keeps what it learns of the other to itself, uses it for the purpose of this agreement alone, and gives it back when the agreement ends, whatever the reason for its end may be.</p>`,
  ).join("");

/** As a browser prints it. */
async function printed(folder: string, html: string): Promise<Uint8Array> {
  const [from, to] = [path.join(folder, "page.html"), path.join(folder, "page.pdf")];
  writeFileSync(from, html);
  const options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"];
  execFileSync("chromium", [...options, `--print-to-pdf=${to}`, `file://${from}`], { stdio: "ignore" });
  return new Uint8Array(readFileSync(to));
}

/** As a word processor or a spreadsheet program makes it. */
async function converted(folder: string, name: string, content: string): Promise<Uint8Array> {
  const from = path.join(folder, name);
  writeFileSync(from, content);
  const profile = `-env:UserInstallation=file://${path.join(folder, "profile")}`;
  execFileSync("soffice", [profile, "--headless", "--convert-to", "pdf", "--outdir", folder, from], {
    stdio: "ignore",
  });
  return new Uint8Array(readFileSync(from.replace(/\.\w+$/, ".pdf")));
}

/** Through a scanner: a picture of each page, a little grey, without text. */
async function scanned(folder: string, pdf: Uint8Array): Promise<Uint8Array> {
  const from = path.join(folder, "scan.pdf");
  writeFileSync(from, pdf);
  execFileSync("mutool", [
    "draw",
    "-q",
    "-r",
    "150",
    "-c",
    "gray",
    "-o",
    path.join(folder, "scan-%d.png"),
    from,
  ]);
  const out = await PDFDocument.create();
  const { length } = (await PDFDocument.load(pdf)).getPages();
  for (let number = 1; number <= length; number++) {
    const picture = await out.embedPng(readFileSync(path.join(folder, `scan-${number}.png`)));
    const [width, height] = [(picture.width * 72) / 150, (picture.height * 72) / 150];
    out.addPage([width, height]).drawImage(picture, { x: 0, y: 0, width, height });
  }
  return out.save();
}

const lease = page(
  "Residential lease",
  `<p>This lease is made between Harbour Street Studio (the landlord) and the tenant named below.</p><p>Name of tenant: ${line}</p><p>Monthly rent: ${line}</p><p>Phone: ${line}</p>${clauses(6)}<div class="sign"><div>Signature of landlord</div><div>Signature of tenant</div></div><div class="sign"><div>Date</div><div>Date</div></div>`,
);

/** Turned in its content and turned back by the page, as drawing programs write it. */
async function turned(pdf: Uint8Array): Promise<Uint8Array> {
  const file = await PDFDocument.create();
  const sheets = await file.embedPdf(pdf, (await PDFDocument.load(pdf)).getPageIndices());
  for (const sheet of sheets) {
    const { width, height } = sheet;
    const one = file.addPage([height, width]);
    one.drawPage(sheet, { x: height, y: 0, rotate: degrees(90) });
    one.setRotation(degrees(90));
  }
  return file.save();
}

async function form(): Promise<Uint8Array> {
  const file = await PDFDocument.create();
  const font = await file.embedFont(StandardFonts.Helvetica);
  const sheet = file.addPage([612, 792]);
  const fields = file.getForm();
  const write = (text: string, x: number, y: number) => sheet.drawText(text, { x, y, size: 10, font });
  write("Request for taxpayer number", 60, 730);
  for (const [at, name] of ["Name", "Business name", "Street", "City and state"].entries()) {
    write(name, 60, 690 - at * 40);
    fields
      .createTextField(`topmost.${name}`)
      .addToPage(sheet, { x: 200, y: 684 - at * 40, width: 300, height: 18 });
  }
  for (const [at, name] of ["Individual", "Corporation", "Partnership"].entries()) {
    write(name, 80 + at * 120, 520);
    fields
      .createCheckBox(`kind.${name}`)
      .addToPage(sheet, { x: 60 + at * 120, y: 518, width: 12, height: 12 });
  }
  write("Signature", 60, 440);
  sheet.drawLine({ start: { x: 200, y: 438 }, end: { x: 400, y: 438 }, thickness: 0.8 });
  write("Date", 420, 440);
  sheet.drawLine({ start: { x: 450, y: 438 }, end: { x: 550, y: 438 }, thickness: 0.8, color: rgb(0, 0, 0) });
  return file.save();
}

const word = `{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Liberation Serif;}}\\f0\\fs24 \\b Consulting agreement\\b0\\par\\par The consultant advises the client as agreed in writing.\\par\\par Consultant name: ${line}\\par Company: ${line}\\par E-mail: ${line}\\par\\par ${"The consultant keeps to the client's hours and rules of the house. ".repeat(12)}\\par\\par\\par ${line}\\tab\\tab ${line}\\par Signature\\tab\\tab\\tab\\tab\\tab Date\\par}`;

export const CONTRACTS: readonly Contract[] = [
  {
    name: "Lease, printed by a browser",
    places: ["name", "amount", "phone", "signature", "signature", "date", "date"],
    make: (folder) => printed(folder, lease),
  },
  {
    name: "Employment, two columns",
    places: ["signature", "signature", "title", "date"],
    make: (folder) =>
      printed(
        folder,
        page(
          "Employment agreement",
          `<div class="two">${clauses(16)}</div><div class="sign"><div>Signature of employee</div><div>Signature for the company</div></div><div class="sign"><div>Date</div><div>Title</div></div>`,
        ),
      ),
  },
  {
    name: "Consulting, from a word processor",
    places: ["name", "company", "email", "signature", "date"],
    make: (folder) => converted(folder, "consulting.rtf", word),
  },
  {
    name: "Invoice with acceptance, from a spreadsheet",
    places: ["signature", "date"],
    make: (folder) =>
      converted(
        folder,
        "invoice.csv",
        `Invoice 2026-114,,,\nItem,Count,Each,Sum\nRoof,1,12000.00,12000.00\nGutter,4,150.00,600.00\nTotal,,,12600.00\n,,,\nAccepted: signature,${line},,\nDate,${line},,\n`,
      ),
  },
  {
    name: "Tax form with its own fields",
    places: [
      ...(["text", "text", "text", "text", "checkbox", "checkbox", "checkbox"] as const),
      ...(["signature", "date"] as const),
    ],
    make: form,
  },
  {
    name: "Agreement with tags of four makers",
    places: ["signature", "date", "signature", "date", "initials", "text"],
    make: (folder) =>
      printed(
        folder,
        page(
          "Non-disclosure agreement",
          `${clauses(4)}<p>For the first: {{Sig_es_:signer1:signature}} {{Dte_es_:signer1:date}}</p><p>For the second: {{signature, r2, required=true}} and on {{Signed on;role=Signer2;type=date}}</p><p>[initial|req|signer2] {{t:t;r:y;o:"Signer 1";l:"Name";w:120;h:15;}} {{whatever this is}}</p>`,
        ),
      ),
  },
  {
    name: "Lease, scanned",
    places: ["name", "amount", "phone", "signature", "signature", "date", "date"],
    make: async (folder) => scanned(folder, await printed(folder, lease)),
  },
  {
    name: "Lease, turned by 90 degrees",
    places: ["name", "amount", "phone", "signature", "signature", "date", "date"],
    make: async (folder) => turned(await printed(folder, lease)),
  },
  {
    name: "Mietvertrag (German)",
    places: ["name", "amount", "signature", "date"],
    make: (folder) =>
      printed(
        folder,
        page(
          "Mietvertrag",
          `<p>Zwischen der Hafenstraße GmbH und dem Mieter.</p><p>Name des Mieters: ${line}</p><p>Monatlicher Betrag: ${line}</p>${clauses(5)}<div class="sign"><div>Unterschrift des Mieters</div><div>Datum</div></div>`,
          "de",
        ),
      ),
  },
  {
    name: "Patient consent with boxes",
    places: ["name", "checkbox", "checkbox", "checkbox", "initials", "signature", "date"],
    make: (folder) =>
      printed(
        folder,
        page(
          "Consent to treatment",
          `<p>Patient name: ${line}</p><p><span class="box"></span> I agree to the treatment described to me.</p><p><span class="box"></span> I agree that my data are kept for it.</p><p>☐ I was given a copy.</p>${clauses(3)}<p>Initials: ${line}</p><div class="sign"><div>Signature of patient</div><div>Date</div></div>`,
        ),
      ),
  },
];
