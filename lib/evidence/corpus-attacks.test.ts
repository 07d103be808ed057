import { deflateSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { concatBytes, fromLatin1, toHex, toLatin1 } from "#lib/bytes.ts";
import { addValidationData } from "#lib/pdf/dss.ts";
import { type PdfDict, PdfRef, PdfStream, pdfDict, pdfName, pdfText } from "#lib/pdf/objects.ts";
import { inFolder, openBytes, run, SEED } from "#lib/pdf/testing.ts";
import type { Update } from "#lib/pdf/update.ts";
import { at, DAY_MS, testSeal, testSigner, testWorld, type World } from "#lib/pki/core/testing.ts";
import { crlOf, ocspOf } from "#lib/pki/core/validation/testing-document.ts";
import {
  addStatus,
  altered,
  checked,
  drawing,
  faultsIn,
  fillsOf,
  placesIn,
  prepared,
  type Signers,
  sealedDocument,
  sign,
} from "./core/validation/testing.ts";

// Attacks that use what a file's structure leaves open: two lists of objects, lists that lead in circles, objects in
// streams, numbers that are there twice, files behind files. Whatever another reader makes of it, ours never passes it.

let world: World;
let signers: Signers;
const documents = {} as Record<"sealed" | "approved", Uint8Array>;
beforeAll(async () => {
  world = await testWorld();
  const [first, second] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  signers = { seal: await testSeal(world.issuing), first, second };
  documents.sealed = await sealedDocument(world, signers);
  const signed = await sign(prepared(), world, {
    field: "Signer1",
    by: first,
    fills: fillsOf(1),
    isDrawn: true,
  });
  documents.approved = await addStatus(signed, world, [first]);
});

const TIME_LIMIT_MS = 5_000;

/** What the product says of an attack, in bounded time: never that it passed. */
function neverPasses(what: string, bytes: Uint8Array) {
  const begun = performance.now();
  const report = checked(bytes, world);
  expect(performance.now() - begun, what).toBeLessThan(TIME_LIMIT_MS);
  expect([what, report.verdict], faultsIn(report).join()).not.toEqual([what, "passed"]);
  return report;
}

const EVIL = "BT /F1 24 Tf 50 400 Td (1 000 000 EUR) Tj ET";
const streamObject = (number: number, content: string, entries = "") =>
  `${number} 0 obj\n<</Length ${content.length} ${entries}>>\nstream\n${content}\nendstream\nendobj\n`;
const ten = (value: number) => String(value).padStart(10, "0");

interface Facts {
  readonly base: string;
  readonly size: number;
  readonly root: number;
  readonly prev: number;
  /** Of the first page's content, and the page itself. */
  readonly content: number;
  readonly page: number;
}

function factsOf(bytes: Uint8Array): Facts {
  const file = openBytes(bytes);
  const { contentOf, page } = placesIn(bytes);
  return {
    ...{
      base: toLatin1(bytes),
      size: file.nextNumber,
      root: file.catalogRef.number,
      prev: file.xref.startxref,
    },
    ...{ content: contentOf(0).number, page: page(0).number },
  };
}

const bigEndian = (value: number, width: number): string =>
  String.fromCharCode(
    ...Array.from({ length: width }, (_, at) => Math.floor(value / 256 ** (width - 1 - at)) % 256),
  );

/** A list of objects as a stream: each row its type, then two numbers. */
function xrefStream(
  number: number,
  rows: readonly (readonly [number: number, type: number, a: number, b: number])[],
  entries: string,
): string {
  const data = rows.map(([, type, a, b]) => bigEndian(type, 1) + bigEndian(a, 4) + bigEndian(b, 2)).join("");
  const index = rows.map(([object]) => `${object} 1`).join(" ");
  return streamObject(number, data, `/Type /XRef /W [1 4 2] /Index [${index}] ${entries}`);
}

/** An update with a plain table of these rows. */
const table = (rows: readonly (readonly [number, number])[]) =>
  rows.map(([object, at]) => `${object} 1\n${ten(at)} 00000 n\r\n`).join("");

type Attack = (facts: Facts) => string;

const end = (at: number | string) => `startxref\n${at}\n%%EOF\n`;
const trailer = ({ size, root, prev }: Facts, entries = "") =>
  `trailer\n<</Size ${size + 9} /Root ${root} 0 R /Prev ${prev} ${entries}>>\n`;

const ATTACKS: readonly (readonly [string, Attack])[] = [
  [
    "content is replaced through a list that is a stream",
    (facts) => {
      const at = facts.base.length;
      const evil = streamObject(facts.content, EVIL);
      const list = xrefStream(
        facts.size,
        [
          [facts.content, 1, at, 0],
          [facts.size, 1, at + evil.length, 0],
        ],
        `/Size ${facts.size + 1} /Root ${facts.root} 0 R /Prev ${facts.prev}`,
      );
      return evil + list + end(at + evil.length);
    },
  ],
  [
    "a page is replaced by one in a stream of objects",
    (facts) => {
      const at = facts.base.length;
      const evil = streamObject(facts.size, EVIL);
      const page = `<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${facts.size} 0 R>>`;
      const head = `${facts.page} 0 `;
      const holder = streamObject(facts.size + 1, head + page, `/Type /ObjStm /N 1 /First ${head.length}`);
      const list = xrefStream(
        facts.size + 2,
        [
          [facts.page, 2, facts.size + 1, 0],
          [facts.size, 1, at, 0],
          [facts.size + 1, 1, at + evil.length, 0],
          [facts.size + 2, 1, at + evil.length + holder.length, 0],
        ],
        `/Size ${facts.size + 3} /Root ${facts.root} 0 R /Prev ${facts.prev}`,
      );
      return evil + holder + list + end(at + evil.length + holder.length);
    },
  ],
  [
    "a list for some readers hides in one for others (hybrid)",
    (facts) => {
      const at = facts.base.length;
      const evil = streamObject(facts.content, EVIL);
      const list = xrefStream(facts.size, [[facts.content, 1, at, 0]], `/Size ${facts.size + 1}`);
      const start = at + evil.length + list.length;
      return `${evil}${list}xref\n0 0\n${trailer(facts, `/XRefStm ${at + evil.length}`)}${end(start)}`;
    },
  ],
  [
    "one update holds two lists, one leading to the other",
    (facts) => {
      const at = facts.base.length;
      const evil = streamObject(facts.content, EVIL);
      const inner = at + evil.length;
      const first = `xref\n${table([[facts.content, at]])}${trailer(facts)}`;
      const second = `xref\n0 0\n${trailer({ ...facts, prev: inner })}`;
      return evil + first + second + end(inner + first.length);
    },
  ],
  [
    "the list leads to itself",
    (facts) => `xref\n0 0\n${trailer({ ...facts, prev: facts.base.length })}${end(facts.base.length)}`,
  ],
  [
    "two lists lead to each other",
    (facts) => {
      const at = facts.base.length;
      const first = `xref\n0 0\n${trailer({ ...facts, prev: at + 1_000 })}`.padEnd(1_000, "\n");
      return `${first}xref\n0 0\n${trailer({ ...facts, prev: at })}${end(at + 1_000)}`;
    },
  ],
  ...([0, -5, 1e12, 2 ** 53, "null", "(x)", "1.5", "[1 2]", "99 0 R"] as const).map(
    (prev) =>
      [
        `the list before is said to be at ${prev}`,
        (facts: Facts) => {
          const at = facts.base.length;
          const evil = streamObject(facts.content, EVIL);
          const head = `trailer\n<</Size ${facts.size} /Root ${facts.root} 0 R /Prev ${prev}>>\n`;
          return `${evil}xref\n${table([[facts.content, at]])}${head}${end(at + evil.length)}`;
        },
      ] as const,
  ),
  [
    "the list before is not named at all",
    (facts) => {
      const at = facts.base.length;
      const evil = streamObject(facts.content, EVIL);
      const head = `trailer\n<</Size ${facts.size} /Root ${facts.root} 0 R>>\n`;
      return `${evil}xref\n${table([[facts.content, at]])}${head}${end(at + evil.length)}`;
    },
  ],
  ...(["0", "-1", "99999999999", "abc", "", "7"] as const).map(
    (place) =>
      [
        `objects follow and the list is said to be at "${place}", so that readers search for themselves`,
        (facts: Facts) => streamObject(facts.content, EVIL) + trailer(facts) + end(place),
      ] as const,
  ),
  [
    "an object is there twice, and the list names the harmless one",
    (facts) => {
      const at = facts.base.length;
      const harmless = streamObject(facts.size, "q Q");
      const evil = streamObject(facts.content, EVIL);
      const start = at + harmless.length + evil.length;
      return `${harmless}${evil}xref\n${table([[facts.size, at]])}${trailer(facts)}${end(start)}`;
    },
  ],
  [
    "an object is listed twice, at two places",
    (facts) => {
      const at = facts.base.length;
      const [one, two] = [streamObject(facts.content, "q Q"), streamObject(facts.content, EVIL)];
      const rows = `${table([[facts.content, at]])}${table([[facts.content, at + one.length]])}`;
      return `${one}${two}xref\n${rows}${trailer(facts)}${end(at + one.length + two.length)}`;
    },
  ],
  [
    "the row of one object leads to another's",
    (facts) => {
      const at = facts.base.length;
      const evil = streamObject(facts.size, EVIL);
      return `${evil}xref\n${table([[facts.content, at]])}${trailer(facts)}${end(at + evil.length)}`;
    },
  ],
  [
    "the list begins at the wrong number, which some readers mend",
    (facts) => {
      const at = facts.base.length;
      const evil = streamObject(facts.content, EVIL);
      const rows = `${facts.content + 1} 1\n${ten(at)} 00000 n\r\n`;
      return `${evil}xref\n${rows}${trailer(facts)}${end(at + evil.length)}`;
    },
  ],
  [
    "objects from a number on are said not to be there",
    (facts) => {
      const head = `trailer\n<</Size 4 /Root ${facts.root} 0 R /Prev ${facts.prev}>>\n`;
      return `xref\n0 0\n${head}${end(facts.base.length)}`;
    },
  ],
  [
    "a whole other file follows, whose places count from its own beginning",
    (facts) => {
      const page = `3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R>>\nendobj\n`;
      const parts = [
        "1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n",
        "2 0 obj\n<</Type /Pages /Kids [3 0 R] /Count 1>>\nendobj\n",
        ...[page, streamObject(4, EVIL)],
      ];
      let at = 9;
      const rows = parts.map((part) => {
        at += part.length;
        return `${ten(at - part.length)} 00000 n\r\n`;
      });
      const head = `trailer\n<</Size 5 /Root 1 0 R>>\n`;
      return `%PDF-1.7\n${parts.join("")}xref\n1 4\n${rows.join("")}${head}${end(at)}${facts.base.slice(0, 0)}`;
    },
  ],
  [
    "a stream says it is shorter than it is, and hides an object for who searches",
    (facts) => {
      const at = facts.base.length;
      const hidden = `q Q\nendstream\nendobj\n${streamObject(facts.content, EVIL)}`;
      const cover = `${facts.size} 0 obj\n<</Length ${hidden.length}>>\nstream\n${hidden}\nendstream\nendobj\n`;
      return `${cover}xref\n${table([[facts.size, at]])}${trailer(facts)}${end(at + cover.length)}`;
    },
  ],
  [
    "the trailer asks for encryption",
    (facts) => {
      const lock = `/Encrypt <</Filter /Standard /V 1 /R 2 /O <${"00".repeat(32)}> /U <${"00".repeat(32)}> /P -4>>`;
      return `xref\n0 0\n${trailer(facts, lock)}${end(facts.base.length)}`;
    },
  ],
  [
    "the rows of a list are of a width that says nothing",
    (facts) => {
      const at = facts.base.length;
      const head = `/Size ${facts.size + 1} /Root ${facts.root} 0 R /Prev ${facts.prev}`;
      const list = streamObject(facts.size, "", `/Type /XRef /W [0 0 0] /Index [0 99999999] ${head}`);
      return list + end(at);
    },
  ],
  [
    "a list claims rows without number",
    (facts) => {
      const head = `/Size ${facts.size + 1} /Root ${facts.root} 0 R /Prev ${facts.prev}`;
      const packed = toLatin1(new Uint8Array(deflateSync(Buffer.alloc(3 << 20))));
      const entries = `/Type /XRef /W [0 1 0] /Index [0 3000000] /Filter /FlateDecode ${head}`;
      return streamObject(facts.size, packed, entries) + end(facts.base.length);
    },
  ],
  [
    "entries are written with other signs for the same name",
    (facts) => {
      const at = facts.base.length;
      const evil = streamObject(facts.size, EVIL);
      const page = /* the second name is the first, written in numbers */ `${facts.page} 0 obj\n<</Type /Page /Contents ${facts.content} 0 R /Cont#65nts ${facts.size} 0 R /MediaBox [0 0 600 800]>>\nendobj\n`;
      const rows = table([
        [facts.size, at],
        [facts.page, at + evil.length],
      ]);
      return `${evil}${page}xref\n${rows}${trailer(facts)}${end(at + evil.length + page.length)}`;
    },
  ],
];

test.each(ATTACKS)("%s", (what, attack) => {
  for (const bytes of Object.values(documents)) {
    const facts = factsOf(bytes);
    neverPasses(what, concatBytes([bytes, fromLatin1(attack(facts))]));
  }
});

// The same with updates that are well-formed.

const evilStream = () => new PdfStream(pdfDict(), fromLatin1(EVIL));
const signatureIn = (update: Update, places: ReturnType<typeof placesIn>, name: string): PdfDict =>
  new Map(update.file.dict(update.file.dict(places.field(name))!.get("V"))!);

test.each<[string, (update: Update, places: ReturnType<typeof placesIn>) => void]>([
  [
    "a signature is wrapped: its value stands in another dictionary, of a field of another's",
    (update, places) => {
      const value = update.add(signatureIn(update, places, "Signer1"));
      const page = places.page(0);
      const field = update.add(
        pdfDict({
          ...{
            Type: pdfName("Annot"),
            Subtype: pdfName("Widget"),
            FT: pdfName("Sig"),
            T: pdfText("Wrapped"),
          },
          ...{ P: page, Rect: [0, 0, 0, 0], F: 132, V: value },
        }),
      );
      const form = update.edit(places.form);
      form.set("Fields", [...update.file.array(form.get("Fields")), field]);
      update.edit(page).set("Annots", [...update.file.array(update.edit(page).get("Annots")), field]);
    },
  ],
  [
    "a signature field is put below another, from which it has its value",
    (update, places) => {
      const parent = update.add(
        pdfDict({
          FT: pdfName("Sig"),
          T: pdfText("Above"),
          V: update.file.dict(places.field("Signer1"))!.get("V"),
        }),
      );
      update.edit(parent).set("Kids", [places.field("Signer1")]);
      update.edit(places.field("Signer1")).set("Parent", parent);
      update.edit(places.form).set("Fields", [parent]);
    },
  ],
  [
    "the lock of a signature is widened by its field",
    (update, places) => {
      const lock = pdfDict({ Type: pdfName("SigFieldLock"), Action: pdfName("Include"), Fields: [] });
      update.edit(places.field("Signer1")).set("Lock", update.add(lock));
    },
  ],
  [
    "usage rights are said to have been signed (UR3)",
    (update, places) => {
      const rights = new Map(signatureIn(update, places, "Signer1"));
      rights.set("Reference", [pdfDict({ Type: pdfName("SigRef"), TransformMethod: pdfName("UR3") })]);
      const before = update.file.dict(update.file.catalog.get("Perms")) ?? new Map();
      update.edit(places.catalog).set("Perms", new Map(before).set("UR3", update.add(rights)));
    },
  ],
  [
    "legal content is attested by whoever comes later",
    (update, { catalog }) =>
      update.edit(catalog).set("Legal", pdfDict({ Attestation: pdfText("none hidden") })),
  ],
  [
    "pages are appended through a branch of the tree of its own",
    (update, { catalog, file }) => {
      const pages = file.dict(catalog)!.get("Pages") as PdfRef;
      const leaf = pdfDict({
        Type: pdfName("Page"),
        MediaBox: [0, 0, 600, 800],
        Contents: update.add(evilStream()),
      });
      const branch = update.add(pdfDict({ Type: pdfName("Pages"), Parent: pages, Count: 1 }));
      update.edit(branch).set("Kids", [update.add(leaf.set("Parent", branch))]);
      const dict = update.edit(pages);
      dict.set("Kids", [...file.array(dict.get("Kids")), branch]).set("Count", 3);
    },
  ],
  [
    "what pages have from their ancestors is changed",
    (update, { catalog, file }) => {
      update.edit(file.dict(catalog)!.get("Pages") as PdfRef).set("Rotate", 90);
    },
  ],
  [
    "a page's content is drawn in another unit",
    (update, { page }) => void update.edit(page(0)).set("UserUnit", 3),
  ],
  [
    "a thumbnail, an action or a transition comes to a page",
    (update, { page }) =>
      void update
        .edit(page(0))
        .set("AA", pdfDict({ O: pdfDict({ S: pdfName("JavaScript"), JS: pdfText("1") }) })),
  ],
  [
    "bookmarks are added that run something",
    (update, { catalog }) => {
      const action = pdfDict({ S: pdfName("Launch"), F: pdfText("calc.exe") });
      const item = update.add(pdfDict({ Title: pdfText("x"), A: action }));
      update.edit(catalog).set("Outlines", update.add(pdfDict({ First: item, Last: item, Count: 1 })));
    },
  ],
  [
    "a file is attached",
    (update, { catalog }) => {
      const file = update.add(new PdfStream(pdfDict({ Type: pdfName("EmbeddedFile") }), fromLatin1("evil")));
      const specification = pdfDict({
        Type: pdfName("Filespec"),
        F: pdfText("a.txt"),
        EF: pdfDict({ F: file }),
      });
      update.edit(catalog).set("AF", [update.add(specification)]);
    },
  ],
  [
    "the picture of a signature is hidden by its flags",
    (update, { field }) => void update.edit(field("Signer1")).set("F", 2),
  ],
  [
    "the widget of a signature is moved over the text",
    (update, { field }) => void update.edit(field("Signer1")).set("Rect", [0, 0, 600, 800]),
  ],
  [
    "an annotation that was there shows another state",
    (update, { field }) => void update.edit(field("Signer1_agrees")).set("AS", pdfName("Off")),
  ],
  [
    "the value in a signature's dictionary is taken for another's file of keys",
    (update, places) => {
      const value = update.file.dict(places.field("Signer1"))!.get("V") as PdfRef;
      update.set(value, new Map(signatureIn(update, places, "Signer1")).set("Cert", pdfText("x")));
    },
  ],
])("%s", (what, change) => {
  for (const bytes of Object.values(documents))
    neverPasses(
      what,
      altered(bytes, (update) => change(update, placesIn(bytes))),
    );
});

// Words within the signature's own dictionary, of equal length so that everything else stays where it is.

test.each<[string, (text: string) => string]>([
  ["a kind nobody knows", (text) => text.replaceAll("/ETSI.CAdES.detached", "/ETSI.CAdES.detachee")],
  ["a kind that only looks so", (text) => text.replaceAll("/ETSI.CAdES.detached", "/ETSI.CAdES.detache#")],
  ["a document time-stamp", (text) => text.replaceAll("/Type /Sig\n", "/Type /SiX\n")],
  ["another handler", (text) => text.replaceAll("/Adobe.PPKLite", "/Adobe.PPKMSXX")],
  ["a reference without meaning", (text) => text.replaceAll("/FieldMDP", "/FieldXDP")],
  ["another reach of what is closed", (text) => text.replaceAll("/Action /All", "/Action /Alm")],
])("a signature whose dictionary was changed to %s", (what, change) => {
  for (const bytes of Object.values(documents)) {
    const text = toLatin1(bytes);
    const changed = change(text);
    if (changed === text) continue;
    expect(changed.length).toBe(text.length);
    neverPasses(what, fromLatin1(changed));
  }
});

// Validation data that somebody else adds: an update may let it grow, and what it says has to be signed by the right one.

test("answers about a certificate that another authority gives, or that say nothing of it, help nobody", async () => {
  const [first, other] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  const signed = await sign(prepared(), world, { field: "Signer1", by: first });
  const strangers = await testWorld();
  const when = at(1_000);
  const certificates = [first, world.issuing, world.tsa, world.responder].map((one) => one.certificateDer);
  const crls = [await crlOf(world.root, when)];
  const own = (more: Parameters<typeof ocspOf>[4] = {}, about = first) =>
    ocspOf(about, world.issuing, world.responder, when, more);
  const withData = (ocspResponses: readonly Uint8Array[], lists = crls, more: readonly Uint8Array[] = []) => {
    const data = { certificates: [...certificates, ...more], ocspResponses, crls: lists };
    return concatBytes([signed, addValidationData(openBytes(signed), data, SEED)!]);
  };
  expect(checked(withData([await own()]), world).verdict).toBe("passed");

  const foreign = await ocspOf(first, world.issuing, strangers.responder, when);
  const revoked = await own({ status: { kind: "revoked", revokedAt: at(-1_000), reason: "keyCompromise" } });
  const foreignList = await crlOf(strangers.issuing, when);
  const answer = toLatin1(await own());
  // The first time in it says when it was made, and is signed.
  const dated = answer.replace(/\d{14}Z/, (time) => `${time.slice(0, 3)}0${time.slice(4)}`);
  expect(dated).not.toBe(answer);
  const flipped = fromLatin1(dated);
  const attacks: readonly (readonly [string, Uint8Array])[] = [
    ["by a responder of another authority", withData([foreign], crls, [strangers.responder.certificateDer])],
    ["about another certificate", withData([await own({}, other)])],
    [
      "that ended before the signature",
      withData([await ocspOf(first, world.issuing, world.responder, at(-3_600_000), { lifeMs: 600_000 })]),
    ],
    ["from the future", withData([await ocspOf(first, world.issuing, world.responder, at(2 * DAY_MS))])],
    ["a list of another authority", withData([], [...crls, foreignList], [strangers.issuing.certificateDer])],
    ["changed by a bit", withData([flipped])],
    ["bytes that are nothing", withData([new Uint8Array([0x30, 0x80, 0, 0])])],
  ];
  for (const [what, bytes] of attacks) neverPasses(what, bytes);
  // Known as revoked, and then somebody adds a good answer of a responder of their own.
  const known = withData([revoked]);
  const data = { certificates: [strangers.responder.certificateDer], ocspResponses: [foreign], crls: [] };
  const hidden = concatBytes([known, addValidationData(openBytes(known), data, SEED)!]);
  expect([checked(known, world).verdict, checked(hidden, world).verdict]).toEqual(["failed", "failed"]);
});

test("what hangs on a signature in the list of validation data changes nothing of what it is worth", () => {
  for (const bytes of Object.values(documents)) {
    const before = checked(bytes, world);
    const attack = altered(bytes, (update) => {
      const dss = update.file.catalog.get("DSS") as PdfRef;
      const empty = pdfDict({ Cert: [], OCSP: [], CRL: [] });
      update.edit(dss).set("VRI", pdfDict({ ["0".repeat(40)]: update.add(empty) }));
    });
    const after = checked(attack, world);
    expect(after.signatures.map(({ indication }) => indication)).toEqual(
      before.signatures.map(({ indication }) => indication),
    );
  }
});

// What nobody thought of: updates put together at random. Where ours passes, another reader has to show the same pages
// as in what was signed, dot by dot.

/** A row of numbers that looks random and is the same every time. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const pictureOf = (bytes: Uint8Array): string =>
  inFolder((file) => {
    const drawn = run("mutool", ["draw", "-q", "-r", "40", "-F", "ppm", "-o", "-", file("a.pdf", bytes)]);
    return toHex(new Uint8Array(drawn.stdout));
  });

test("of updates put together at random none passes that another reader draws otherwise", () => {
  const random = numbers(20_261_122);
  const next = () => random.next().value as number;
  const oneOf = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  for (const [name, bytes] of Object.entries(documents)) {
    const signed = pictureOf(bytes);
    expect(signed.length).toBeGreaterThan(10_000);
    let passed = 0;
    for (let round = 0; round < 60; round++) {
      const attack = altered(bytes, (update) => {
        const numbersThere = [...update.file.xref.entries.keys()].filter((number) => number > 0);
        for (let count = 0; count < 1 + Math.floor(next() * 2); count++)
          wound(
            update,
            oneOf(numbersThere),
            oneOf(numbersThere),
            oneOf(["drop", "exchange", "swap", "evil", "key"] as const),
            next,
          );
      });
      const report = checked(attack, world);
      if (report.verdict !== "passed") continue;
      passed++;
      expect([name, round, pictureOf(attack) === signed]).toEqual([name, round, true]);
    }
    // Most of what is done at random is forbidden; what passes changed nothing.
    expect(passed).toBeLessThan(40);
  }
}, 120_000);

function wound(
  update: Update,
  number: number,
  other: number,
  how: "drop" | "exchange" | "swap" | "evil" | "key",
  next: () => number,
): void {
  const object = update.file.get(number);
  if (how === "drop") update.set(new PdfRef(number), null);
  else if (how === "evil")
    update.set(new PdfRef(number), drawing(update, 600, 800, "1 0 0 rg 0 0 600 800 re f"));
  else if (how === "swap") update.set(new PdfRef(number), plainOf(update, other));
  else if (object instanceof Map) {
    const keys = [...object.keys()];
    const key = keys[Math.floor(next() * keys.length)]!;
    const dict = update.edit(new PdfRef(number));
    if (how === "key") dict.delete(key);
    else dict.set(key, new PdfRef(other));
  }
}

/** What an object is, where an update can write it. */
function plainOf(update: Update, number: number) {
  const found = update.file.get(number);
  if (!(found instanceof PdfStream)) return found;
  const dict = new Map(found.dict);
  for (const key of ["Filter", "DecodeParms", "Length"]) dict.delete(key);
  return new PdfStream(dict, update.file.decoded(found));
}
