import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test } from "vitest";
import { fromBase64, fromUtf8, toHex } from "#lib/bytes.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { randomOctets } from "#lib/pki/core/testing.ts";
import { checkpointText, parseCheckpoint } from "./checkpoint.ts";
import { ecdsaKeyId, formatNote, noteSigner, parseNote } from "./signed-note.ts";

const NAME = "sign.example.com/log";
const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const spki = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
const key = { name: NAME, publicKey: spki };
const checkpoint = { origin: NAME, size: 20852163, root: randomOctets(32), previousSha256: randomOctets(32) };

const signatureOver = (text: string) => new Uint8Array(sign("sha256", fromUtf8(text), privateKey));
function noteOf(text: string): string {
  const keyId = ecdsaKeyId(spki);
  return formatNote({ text, signatures: [{ name: NAME, keyId, signature: signatureOver(text) }] });
}

test("a checkpoint is read back as it was written", () => {
  const text = checkpointText(checkpoint);
  expect(text.split("\n").slice(0, 2)).toEqual([NAME, "20852163"]);
  const note = parseNote(noteOf(text));
  expect(note.text).toBe(text);
  expect(parseCheckpoint(note.text)).toEqual(checkpoint);
  expect(parseCheckpoint(checkpointText({ ...checkpoint, size: 0, previousSha256: null }))).toEqual({
    ...checkpoint,
    size: 0,
    previousSha256: null,
  });
  expect(noteSigner(note, [key])).toEqual(key);
});

test("OpenSSL verifies the signature of a checkpoint over the text above the blank line", () => {
  const { text, signatures } = parseNote(noteOf(checkpointText(checkpoint)));
  const verify = (bytes: Uint8Array) =>
    inFolder((file) => {
      const pem = publicKey.export({ type: "spki", format: "pem" });
      const files = [
        ...["-verify", file("log.pem", fromUtf8(String(pem)))],
        ...["-signature", file("signature.der", signatures[0]!.signature), file("text", bytes)],
      ];
      return run("openssl", ["dgst", "-sha256", ...files]).text;
    });
  expect(verify(fromUtf8(text))).toContain("Verified OK");
  expect(verify(fromUtf8(`${text}\n`))).toContain("Verification failure");
});

test("OpenSSL and we name the key alike", () => {
  const { signatures } = parseNote(noteOf(checkpointText(checkpoint)));
  const digest = inFolder((file) => run("openssl", ["dgst", "-sha256", "-r", file("spki.der", spki)]).text);
  expect(toHex(signatures[0]!.keyId)).toBe(digest.slice(0, 8));
});

test("the published examples of the two formats are read", () => {
  const note = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;
  const { text, signatures } = parseNote(note);
  expect(parseCheckpoint(text)).toEqual({
    origin: "example.com/behind-the-sofa",
    size: 20852163,
    root: fromBase64("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="),
    previousSha256: null,
  });
  expect(signatures.map(({ name, keyId }) => `${name} ${toHex(keyId)}`)).toEqual([
    "example.com/behind-the-sofa 033de0ae",
  ]);
  expect(formatNote({ text, signatures })).toBe(note);
  const poem = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;
  expect(parseNote(poem).text.endsWith("\n\ned è subito sera.\n")).toBe(true);
});

test("signatures of strangers are passed over; one of ours that fails spoils the note", () => {
  const text = checkpointText(checkpoint);
  const own = { name: NAME, keyId: ecdsaKeyId(spki), signature: signatureOver(text) };
  const witness = { name: "witness.example", keyId: randomOctets(4), signature: randomOctets(64) };
  expect(noteSigner({ text, signatures: [witness, own] }, [key])).toEqual(key);
  expect(noteSigner({ text, signatures: [witness] }, [key])).toBeNull();
  expect(noteSigner({ text, signatures: [{ ...own, name: "other.example/log" }] }, [key])).toBeNull();
  const spoiled = { ...own, signature: signatureOver(`${text}more\n`) };
  expect(noteSigner({ text, signatures: [own, spoiled] }, [key])).toBeNull();
  expect(noteSigner({ text: text.replace("20852163", "20852164"), signatures: [own] }, [key])).toBeNull();
  expect(noteSigner({ text, signatures: [{ ...own, signature: randomOctets(70) }] }, [key])).toBeNull();
});

test("a key of another kind signs no checkpoint, even if it could", () => {
  const other = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const der = new Uint8Array(other.publicKey.export({ type: "spki", format: "der" }));
  const text = checkpointText(checkpoint);
  const signature = new Uint8Array(sign("sha256", fromUtf8(text), other.privateKey));
  const signatures = [{ name: NAME, keyId: ecdsaKeyId(der), signature }];
  expect(noteSigner({ text, signatures }, [{ name: NAME, publicKey: der }])).toBeNull();
});

test("a note that is not written exactly so is refused", () => {
  const note = noteOf(checkpointText(checkpoint));
  const line = note.slice(note.indexOf("—"));
  const wrong = [
    "",
    "\n\n",
    note.slice(0, -1),
    `${note}\n`,
    note.replace("—", "-"),
    note.replace("— ", "—  "),
    note.replace(line, `— ${NAME} AAAAAAA\n`),
    note.replace(NAME, `${NAME}\r`),
    note.replace(line, ""),
    note.replace(line, `— ${NAME} AAAA\n`),
    note.replace(line, `— ${NAME} AAAAAAB=\n`),
    note + line.repeat(64),
    `${"x".repeat(70_000)}${note}`,
    note.replace(NAME, `${NAME}\ud800`),
  ].filter((text) => text !== note);
  expect(wrong).toHaveLength(14);
  for (const text of wrong) expect(() => parseNote(text), JSON.stringify(text)).toThrow();
});

test("a checkpoint that is not written exactly so is refused", () => {
  const text = checkpointText(checkpoint);
  const wrong = [
    "",
    text.slice(0, -1),
    text.replace("20852163", "020852163"),
    text.replace("20852163", "-1"),
    text.replace("20852163", "99999999999999999"),
    text.replace("20852163", "9999999999999999"),
    text.replace(NAME, ""),
    text.replace("=\n", "\n"),
    text.replace("=\n", "==\n"),
    `${text}\n`,
    `${text}${text.split("\n")[3]}\n`,
  ];
  for (const one of wrong) expect(() => parseCheckpoint(one), JSON.stringify(one)).toThrow();
  expect(parseCheckpoint(`${text}of another kind\n`)).toEqual(checkpoint);
});
