import { expect, test } from "vitest";
import { fromUtf8 } from "#lib/bytes.ts";
import { writeCalendar } from "./icalendar.ts";

const made = new Date("2026-11-20T12:00:00.500Z");
const day = {
  uid: "a@sign.example",
  at: new Date("2027-02-01T23:00:00Z"),
  summary: "Seal of Müller, Söhne & Co; ends",
  description: "First line\nsecond\\line",
  url: "https://sign.example/keys",
};

test("a calendar says what is due on which day, in the format's own words", () => {
  const written = writeCalendar("Keys", [day], made);
  expect(written.startsWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")).toBe(true);
  expect(written.endsWith("END:VEVENT\r\nEND:VCALENDAR\r\n")).toBe(true);
  const unfolded = written.replaceAll("\r\n ", "");
  expect(unfolded).toContain("DTSTAMP:20261120T120000Z\r\nDTSTART;VALUE=DATE:20270201\r\n");
  expect(unfolded).toContain("SUMMARY:Seal of Müller\\, Söhne & Co\\; ends\r\n");
  expect(unfolded).toContain("DESCRIPTION:First line\\nsecond\\\\line\r\n");
});

test("lines are folded at 75 octets and between characters", () => {
  const summary = "ü".repeat(200);
  const written = writeCalendar("Keys", [{ ...day, summary }], made);
  for (const line of written.split("\r\n")) expect(fromUtf8(line).length).toBeLessThanOrEqual(75);
  expect(written).not.toContain("�");
  expect(written.replaceAll("\r\n ", "")).toContain(`SUMMARY:${summary}\r\n`);
});

test("what people write cannot add lines of its own", () => {
  const written = writeCalendar("Keys", [{ ...day, summary: "x\r\nEND:VCALENDAR\r\nBEGIN:VEVENT" }], made);
  expect(written.match(/^BEGIN:VEVENT/gm)).toHaveLength(1);
  expect(written.match(/^END:VCALENDAR/gm)).toHaveLength(1);
});
