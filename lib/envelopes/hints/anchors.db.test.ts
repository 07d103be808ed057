import { expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { addDocument } from "../add-document.ts";
import { createEnvelope } from "../create-envelope.ts";
import { addAnchors, getAnchors, removeAnchor } from "./anchors.ts";
import { findHints } from "./find-hints.ts";

const product = testProduct();
const streamOf = (bytes: Uint8Array) =>
  new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() as ReadableStream<Uint8Array>;

test("an organization's words are looked for in its documents, and one that lacks them is told of", async () => {
  const organization = await product().newOrganization();
  const owner = await organization.member("owner");
  const other = await (await product().newOrganization()).member("owner");
  const anchor = { text: "the person named", type: "initials", signer: "Tenant" } as const;
  await addAnchors(owner, { anchor });
  await addAnchors(owner, { anchor: { text: "never said", type: "signature", mayBeAbsent: false } });
  const hintsFor = async (ctx: typeof owner) => {
    const envelopeId = await createEnvelope(ctx, { title: "" });
    const { id } = await addDocument(ctx, { envelopeId, name: "a.pdf" }, streamOf(contract()));
    return findHints(ctx, { envelopeId, documentId: id });
  };
  const found = await hintsFor(owner);
  expect(found.hints).toContainEqual(
    expect.objectContaining({ type: "initials", signer: "Tenant", text: "the person named" }),
  );
  expect(found.absent).toEqual(["never said"]);
  const elsewhere = await hintsFor(other);
  expect(elsewhere.hints.filter(({ type }) => type === "initials")).toEqual([]);
  expect(elsewhere.absent).toEqual([]);

  await addAnchors(owner, { anchor: { ...anchor, type: "signature" } });
  await removeAnchor(owner, { text: "never said" });
  expect((await getAnchors(owner)).map(({ text, type }) => [text, type])).toEqual([
    ["the person named", "signature"],
  ]);
  expect(await refusalOf(addAnchors(owner, { signNow: "[1" }))).toBe("envelopes/anchors-unreadable");
  const many = Array.from({ length: 200 }, (_, at) => ({ tag_name: `t${at}`, type: "text" }));
  expect(await refusalOf(addAnchors(owner, { signNow: JSON.stringify(many) }))).toBe(
    "envelopes/too-many-anchors",
  );
  for (const role of ["sender", "viewer", "counsel"] as const)
    expect(await refusalOf(getAnchors(await organization.member(role)))).toBe("authorize/not-allowed");
  const events = await product().admin`select body from audit_events
    where organization_id = ${owner.organizationId} and body like '%"organization.changed"%'`;
  expect(events).toHaveLength(4);
});
