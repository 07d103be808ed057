import { expect, test } from "vitest";
import { fromHex, toHex } from "#lib/bytes.ts";
import {
  bitString,
  boolean,
  generalizedTime,
  integer,
  namedBits,
  octetString,
  oid,
  sequence,
  setOf,
  time,
  unsignedInteger,
  utf8String,
} from "#lib/pki/core/asn1/der.ts";
import {
  childrenOf,
  fieldsOf,
  readBitOctets,
  readBoolean,
  readDer,
  readNamedBits,
  readOid,
  readSmallInteger,
  readText,
  readTime,
} from "#lib/pki/core/asn1/read-der.ts";

const read = (der: Uint8Array | string) => {
  const bytes = typeof der === "string" ? fromHex(der) : der;
  return readDer(bytes, "test", 1 << 20);
};

test("integers are written in the fewest octets", () => {
  expect(toHex(integer(0))).toBe("020100");
  expect(toHex(integer(127))).toBe("02017f");
  expect(toHex(integer(128))).toBe("02020080");
  expect(toHex(integer(256n))).toBe("02020100");
  expect(toHex(unsignedInteger(fromHex("0000ff")))).toBe("020200ff");
  expect(() => integer(-1)).toThrow(RangeError);
});

test("object identifiers survive the round trip, also those of whole UUIDs", () => {
  expect(toHex(oid("1.2.840.113549.1.1.11"))).toBe("06092a864886f70d01010b");
  for (const dotted of [
    "2.5.29.15",
    "0.9.2342.19200300.100.1.25",
    "2.25.76464824360222215934820905519768999175.1.3",
  ]) {
    expect(readOid(read(oid(dotted)), "test")).toBe(dotted);
  }
  expect(() => oid("3.1")).toThrow(RangeError);
});

test("object identifiers with padded arcs are refused", () => {
  expect(() => readOid(read("06032a8001"), "test")).toThrow("bad OID");
  expect(() => readOid(read("06022a80"), "test")).toThrow("bad OID");
  expect(() => readOid(read("0600"), "test")).toThrow("bad OID");
});

test("a set is sorted by the encodings of its members", () => {
  expect(toHex(setOf([integer(2), octetString(fromHex("00")), integer(1)]))).toBe(
    "31090201010201020401" + "00",
  );
});

test("lengths change form at 128 and 256 bytes", () => {
  expect(toHex(octetString(new Uint8Array(127)).subarray(0, 2))).toBe("047f");
  expect(toHex(octetString(new Uint8Array(128)).subarray(0, 3))).toBe("048180");
  expect(toHex(octetString(new Uint8Array(256)).subarray(0, 4))).toBe("04820100");
  expect(toHex(octetString(new Uint8Array(65536)).subarray(0, 5))).toBe("0483010000");
});

test("times are UTCTime until 2049 and whole seconds", () => {
  expect(toHex(time(new Date("2049-12-31T23:59:59.999Z")))).toBe(
    `170d${Buffer.from("491231235959Z").toString("hex")}`,
  );
  expect(toHex(time(new Date("2050-01-01T00:00:00Z")))).toBe(
    `180f${Buffer.from("20500101000000Z").toString("hex")}`,
  );
  expect(readTime(read(time(new Date("1950-01-01T00:00:00Z"))), "test")).toEqual(
    new Date("1950-01-01T00:00:00Z"),
  );
  expect(
    readTime(read(generalizedTime(new Date("2026-11-20T12:00:00.5Z"))), "test").getUTCMilliseconds(),
  ).toBe(0);
});

const timeOf = (tag: number, text: string) => read(Uint8Array.of(tag, text.length, ...Buffer.from(text)));

test("fractions of a second are read to the millisecond", () => {
  expect(readTime(timeOf(0x18, "20261120120000.1239Z"), "test")).toEqual(
    new Date("2026-11-20T12:00:00.123Z"),
  );
});

test("times that do not exist are refused", () => {
  for (const text of [
    "20260230000000Z",
    "20261320000000Z",
    "20261120240000Z",
    "20261120126000Z",
    "20261120120060Z",
  ]) {
    expect(() => readTime(timeOf(0x18, text), "test")).toThrow("not a time");
  }
  for (const text of ["2611201200Z", "261120120000+0100", "261120120000"]) {
    expect(() => readTime(timeOf(0x17, text), "test")).toThrow("not a time");
  }
});

test("named bits drop trailing zeros and are read back", () => {
  expect(toHex(namedBits([1]))).toBe("03020640");
  expect(toHex(namedBits([5, 6]))).toBe("03020106");
  expect(toHex(namedBits([8]))).toBe("0303070080");
  expect(readNamedBits(read(namedBits([0, 8])), "test")).toEqual([0, 8]);
  expect(readNamedBits(read(namedBits([])), "test")).toEqual([]);
});

test("text is read from each string type, and is null where bytes are not characters", () => {
  expect(readText(read(utf8String("Łódź")))).toBe("Łódź");
  expect(readText(read("1e0401410142"))).toBe("Łł");
  expect(readText(read("0c02c328"))).toBeNull();
  expect(readText(read("020101"))).toBeNull();
});

test("fields are taken in order and nothing may be left", () => {
  const fields = fieldsOf(read(sequence(integer(5), boolean(true), bitString(fromHex("ff")))), "test");
  expect(readSmallInteger(fields.take(2, "number"), "test")).toBe(5);
  expect(fields.maybe(4)).toBeUndefined();
  expect(() => fields.end()).toThrow("unexpected member");
  expect(readBoolean(fields.takeAny("flag"), "test")).toBe(true);
  expect(toHex(readBitOctets(fields.takeAny("bits"), "test"))).toBe("ff");
  expect(() => fields.take(2, "more")).toThrow("no more");
});

test("what is not DER is refused with pki/malformed", () => {
  const hostile = {
    empty: "",
    "cut off in the length": "3082",
    "cut off in the contents": "300502010",
    "indefinite length": "3080020101" + "0000",
    "length in more octets than needed": "308103020101",
    "length with a leading zero": "30820003020101",
    "length of five octets": "30850000000001ff",
    "length beyond the end": "3084ffffffff",
    "tag number above 30": "1f8101" + "00",
    "bytes after the end": "02010100",
  };
  for (const [why, hex] of Object.entries(hostile)) {
    expect(() => childrenOf(read(hex), "test"), why).toThrow(
      expect.objectContaining({ code: "pki/malformed" }),
    );
  }
});

test("input beyond its limits is refused with pki/too-large", () => {
  const many = sequence(...Array.from({ length: 20 }, () => integer(1)));
  expect(() => readDer(many, "test", 10)).toThrow(expect.objectContaining({ code: "pki/too-large" }));
  expect(() => childrenOf(read(many), "test", 19)).toThrow(
    expect.objectContaining({ code: "pki/too-large" }),
  );
});

test("an object identifier whose arcs outgrow a number reads as it was written", () => {
  const uuid = "2.25.329800735698586629295641978511506172918";
  for (const dotted of [
    uuid,
    "2.999.35184372088833.1",
    "1.3.6.1.4.1.9007199254740993",
    "2.47.0",
    "0.39.127.128",
  ])
    expect(readOid(read(toHex(oid(dotted))), "test")).toBe(dotted);
});
