import { expect, test } from "vitest";
import { initialsOf } from "./initials.ts";

test.each([
  ["Ana Ruiz", "AR"],
  ["anne-marie o’neill", "AMO"],
  ["Björn Åkesson", "BÅ"],
  ["Дмитро Коваль", "ДК"],
  ["山田太郎", "山"],
  ["김 민준", "김민"],
  ["अनिता शर्मा", "अश"],
  ["כהן דוד", "כד"],
  ["  (Dr.) Eve  ", "DE"],
  ["One Two Three Four Five", "OTTF"],
])("%s gives %s", (name, initials) => expect(initialsOf(name)).toBe(initials));

test("a character stays whole with its marks", () => {
  expect(initialsOf("निशा कौर")).toBe("निकौ");
});

test("a name without letters has none", () => {
  expect(initialsOf("—")).toBe("");
});
