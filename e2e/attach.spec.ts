import { DEVICES, expect, test } from "./fixtures.ts";

test.use(DEVICES.phone);

test("a file of more than ten megabytes arrives whole", async ({ page, server }) => {
  const field = { type: "attachment", box: [0.1, 0.2, 0.4, 0.04], label: "Plans" } as const;
  const signature = { type: "signature", page: 1, box: [0.1, 0.5, 0.3, 0.05] } as const;
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields: [field, signature] }] });
  await page.goto(await envelope.linkFor("Ana Ruiz"));
  await page.getByRole("button", { name: "Agree and continue" }).click();
  const sizeBytes = 14 * 1024 * 1024;
  const buffer = Buffer.alloc(sizeBytes, " ");
  buffer.write("%PDF-1.4\n");
  await page
    .locator("input[data-file]")
    .setInputFiles({ name: "Plans.pdf", mimeType: "application/pdf", buffer });
  await expect(page.getByRole("button", { name: /^Plans, .*: Plans\.pdf$/ })).toBeVisible();
  const attached = (await envelope.events()).find(({ type }) => type === "file.attached");
  expect(attached!.data).toMatchObject({ sizeBytes });
});
