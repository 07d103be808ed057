import { beforeAll, expect, test } from "vitest";
import { concatBytes, fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { type PdfDict, PdfRef, PdfStream, PdfString, pdfDict, pdfName, pdfText } from "#lib/pdf/objects.ts";
import { openBytes } from "#lib/pdf/testing.ts";
import type { Update } from "#lib/pdf/update.ts";
import { testSeal, testSigner, testWorld, type World } from "#lib/pki/core/testing.ts";
import {
  addStatus,
  altered,
  checked,
  drawing,
  FIELDS,
  faultsIn,
  fillsOf,
  placesIn,
  prepared,
  type Signers,
  sealedDocument,
  sign,
  signWithLevel,
} from "./core/validation/testing.ts";

let world: World;
let signers: Signers;
/** Sealed: closed to everything. Certified: open to the second signer. Approved: signed by one, not certified. */
const documents = {} as Record<"sealed" | "certified" | "approved" | "commentable", Uint8Array>;
type DocumentName = keyof typeof documents;

beforeAll(async () => {
  world = await testWorld();
  const [first, second] = [await testSigner(world.issuing), await testSigner(world.issuing)];
  signers = { seal: await testSeal(world.issuing), first, second };
  documents.sealed = await sealedDocument(world, signers);
  const certified = await sign(prepared(), world, {
    field: "Certification",
    by: signers.seal,
    certifies: true,
  });
  documents.certified = await addStatus(
    await sign(certified, world, { field: "Signer1", by: first, fills: fillsOf(1), isDrawn: true }),
    world,
    [signers.seal, first],
  );
  documents.approved = await addStatus(
    await sign(prepared(), world, { field: "Signer1", by: first, fills: fillsOf(1), isDrawn: true }),
    world,
    [first],
  );
  documents.commentable = await addStatus(
    await signWithLevel(prepared(), world, { field: "Certification", by: signers.seal, level: 3 }),
    world,
    [signers.seal],
  );
});

const ALL: readonly DocumentName[] = ["sealed", "certified", "approved", "commentable"];

test("the untouched twins of every attack pass", () => {
  for (const name of ALL) {
    const report = checked(documents[name], world);
    expect([name, report.exitCode, faultsIn(report)]).toEqual([name, 0, []]);
  }
});

/** Runs an attack on documents and says what was found; none of them may pass. */
function attacked(names: readonly DocumentName[], attack: (bytes: Uint8Array) => Uint8Array) {
  return names.map((name) => {
    const report = checked(attack(documents[name]), world);
    expect(report.exitCode, name).not.toBe(0);
    return { name, exitCode: report.exitCode, faults: faultsIn(report), report };
  });
}

function expectFault(
  names: readonly DocumentName[],
  code: string,
  attack: (bytes: Uint8Array) => Uint8Array,
): void {
  for (const { name, faults, exitCode } of attacked(names, attack)) {
    expect([name, faults]).toEqual([name, expect.arrayContaining([code])]);
    expect([name, exitCode]).toEqual([name, 1]);
  }
}

const updating =
  (change: (update: Update, places: ReturnType<typeof placesIn>) => void) => (bytes: Uint8Array) =>
    altered(bytes, (update) => change(update, placesIn(bytes)));
const textStream = (operators: string): PdfStream => new PdfStream(pdfDict(), fromLatin1(operators));
const FAKE = textStream("BT /F1 24 Tf 50 400 Td (1 000 000 EUR) Tj ET");

/** A note, a stamp, a text over the page. */
const annotation = (update: Update, subtype: string, page: PdfRef): PdfRef =>
  update.add(
    pdfDict({
      Type: pdfName("Annot"),
      Subtype: pdfName(subtype),
      Rect: [0, 0, 600, 800],
      P: page,
      F: 4,
      AP: pdfDict({ N: drawing(update, 600, 800, "1 g 0 0 600 800 re f") }),
    }),
  );

function putOnPage(update: Update, page: PdfRef, ...refs: readonly PdfRef[]): void {
  const dict = update.edit(page);
  dict.set("Annots", [...update.file.array(dict.get("Annots")), ...refs]);
}

function putInForm(update: Update, form: PdfRef, ...refs: readonly PdfRef[]): void {
  const dict = update.edit(form);
  dict.set("Fields", [...update.file.array(dict.get("Fields")), ...refs]);
}

const signatureField = (update: Update, page: PdfRef, entries: Parameters<typeof pdfDict>[0]): PdfRef =>
  update.add(
    pdfDict({
      Type: pdfName("Annot"),
      Subtype: pdfName("Widget"),
      FT: pdfName("Sig"),
      T: pdfText("Evil"),
      F: 4,
      P: page,
      Rect: [50, 50, 300, 300],
      ...entries,
    }),
  );

// Incremental saving attacks (ISA).

test.each<[string, string, (bytes: Uint8Array) => Uint8Array]>([
  [
    "the content of a page is replaced",
    "page-content",
    updating((update, { contentOf }) => update.set(contentOf(0), FAKE)),
  ],
  [
    "a page gets other content",
    "page-content",
    updating((update, { page }) => update.edit(page(0)).set("Contents", update.add(FAKE))),
  ],
  [
    "a page gets more content",
    "page-content",
    updating((update, { page, contentOf }) =>
      update.edit(page(0)).set("Contents", [contentOf(0), update.add(FAKE)]),
    ),
  ],
  [
    "a page is turned",
    "page-changed",
    updating((update, { page }) => update.edit(page(0)).set("Rotate", 180)),
  ],
  [
    "a page is cut",
    "page-changed",
    updating((update, { page }) => update.edit(page(1)).set("CropBox", [0, 0, 9, 9])),
  ],
  [
    "objects follow without a list of them",
    "data-after-end",
    (bytes) => concatBytes([bytes, fromLatin1("4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\n")]),
  ],
  [
    "objects follow with a trailer alone",
    "data-after-end",
    (bytes) => concatBytes([bytes, fromLatin1("4 0 obj\n(x)\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n")]),
  ],
  ["anything follows the end", "data-after-end", (bytes) => concatBytes([bytes, fromLatin1("% a remark\n")])],
])("flags that %s", (_, code, attack) => expectFault(ALL, code, attack));

// What hangs on the document as a whole.

test.each<[string, string, (bytes: Uint8Array) => Uint8Array]>([
  [
    "a page is removed",
    "page-tree",
    updating((update, places) => changeKids(update, places, (kids) => kids.slice(1))),
  ],
  [
    "pages change places",
    "page-tree",
    updating((update, places) => changeKids(update, places, (kids) => kids.toReversed())),
  ],
  [
    "a page is shown twice",
    "page-tree",
    updating((update, places) => changeKids(update, places, (kids) => [...kids, kids[0]!])),
  ],
  [
    "a page is exchanged for a new one",
    "page-tree",
    updating((update, places) =>
      changeKids(update, places, (kids) => [
        update.add(new Map(update.file.dict(kids[0])!)),
        ...kids.slice(1),
      ]),
    ),
  ],
  [
    "something happens on opening",
    "action",
    updating((update, { catalog }) =>
      update
        .edit(catalog)
        .set("OpenAction", pdfDict({ S: pdfName("JavaScript"), JS: pdfText("app.alert(1)") })),
    ),
  ],
  [
    "scripts are added",
    "names",
    updating((update, { catalog }) => update.edit(catalog).set("Names", pdfDict({ JavaScript: pdfDict() }))),
  ],
  [
    "layers are added",
    "layers",
    updating((update, { catalog }) => update.edit(catalog).set("OCProperties", pdfDict())),
  ],
  [
    "a viewer is told otherwise",
    "catalog-changed",
    updating((update, { catalog }) => update.edit(catalog).set("PageMode", pdfName("UseOC"))),
  ],
  [
    "the structure for screen readers is added",
    "structure",
    updating((update, { catalog }) => update.edit(catalog).set("StructTreeRoot", pdfDict())),
  ],
  [
    "a permission is added",
    "permissions",
    updating((update, { catalog }) => {
      const before = update.file.dict(update.file.catalog.get("Perms")) ?? new Map();
      update
        .edit(catalog)
        .set("Perms", new Map(before).set("UR3", update.add(pdfDict({ Type: pdfName("Sig") }))));
    }),
  ],
  [
    "values are to be drawn by whoever opens it",
    "form-changed",
    updating((update, { form }) => update.edit(form).set("NeedAppearances", true)),
  ],
  [
    "the font of fields is another",
    "form-changed",
    updating((update, { form }) => update.edit(form).set("DA", new PdfString(fromLatin1("/Helv 0 Tf 1 g")))),
  ],
  [
    "a font for fields is replaced",
    "form-changed",
    updating((update, { form }) =>
      update.edit(form).set("DR", pdfDict({ Font: pdfDict({ Helv: update.add(FAKE) }) })),
    ),
  ],
  [
    "an XFA form is added",
    "form-changed",
    updating((update, { form }) => update.edit(form).set("XFA", update.add(FAKE))),
  ],
  [
    "the title is another",
    "info",
    updating((update) => {
      const info = update.file.trailer.get("Info");
      if (info instanceof PdfRef) update.edit(info).set("Title", pdfText("Loan"));
      else update.file.trailer.set("Info", update.add(pdfDict({ Title: pdfText("Loan") })));
    }),
  ],
])("flags that %s", (_, code, attack) => expectFault(ALL, code, attack));

function changeKids(
  update: Update,
  { file, catalog }: ReturnType<typeof placesIn>,
  change: (kids: readonly PdfRef[]) => PdfRef[],
): void {
  const pages = file.dict(catalog)!.get("Pages") as PdfRef;
  update.edit(pages).set("Kids", change(file.array(file.dict(pages)!.get("Kids")) as PdfRef[]));
}

test("flags that the certification is taken away", () => {
  const attack = updating((update, { catalog }) => void update.edit(catalog).delete("Perms"));
  expectFault(["sealed", "certified", "commentable"], "permissions", attack);
});

test("flags that validation data is taken away or is something else", () => {
  expectFault(
    ALL,
    "validation-data",
    updating((update, { catalog }) => void update.edit(catalog).delete("DSS")),
  );
  const polluted = updating((update, { file }) =>
    update.edit(file.catalog.get("DSS") as PdfRef).set("ca", 0),
  );
  expectFault(ALL, "validation-data", polluted);
  const exchanged = updating((update, { file }) => {
    const [first] = file.array(file.dict(file.catalog.get("DSS"))!.get("CRLs"));
    update.set(first as PdfRef, FAKE);
  });
  expectFault(ALL, "validation-data", exchanged);
});

// Evil annotations (EAA), and annotations of shadow attacks.

test.each(["FreeText", "Stamp", "Square", "Link", "Redact", "Widget"])(
  "flags a %s annotation put over the page",
  (subtype) => {
    const attack = updating((update, { page }) =>
      putOnPage(update, page(0), annotation(update, subtype, page(0))),
    );
    expectFault(["sealed", "certified", "approved"], "annotation-added", attack);
    const [commented] = attacked(["commentable"], attack);
    expect(commented).toMatchObject({ exitCode: subtype === "Widget" ? 1 : 2, faults: ["annotation-added"] });
  },
);

test("flags annotations that are removed, moved or changed", () => {
  const emptied = updating((update, { page }) => void update.edit(page(1)).delete("Annots"));
  expectFault(ALL, "annotation-removed", emptied);
  const turned = updating((update, { page }) => {
    const dict = update.edit(page(1));
    dict.set("Annots", update.file.array(dict.get("Annots")).toReversed());
  });
  expectFault(ALL, "annotation-removed", turned);
});

// Sneaky signatures (SSA): fields that draw over what was signed.

test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
  [
    "an unsigned field that draws on the page",
    updating((update, { page, form }) => {
      const appearance = pdfDict({ N: drawing(update, 250, 250, "1 g 0 0 250 250 re f") });
      const field = signatureField(update, page(0), { AP: appearance });
      putOnPage(update, page(0), field);
      putInForm(update, form, field);
    }),
  ],
  [
    "a field of another type",
    updating((update, { page, form }) => {
      const field = signatureField(update, page(0), { FT: pdfName("Tx"), V: pdfText("1 000 000 EUR") });
      putOnPage(update, page(0), field);
      putInForm(update, form, field);
    }),
  ],
  [
    "a field with an action",
    updating((update, { page, form }) => {
      const action = pdfDict({ S: pdfName("JavaScript"), JS: pdfText("x") });
      const field = signatureField(update, page(0), { Rect: [0, 0, 0, 0], A: action });
      putOnPage(update, page(0), field);
      putInForm(update, form, field);
    }),
  ],
  [
    "a field with the name of another",
    updating((update, { page, form }) => {
      const field = signatureField(update, page(0), { Rect: [0, 0, 0, 0], T: pdfText("Signer1") });
      putOnPage(update, page(0), field);
      putInForm(update, form, field);
    }),
  ],
])("flags %s that is added to the form", (_, attack) => expectFault(ALL, "field-added", attack));

test("flags a visible signature field in a certified document, signed or not", async () => {
  const withField = updating((update, { page, form }) => {
    const field = signatureField(update, page(0), {});
    putOnPage(update, page(0), field);
    putInForm(update, form, field);
  });
  expectFault(["sealed", "certified", "commentable"], "field-added", withField);
  for (const name of ["certified", "commentable"] as const) {
    const signed = await sign(withField(documents[name]), world, {
      field: "Evil",
      by: signers.second,
      isDrawn: true,
    });
    const report = checked(await addStatus(signed, world, [signers.second]), world);
    expect([report.exitCode, faultsIn(report)]).toEqual([1, ["field-added", "annotation-added"]]);
  }
});

test("an empty signature field may be added and signed where nobody certified, and is told", async () => {
  const withField = updating((update, { page, form }) => {
    const field = signatureField(update, page(0), {});
    putOnPage(update, page(0), field);
    putInForm(update, form, field);
  })(documents.approved);
  expect(checked(withField, world)).toMatchObject({ exitCode: 0 });
  const signed = await sign(withField, world, { field: "Evil", by: signers.second, isDrawn: true });
  const report = checked(await addStatus(signed, world, [signers.second]), world);
  expect(report).toMatchObject({ exitCode: 0, verdict: "passed" });
});

// Form fields.

test.each<
  [string, string, readonly DocumentName[], (update: Update, places: ReturnType<typeof placesIn>) => void]
>([
  [
    "a closed field is filled again",
    "locked-field",
    ["certified", "approved"],
    (update, { field }) => void update.edit(field("Signer1_name")).set("V", pdfText("Mallory")),
  ],
  [
    "what a closed field looks like is drawn anew",
    "locked-field",
    ["certified", "approved"],
    (update, { field }) =>
      void update
        .edit(field("Signer1_name"))
        .set("AP", pdfDict({ N: drawing(update, 99, 9, "0 0 9 9 re f") })),
  ],
  [
    "a closed box is unticked",
    "locked-field",
    ["certified", "approved"],
    (update, { field }) =>
      void update.edit(field("Signer1_agrees")).set("V", pdfName("Off")).set("AS", pdfName("Off")),
  ],
  [
    "a field is filled in a closed document",
    "closed-document",
    ["sealed"],
    (update, { field }) => void update.edit(field("Signer2_name")).set("V", pdfText("Mallory")),
  ],
  [
    "a field is moved",
    "field-changed",
    ["certified", "approved", "commentable"],
    (update, { field }) => void update.edit(field("Signer2_name")).set("Rect", [0, 0, 600, 800]),
  ],
  [
    "a field is renamed",
    "field-changed",
    ["certified", "approved", "commentable"],
    (update, { field }) => void update.edit(field("Signer2_name")).set("T", pdfText("Other")),
  ],
  [
    "a field gets an action",
    "field-changed",
    ["certified", "approved", "commentable"],
    (update, { field }) => void update.edit(field("Signer2_name")).set("AA", pdfDict()),
  ],
  [
    "a field becomes one of another type",
    "field-changed",
    ["certified", "approved", "commentable"],
    (update, { field }) => void update.edit(field("Signer2_name")).set("FT", pdfName("Btn")),
  ],
  [
    "a field is shown that was hidden, or the other way round",
    "field-changed",
    ["certified", "approved", "commentable"],
    (update, { field }) => void update.edit(field("Signer2_name")).set("F", 2),
  ],
  [
    "the states of a box are drawn the other way round",
    "appearance-changed",
    ["certified", "approved", "commentable"],
    (update, { field }) => {
      const box = drawing(update, 9, 9, "0 0 9 9 re f");
      update.edit(field("Signer2_agrees")).set("AP", pdfDict({ N: pdfDict({ Yes: box, Off: box }) }));
    },
  ],
  [
    "a state of a box is overwritten",
    "appearance-changed",
    ["certified", "approved", "commentable"],
    (update, { file, field }) => {
      const states = file.dict(file.dict(file.dict(field("Signer2_agrees"))!.get("AP"))!.get("N"))!;
      update.set(states.get("Off") as PdfRef, FAKE);
    },
  ],
  [
    "a value is a stream that could be drawn",
    "field-changed",
    ["certified", "approved", "commentable"],
    (update, { field }) => void update.edit(field("Signer2_name")).set("V", update.add(FAKE)),
  ],
  [
    "what a signature looks like is drawn anew",
    "signature-field-changed",
    ["sealed", "certified", "approved"],
    (update, { field }) =>
      void update.edit(field("Signer1")).set("AP", pdfDict({ N: drawing(update, 99, 9, "0 0 9 9 re f") })),
  ],
  [
    "what a signature looks like is overwritten",
    "appearance-changed",
    ["sealed", "certified", "approved"],
    (update, { file, field }) => {
      const appearance = file.dict(file.dict(field("Signer1"))!.get("AP"))!.get("N") as PdfRef;
      update.set(appearance, FAKE);
    },
  ],
  [
    "a signature is removed",
    "signature-removed",
    ["sealed", "certified"],
    (update, { field }) => void update.edit(field("Signer1")).delete("V"),
  ],
  [
    "a field is dropped from the form",
    "field-removed",
    ALL,
    (update, { file, form }) => {
      const fields = file.array(file.dict(form)!.get("Fields"));
      update.edit(form).set("Fields", fields.slice(0, -1));
    },
  ],
  [
    "an unsigned field gets a lock of its own",
    "field-changed",
    ["certified", "approved", "commentable"],
    (update, { field }) => void update.edit(field("Seal")).delete("Lock"),
  ],
])("flags that %s", (_, code, names, change) => expectFault(names, code, updating(change)));

// Forms: what is filled by people, and what only looks so.

/** A form that any program fills, signed by one whose signature leaves the second's fields open. */
const openForm = async (): Promise<Uint8Array> =>
  addStatus(
    await sign(prepared(FIELDS, true), world, { field: "Signer1", by: signers.first, fills: fillsOf(1) }),
    world,
    [signers.first],
  );

const filled = updating((update, { field }) => {
  update
    .edit(field("Signer2_name"))
    .set("V", pdfText("Bob"))
    .set("AP", pdfDict({ N: drawing(update, 99, 9, "") }));
  update.edit(field("Signer2_agrees")).set("V", pdfName("Yes")).set("AS", pdfName("Yes"));
});
const redrawn = updating(
  (update, { field }) =>
    void update.edit(field("Signer2_name")).set("AP", pdfDict({ N: drawing(update, 99, 9, "0 0 9 9 re f") })),
);
/** The last revision's changes. */
const lastChanges = (bytes: Uint8Array) =>
  checked(bytes, world)
    .revisions.at(-1)!
    .changes.map(({ verdict, code }) => `${verdict} ${code}`);

test("filling an open field passes, and is told", async () => {
  const bytes = filled(await openForm());
  const report = checked(bytes, world);
  expect(report).toMatchObject({ exitCode: 0, verdict: "passed" });
  expect(report.summary).toBe("Signed, then changed in this way, as the signatures allow.");
  expect(lastChanges(bytes)).toEqual(["allowed field-filled", "allowed field-filled"]);
});

test("a field that is filled again, its drawing written over, passes", async () => {
  const again = updating((update, { file, field }) => {
    update.edit(field("Signer2_name")).set("V", pdfText("Robert"));
    update.set(file.dict(file.dict(field("Signer2_name"))!.get("AP"))!.get("N") as PdfRef, textStream("q Q"));
  });
  const bytes = again(filled(await openForm()));
  expect(checked(bytes, world)).toMatchObject({ exitCode: 0 });
  expect(lastChanges(bytes)).toEqual(["allowed field-filled", "allowed appearance-redrawn"]);
});

test("a box that was off and is now said to be off passes", async () => {
  const bytes = updating((update, { field }) => void update.edit(field("Signer2_agrees")).delete("AS"))(
    prepared(FIELDS, true),
  );
  const signed = await sign(bytes, world, { field: "Signer1", by: signers.first });
  const said = updating(
    (update, { field }) => void update.edit(field("Signer2_agrees")).set("AS", pdfName("Off")),
  );
  expect(lastChanges(said(await addStatus(signed, world, [signers.first])))).toEqual([
    "allowed field-filled",
  ]);
});

test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
  ["is given another drawing", redrawn],
  [
    "has its drawing written over",
    updating((update, { file, field }) => {
      update.set(file.dict(file.dict(field("Signer2_name"))!.get("AP"))!.get("N") as PdfRef, FAKE);
    }),
  ],
  [
    "gets rich text",
    updating((update, { field }) => void update.edit(field("Signer2_name")).set("RV", pdfText("<p>x</p>"))),
  ],
  [
    "is a box and shows another state",
    updating((update, { field }) => void update.edit(field("Signer2_agrees")).set("AS", pdfName("Off"))),
  ],
])("that a field %s while its value stays does not pass", async (_, attack) => {
  const bytes = attack(filled(await openForm()));
  expect(checked(bytes, world)).toMatchObject({ exitCode: 2, verdict: "indeterminate" });
  expect(lastChanges(bytes)).toEqual(["unclear appearance-alone"]);
});

test.each([
  ["filled", filled],
  ["drawn anew", redrawn],
])("that a read-only field is %s by nobody who signs does not pass", (_, attack) => {
  for (const name of ["certified", "approved", "commentable"] as const) {
    const bytes = attack(documents[name]);
    expect([name, checked(bytes, world).verdict]).toEqual([name, "indeterminate"]);
    expect(new Set(lastChanges(bytes))).toEqual(new Set(["unclear read-only-field"]));
  }
});

test("a read-only field is filled by whoever's signature closes it, and by nobody else", async () => {
  const own = await sign(documents.approved, world, {
    ...{ field: "Signer2", by: signers.second, fills: fillsOf(2), isDrawn: true },
  });
  expect(lastChanges(own)).not.toContain("unclear read-only-field");
  const other = await sign(prepared(), world, { field: "Certification", by: signers.seal, certifies: true });
  const foreign = await sign(other, world, { field: "Signer1", by: signers.first, fills: fillsOf(2) });
  expect(lastChanges(foreign)).toContain("unclear read-only-field");
});

// Signatures that are moved, copied, exchanged.

const signatureRef = ({ file, field }: ReturnType<typeof placesIn>, name: string): PdfRef =>
  file.dict(field(name))!.get("V") as PdfRef;

test("flags a signature whose dictionary is written anew, its value kept", () => {
  const attack = updating((update, places) => {
    const dict: PdfDict = new Map(update.file.dict(signatureRef(places, "Signer1"))!);
    update.set(signatureRef(places, "Signer1"), dict.set("Reason", pdfText("I disagree")));
  });
  expectFault(["sealed", "certified", "approved"], "byte-range", attack);
  expectFault(["sealed", "certified"], "signature-changed", attack);
});

test("flags a signature of one field that is copied into another", () => {
  const attack = updating(
    (update, places) => void update.edit(places.field("Signer2")).set("V", signatureRef(places, "Signer1")),
  );
  expectFault(["certified", "approved"], "signature-copied", attack);
});

test("flags a signature that is exchanged for that of somebody else", async () => {
  const cleared = updating((update, { field }) => void update.edit(field("Signer1")).delete("V"))(
    documents.certified,
  );
  const mallory = await testSigner(world.issuing);
  const signed = await sign(cleared, world, { field: "Signer1", by: mallory });
  const report = checked(await addStatus(signed, world, [mallory]), world);
  expect(report.exitCode).toBe(1);
  expect(faultsIn(report)).toContain("signature-removed");
});

test("flags that the only signature was taken away", () => {
  const attack = updating((update, { field }) => void update.edit(field("Signer1")).delete("V"));
  const [found] = attacked(["approved"], attack);
  expect(found).toMatchObject({ exitCode: 1, faults: ["signature-lost"] });
});

test("flags that the whole form was taken away", () => {
  const attack = updating((update, { catalog }) => void update.edit(catalog).delete("AcroForm"));
  expectFault(ALL, "signature-lost", attack);
});

test("flags a signature that belongs to no field", () => {
  const attack = updating((update, places) => {
    const dict = new Map(update.file.dict(signatureRef(places, "Signer1"))!);
    putOnPage(
      update,
      places.page(0),
      update.add(pdfDict({ Subtype: pdfName("Widget"), V: update.add(dict) })),
    );
  });
  expectFault(["sealed", "certified", "approved"], "signature-outside-form", attack);
});

// Universal forgery (USF) and wrapping (SWA): what stands in the signature dictionary itself.

const LAST_RANGE = /\/ByteRange \[(\d+) (\d+) +(\d+) +(\d+) *\] *(?![\s\S]*\/ByteRange)/;

test.each<[string, (text: string) => string]>([
  ["missing", (text) => text.replace(LAST_RANGE, (all) => "/XByteRang".padEnd(10) + all.slice(10))],
  ["null", (text) => text.replace(LAST_RANGE, (all) => "/ByteRange null".padEnd(all.length))],
  ["empty", (text) => text.replace(LAST_RANGE, (all) => "/ByteRange []".padEnd(all.length))],
  [
    "of one range",
    (text) => text.replace(LAST_RANGE, (all, a, b) => `/ByteRange [${a} ${b}]`.padEnd(all.length)),
  ],
  [
    "negative",
    (text) =>
      text.replace(LAST_RANGE, (all, a, b, c, d) =>
        `/ByteRange [${a} -${b} ${c} ${d}]`.padEnd(all.length).slice(0, all.length),
      ),
  ],
  ["of zeros", (text) => text.replace(LAST_RANGE, (all) => "/ByteRange [0 0 0 0]".padEnd(all.length))],
  [
    "huge",
    (text) =>
      text.replace(LAST_RANGE, (all, a, b, c) => `/ByteRange [${a} ${b} ${c} 9999999999]`.padEnd(all.length)),
  ],
  [
    "not from the start",
    (text) =>
      text.replace(LAST_RANGE, (all, _, b, c, d) => `/ByteRange [1 ${b} ${c} ${d}]`.padEnd(all.length)),
  ],
  [
    "too short before the value",
    (text) =>
      text.replace(LAST_RANGE, (all, a, b, c, d) =>
        `/ByteRange [${a} ${b - 1} ${c} ${d}]`.padEnd(all.length),
      ),
  ],
  [
    "too late after the value",
    (text) =>
      text.replace(LAST_RANGE, (all, a, b, c, d) =>
        `/ByteRange [${a} ${b} ${+c + 1} ${d - 1}]`.padEnd(all.length),
      ),
  ],
  [
    "of reals",
    (text) =>
      text.replace(LAST_RANGE, (all, a, b, c, d) => `/ByteRange [${a}. ${b} ${c} ${d}]`.padEnd(all.length)),
  ],
  ["an object elsewhere", (text) => text.replace(LAST_RANGE, (all) => "/ByteRange 3 0 R".padEnd(all.length))],
])("flags a ByteRange that is %s", (_, change) => {
  const attack = (bytes: Uint8Array) => {
    const text = toLatin1(bytes);
    const changed = change(text);
    expect(changed).not.toBe(text);
    expect(changed.length).toBe(text.length);
    return fromLatin1(changed);
  };
  expectFault(ALL, "byte-range", attack);
});

const LAST_CONTENTS = /\/Contents <([0-9a-f]+)>(?![\s\S]*\/Contents <)/;

test.each<[string, string, (hex: string) => string]>([
  ["missing", "contents", (hex) => `/Xontents <${hex}>`],
  ["null", "contents", (hex) => "/Contents null".padEnd(hex.length + 12)],
  ["empty", "contents", (hex) => `/Contents <${"0".repeat(hex.length)}>`],
  ["a string of another kind", "contents", (hex) => `/Contents (${hex})`],
  ["hexadecimal with other things in it", "contents", (hex) => `/Contents <${hex.slice(0, -1)} >`],
  ["an object elsewhere", "contents", (hex) => "/Contents 3 0 R".padEnd(hex.length + 12)],
  ["there twice", "entry-repeated", (hex) => `/Contents <00> /Contents <${hex.slice(0, -15)}>`],
  ["garbage", "unreadable", (hex) => `/Contents <${"5a".repeat(hex.length / 2)}>`],
  ["followed by something", "unreadable", (hex) => `/Contents <${hex.slice(0, -2)}5a>`],
])("flags a signature value that is %s", (_, code, change) => {
  const attack = (bytes: Uint8Array) => {
    const text = toLatin1(bytes);
    const changed = text.replace(LAST_CONTENTS, (_all, hex: string) => change(hex));
    expect(changed).not.toBe(text);
    expect(changed.length).toBe(text.length);
    return fromLatin1(changed);
  };
  expectFault(ALL, code, attack);
});

test("flags signed bytes that were moved behind others (wrapping)", () => {
  const attack = (bytes: Uint8Array) => {
    const text = toLatin1(bytes);
    const [, , first, second, length] = LAST_RANGE.exec(text)!;
    const gap = `/ByteRange [0 ${first} ${Number(second) + 400} ${length}] /Reason (x) `.padEnd(400);
    return fromLatin1(text.slice(0, Number(second)) + gap + text.slice(Number(second)));
  };
  for (const { faults } of attacked(ALL, attack)) expect(faults.join()).toMatch(/entry-repeated|byte-range/);
});

// Shadow attacks: what was prepared before signing and is switched on afterwards.

test("flags objects switched to copies hidden in what was signed (hide and replace)", async () => {
  const hidden = "9999 0 obj\n<</Length 3>>\nstream\nq Q\nendstream\nendobj\n";
  const base = prepared();
  const start = toLatin1(base).lastIndexOf("startxref");
  const offset = toLatin1(base).lastIndexOf("xref\n0 ");
  const content = placesIn(base).contentOf(0).number;
  const copy = hidden.replace("9999", String(content));
  const shadowed = fromLatin1(
    `${toLatin1(base).slice(0, offset) + copy + toLatin1(base).slice(offset, start)}startxref\n${offset + copy.length}\n%%EOF\n`,
  );
  const signed = await sign(shadowed, world, { field: "Signer1", by: signers.first });
  const twin = await addStatus(signed, world, [signers.first]);
  expect(checked(twin, world).exitCode).toBe(0);
  const file = openBytes(twin);
  const row = `${String(offset).padStart(10, "0")} 00000 n\r\n`;
  const xref = `xref\n${content} 1\n${row}trailer\n<</Size ${file.nextNumber} /Root ${file.catalogRef.number} 0 R /Prev ${file.xref.startxref}>>\n`;
  const report = checked(concatBytes([twin, fromLatin1(`${xref}startxref\n${twin.length}\n%%EOF\n`)]), world);
  expect(report.exitCode).toBe(1);
  expect(faultsIn(report)).toEqual(expect.arrayContaining(["points-back", "page-content"]));
});

test("flags a font that is replaced", () => {
  const attack = updating((update, { file, page }) => {
    const resources = file.dict(file.dict(page(0))!.get("Resources"))!;
    const [font] = [...file.dict(resources.get("Font"))!.values()];
    update.set(
      font as PdfRef,
      pdfDict({ Type: pdfName("Font"), Subtype: pdfName("Type1"), BaseFont: pdfName("Courier") }),
    );
  });
  expectFault(ALL, "page-resources", attack);
});

test("flags an object put where a page led to nothing", async () => {
  const base = altered(prepared(), (update) => {
    const { page, contentOf } = placesIn(prepared());
    update.edit(page(0)).set("Contents", [contentOf(0), new PdfRef(5000)]);
  });
  const twin = await addStatus(await sign(base, world, { field: "Signer1", by: signers.first }), world, [
    signers.first,
  ]);
  expect(checked(twin, world).exitCode).toBe(0);
  const report = checked(
    altered(twin, (update) => update.set(new PdfRef(5000), FAKE)),
    world,
  );
  expect([report.exitCode, faultsIn(report)]).toEqual([1, ["page-content"]]);
});

test("flags metadata that a page draws", async () => {
  const drawn = altered(prepared(), (update) => {
    const { page, catalog, file } = placesIn(prepared());
    const metadata = update.add(
      new PdfStream(pdfDict({ Type: pdfName("Metadata"), Subtype: pdfName("XML") }), fromLatin1("<x/>")),
    );
    update.edit(catalog).set("Metadata", metadata);
    const resources = new Map(file.dict(file.dict(page(0))!.get("Resources"))!);
    update.edit(page(0)).set("Resources", resources.set("XObject", pdfDict({ M: metadata })));
  });
  const twin = await addStatus(await sign(drawn, world, { field: "Signer1", by: signers.first }), world, [
    signers.first,
  ]);
  expect(checked(twin, world).exitCode).toBe(0);
  const metadata = openBytes(twin).catalog.get("Metadata") as PdfRef;
  const drawable = new PdfStream(pdfDict({ Subtype: pdfName("Form"), BBox: [0, 0, 9, 9] }), fromLatin1("f"));
  for (const next of [drawable, new PdfStream(pdfDict({ Subtype: pdfName("XML") }), fromLatin1("<y/>"))]) {
    const report = checked(
      altered(twin, (update) => update.set(metadata, next)),
      world,
    );
    expect([report.exitCode, faultsIn(report)]).toEqual([
      1,
      [expect.stringMatching(/page-resources|object-changed/)],
    ]);
  }
});
