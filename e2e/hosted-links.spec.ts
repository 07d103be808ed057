import { expect, expectAccessible, ownerTest } from "./fixtures.ts";

ownerTest(
  "a sender makes a link for somebody, who shows their mailbox and signs",
  async ({ page, server, browser }) => {
    const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
    await envelope.linkFor("Ana Ruiz");
    await page.goto(envelope.address);
    await page.getByRole("button", { name: "Make a link for Ana Ruiz" }).click();
    const dialog = page.getByRole("dialog", { name: "A link for Ana Ruiz" });
    await dialog.getByLabel("Opens for").selectOption({ label: "1 day" });
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Make the link" }).click();
    const made = page.getByRole("dialog", { name: "The link for Ana Ruiz" });
    const link = (await made.locator("code").textContent())!;
    expect(link).toMatch(/\/sign\/[\w-]{43}$/);
    await expectAccessible(page);
    await made.getByRole("button", { name: "Done" }).click();
    await expect(page.getByText("A link you gave opens until")).toBeVisible();
    await page.reload();
    await expect(page.getByText(link)).toHaveCount(0);

    const signer = await (await browser.newContext()).newPage();
    await signer.goto(link);
    await signer.getByRole("button", { name: "Send the code to" }).click();
    await signer.getByLabel("Code", { exact: true }).fill(await envelope.codeFor("Ana Ruiz"));
    await expect(signer.getByRole("heading", { name: /asks you to sign/ })).toBeVisible();
    await signer.context().close();

    await page.getByRole("button", { name: "End this link" }).click();
    await page.getByRole("button", { name: "End the link" }).click();
    await expect(page.getByText("A link you gave opens until")).toHaveCount(0);
    await page.goto(link);
    await expect(page.getByRole("button", { name: "Agree and continue" })).toHaveCount(0);
    const types = (await envelope.events()).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(["hosted-link.created", "hosted-link.revoked"]));
  },
);
