import { describe, expect, test } from "vitest";
import { fieldsDigest } from "#lib/envelopes/core/fields/describe-field.ts";
import {
  notAsSent,
  notAsSigned,
  type RecordedEvent,
  recordedFiles,
  recordedSending,
  type StoredAct,
} from "./recorded.ts";

const FIELD = {
  ...{ id: "f1", documentId: "d1", recipientId: "ana", type: "text", page: 0 },
  ...{ x: 0.1, y: 0.2, width: 0.3, height: 0.04, label: "Rent", isRequired: true },
  settings: { maxLength: 10 },
};
const OTHER = { ...FIELD, id: "f2", y: 0.6, settings: {} };
const RULE = { when: "f1", show: ["f2"] };
const DOCUMENT = { id: "d1", sha256: "aa" };
const SENT: RecordedEvent = {
  type: "envelope.sent",
  data: {
    documents: [DOCUMENT],
    recipients: [{ id: "ana", name: "Ana Ruiz", email: "ana@example.com" }],
    fieldsSha256: fieldsDigest([FIELD, OTHER]),
  },
};
const stored = (change: object = {}) => ({
  fields: [OTHER, FIELD],
  rules: [],
  documents: [DOCUMENT],
  people: [],
  ...change,
});
const sending = (...later: RecordedEvent[]) => recordedSending([SENT, ...later])!;

describe("what was sent", () => {
  test("is as it was, in whatever order fields come", () => {
    expect(notAsSent(sending(), stored())).toEqual([]);
  });

  test.each([
    ["a place", { y: 0.21 }],
    ["a page", { page: 1 }],
    ["whose it is", { recipientId: "ben" }],
    ["a label", { label: "Deposit" }],
    ["what is asked", { isRequired: false }],
    ["a setting", { settings: { maxLength: 11 } }],
    ["a kind", { type: "date" }],
  ])("%s that was changed is noticed", (_, change) => {
    expect(notAsSent(sending(), stored({ fields: [{ ...FIELD, ...change }, OTHER] }))).toEqual(["fields"]);
  });

  test("a field more or fewer, rules, and other documents are noticed", () => {
    expect(notAsSent(sending(), stored({ fields: [FIELD] }))).toEqual(["fields"]);
    expect(notAsSent(sending(), stored({ rules: [RULE] }))).toEqual(["rules"]);
    expect(notAsSent(sending(), stored({ documents: [{ id: "d1", sha256: "bb" }] }))).toEqual([
      "document d1",
    ]);
    expect(notAsSent(sending(), stored({ documents: [] }))).toEqual(["documents"]);
    // Flattened or signed as it came: neither is made of the other behind the trail's back.
    const kept = [{ id: "d1", sha256: "aa", keepsSignatures: true }];
    expect(notAsSent(sending(), stored({ documents: kept }))).toEqual(["document d1"]);
  });

  test("whoever hands fields on says how they are from then on", () => {
    const handed = [{ ...FIELD, recipientId: "ben" }, OTHER];
    const event = {
      type: "recipient.delegated",
      data: { recipient: "ana", to: "ben", name: "Ben", email: "b@x.y", fieldsSha256: fieldsDigest(handed) },
    };
    expect(notAsSent(sending(event), stored({ fields: handed }))).toEqual([]);
    expect(notAsSent(sending(event), stored())).toEqual(["fields"]);
    const forged = { type: "recipient.reminded", data: { fieldsSha256: fieldsDigest(handed) } };
    expect(notAsSent(sending(forged), stored({ fields: handed }))).toEqual(["fields"]);
  });

  test("who is shown what is as it was sent, for whoever took somebody's place too", () => {
    const ben = { id: "ben", name: "Ben", email: "ben@example.com", notShown: ["d2"] };
    const sent = { ...SENT, data: { ...SENT.data, recipients: [ben] } };
    const given = {
      type: "recipient.delegated",
      data: { recipient: "ben", to: "cleo", name: "C", email: "c@x.y" },
    };
    const recorded = recordedSending([sent, given])!;
    const people = [
      { id: "ben", hiddenDocuments: ["d2"] },
      { id: "cleo", hiddenDocuments: ["d2"] },
    ];
    expect(notAsSent(recorded, stored({ people }))).toEqual([]);
    const shown = [people[0]!, { id: "cleo", hiddenDocuments: [] }];
    expect(notAsSent(recorded, stored({ people: shown }))).toEqual(["who sees what cleo"]);
    const kept = [{ id: "ana", hiddenDocuments: ["d1"] }];
    expect(notAsSent(recorded, stored({ people: kept }))).toEqual(["who sees what ana"]);
  });

  test("before anything was sent there is nothing to hold it against", () => {
    expect(recordedSending([{ type: "envelope.created", data: {} }])).toBeNull();
  });
});

describe("what was signed", () => {
  const ACT = {
    ...{ recipient: "ana", name: "Ana Ruiz", email: "ana@example.com" },
    shown: [{ documentId: "d1", revision: 2, sha256: "aa" }],
    fields: [
      { id: "f1", type: "text", document: "d1", page: 0, value: "1000" },
      { id: "f2", type: "text", document: "d1", page: 0, value: null },
      { id: "f3", type: "text", document: "d1", page: 0, sealedSha256: "cc" },
      { id: "f4", type: "attachment", document: "d1", page: 0, value: "file-1" },
    ],
    marks: [{ kind: "signature", method: "drawn", sha256: "dd" }],
  };
  const none = { sealedSha256: null, fileSha256: null };
  const at = { documentId: "d1", page: 0 };
  const ACTUAL: StoredAct = {
    recipient: { id: "ana", name: "Ana Ruiz", email: "ana@example.com", phone: "", onBehalfOf: "" },
    documentIds: ["d1"],
    fields: [
      { id: "f1", type: "text", ...at, value: "1000", ...none },
      { id: "f2", type: "text", ...at, value: "", ...none },
      { id: "f3", type: "text", ...at, value: "•••", sealedSha256: "cc", fileSha256: null },
      { id: "f4", type: "attachment", ...at, value: "file-1", sealedSha256: null, fileSha256: "ee" },
    ],
    marks: [{ kind: "signature", sha256: "dd" }],
  };
  const ATTACHED: RecordedEvent = { type: "file.attached", data: { field: "f4", sha256: "ee" } };
  const found = (actual: StoredAct, ...events: RecordedEvent[]) =>
    notAsSigned(ACT, sending(...events), recordedFiles([ATTACHED]), actual);

  test("nobody signs what was not on their screen, nor for somebody else than they were told", () => {
    expect(found({ ...ACTUAL, documentIds: ["d1", "d2"] })).toEqual(["what was shown"]);
    expect(found({ ...ACTUAL, recipient: { ...ACTUAL.recipient, onBehalfOf: "Acme" } })).toEqual([
      "for whom",
    ]);
  });
  const withField = (index: number, change: object): StoredAct => ({
    ...ACTUAL,
    fields: ACTUAL.fields.map((field, at) => (at === index ? { ...field, ...change } : field)),
  });

  test("is as it was", () => {
    expect(found(ACTUAL)).toEqual([]);
  });

  test("values, sealed values, files and marks that were changed are named by their field", () => {
    expect(found(withField(0, { value: "10000" }))).toEqual(["field f1"]);
    expect(found(withField(1, { value: "more" }))).toEqual(["field f2"]);
    expect(found(withField(2, { sealedSha256: "cd" }))).toEqual(["field f3"]);
    expect(found(withField(2, { sealedSha256: null }))).toEqual(["field f3"]);
    expect(found(withField(3, { fileSha256: "ef" }))).toEqual(["file of field f4"]);
    expect(found({ ...ACTUAL, marks: [{ kind: "signature", sha256: "de" }] })).toEqual(["marks"]);
    expect(found({ ...ACTUAL, marks: [] })).toEqual(["marks"]);
    expect(found({ ...ACTUAL, fields: ACTUAL.fields.slice(1) })).toEqual(["field f1"]);
    const more = { id: "f9", type: "text", ...at, value: "x", ...none };
    expect(found({ ...ACTUAL, fields: [...ACTUAL.fields, more] })).toEqual(["field f9"]);
  });

  test("somebody else's name or address is no signature of theirs", () => {
    const named = (change: object) => ({ ...ACTUAL, recipient: { ...ACTUAL.recipient, ...change } });
    expect(found(named({ name: "Ben Other" }))).toEqual(["person ana"]);
    expect(found(named({ email: "ben@example.com" }))).toEqual(["person ana"]);
    // Changed before they pressed: then the act has the wrong name too, and only the sending tells.
    const act = { ...ACT, email: "ben@example.com" };
    const actual = named({ email: "ben@example.com" });
    expect(notAsSigned(act, sending(), recordedFiles([ATTACHED]), actual)).toEqual(["person ana"]);
  });

  test("who was corrected by rule is who they are then", () => {
    const changes = [
      { what: "email", from: "ana@example.com", to: "ana.ruiz@example.com" },
      { what: "order", from: "1", to: "2" },
    ];
    const corrected = { type: "recipient.corrected", data: { recipient: "ana", changes } };
    const email = "ana.ruiz@example.com";
    const actual = { ...ACTUAL, recipient: { ...ACTUAL.recipient, email } };
    const events = sending(corrected);
    expect(notAsSigned({ ...ACT, email }, events, recordedFiles([ATTACHED]), actual)).toEqual([]);
    expect(notAsSigned(ACT, events, recordedFiles([ATTACHED]), ACTUAL)).toEqual(["person ana"]);
  });
});
