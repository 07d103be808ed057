import { expect, expectAccessible, hold, OWNER, ownerTest, signIn, test } from "./fixtures.ts";
import { getIn, invite, linkMailedTo } from "./members.ts";

const stamp = () => Date.now().toString(36);
const PASSWORD = "seven quiet lamps by the weir";

test("whoever has not signed in is asked to, wherever they go", async ({ page, server }) => {
  expect(server).toBeDefined();
  for (const address of ["/", "/envelopes", "/members", "/outbox", "/organization", "/account"]) {
    await page.goto(address);
    await expect(page).toHaveURL(/\/sign-in$/);
  }
  await expectAccessible(page);
  const answer = await page.goto("/welcome");
  expect(answer!.status()).toBe(200);
  await expect(page, "an installation is set up once").toHaveURL(/\/sign-in$/);
});

test("what only scripts answer cannot be pressed before they are there, and what was typed stays", async ({
  page,
  server,
}) => {
  expect(server).toBeDefined();
  const letGo = await hold(page, /_next\/static\/.*\.js/);
  await page.goto("/sign-in", { waitUntil: "commit" });
  await page.getByLabel("E-mail address").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  const submit = page.getByRole("button", { name: "Sign in", exact: true });
  await expect(submit).toBeDisabled();
  await letGo();
  await submit.click();
  await expect(page).toHaveURL(/\/(home|envelopes)$/);
});

test("a wrong password is told from nothing, the right one lets in, and signing out ends it", async ({
  page,
  server,
}) => {
  expect(server).toBeDefined();
  const attempt = async (email: string, password: string) => {
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  const refused = page
    .getByRole("alert")
    .filter({ hasText: "The e-mail address or the password is not right." });
  await page.goto("/sign-in");
  await attempt("nobody@example.com", PASSWORD);
  await expect(refused).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await attempt(OWNER.email, "not the password at all");
  await expect(refused).toBeVisible();
  await attempt(OWNER.email.toUpperCase(), OWNER.password);
  await expect(page).toHaveURL(/\/home$/);

  await page.getByRole("button", { name: OWNER.name }).click();
  await expect(page.getByRole("menu")).toContainText(OWNER.email);
  await expectAccessible(page);
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.goto("/envelopes");
  await expect(page).toHaveURL(/\/sign-in$/);
});

ownerTest(
  "somebody who only looks is invited, gets in by the mail and cannot send",
  async ({ browser, page, server }) => {
    const member = { name: "Vera Viewer", email: `vera.${stamp()}@example.com` };
    await invite(page, member, "Viewer");
    const row = page
      .getByRole("list", { name: "Members" })
      .getByRole("listitem")
      .filter({ hasText: member.email });
    await expect(row.getByRole("combobox")).toHaveValue("viewer");
    await expectAccessible(page);
    const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], title: `Seen by Vera ${stamp()}` });

    const vera = await getIn(browser, await linkMailedTo(page, member.email));
    await expect(vera.getByRole("banner").getByRole("link")).toHaveText([
      /Whereof/,
      "Home",
      "Envelopes",
      "Templates",
    ]);
    await expect(vera.getByRole("button", { name: "New" })).toHaveCount(0);
    await vera.goto(envelope.address);
    await expect(vera.getByText("Waiting for Ana Ruiz.")).toBeVisible();
    for (const name of ["Withdraw", "Remind Ana Ruiz"])
      await expect(vera.getByRole("button", { name })).toHaveCount(0);
    await expect(vera.getByRole("link", { name: /Original|Events/ })).toHaveCount(0);
    await expectAccessible(vera);
    expect((await vera.request.get(`${envelope.address}/files/events`)).status()).toBe(403);
    for (const place of ["/outbox", "/members", "/organization"]) {
      await vera.goto(place);
      await expect(vera.getByRole("heading", { name: "There is nothing at this address" })).toBeVisible();
    }
  },
);

ownerTest(
  "a member's role is changed and taken away, and the owner stays",
  async ({ browser, page, server }) => {
    expect(server).toBeDefined();
    const member = { name: "Sven Sender", email: `sven.${stamp()}@example.com` };
    await invite(page, member, "Sender");
    const sven = await getIn(browser, await linkMailedTo(page, member.email));
    await expect(sven.getByRole("banner").getByRole("button", { name: "New" })).toBeVisible();

    await page.goto("/members");
    const row = page
      .getByRole("list", { name: "Members" })
      .getByRole("listitem")
      .filter({ hasText: member.email });
    await row.getByRole("combobox").selectOption("Viewer");
    await expect(page.getByText("Sven Sender is now Viewer.")).toBeVisible();
    await sven.goto("/envelopes");
    await expect(sven.getByRole("button", { name: "New" })).toHaveCount(0);

    await row.getByRole("button", { name: "Remove Sven Sender" }).click();
    const dialog = page.getByRole("dialog", { name: "Remove Sven Sender?" });
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Remove", exact: true }).click();
    await expect(row).toHaveCount(0);
    await sven.goto("/envelopes");
    await expect(sven).toHaveURL(/\/sign-in$/);

    const own = page
      .getByRole("list", { name: "Members" })
      .getByRole("listitem")
      .filter({ hasText: OWNER.email });
    await own.getByRole("combobox").selectOption("Sender");
    await expect(
      own.getByText("An organization needs an owner. Make somebody else an owner first."),
    ).toBeVisible();
    await invite(page, { name: "Again", email: OWNER.email }, "Sender", "This person is a member already.");
  },
);

ownerTest(
  "a link by mail works once, a password is set, and five wrong ones lock the account",
  async ({ browser, page, server }) => {
    expect(server).toBeDefined();
    const member = { name: "Lars Locked", email: `lars.${stamp()}@example.com` };
    await invite(page, member, "Sender");
    const invitation = await linkMailedTo(page, member.email);
    const lars = await getIn(browser, invitation);
    await lars.goto("/account");
    await expect(lars.getByText(member.email)).toBeVisible();
    await expectAccessible(lars);
    await lars.getByLabel("New password").fill("too short");
    await lars.getByRole("button", { name: "Set password" }).click();
    await expect(lars.getByLabel("New password")).toHaveAccessibleDescription(/^Use 15 characters or more/);
    await lars.getByLabel("New password").fill(PASSWORD);
    await lars.getByRole("button", { name: "Set password" }).click();
    await expect(lars.getByText("Your password is set. You were signed out everywhere else.")).toBeVisible();

    await lars.context().clearCookies();
    await lars.goto(invitation);
    await lars.getByRole("button", { name: "Continue" }).click();
    await expect(
      lars.getByText("This link was used already or is too old. Ask for a new one."),
    ).toBeVisible();
    await expectAccessible(lars);
    await signIn(lars, { email: member.email, password: PASSWORD });

    await lars.context().clearCookies();
    await lars.goto("/sign-in");
    await lars.getByLabel("E-mail address").fill(member.email);
    const submit = lars.getByRole("button", { name: "Sign in", exact: true });
    for (let tries = 0; tries < 5; tries++) {
      await lars.getByLabel("Password").fill(`${PASSWORD} ${tries}`);
      await Promise.all([
        lars.waitForResponse((answer) => answer.request().method() === "POST"),
        submit.click(),
      ]);
      await expect(submit).toBeEnabled();
    }
    await lars.getByLabel("Password").fill(PASSWORD);
    await submit.click();
    await expect(
      lars.getByText("Too many wrong passwords. Wait a few minutes, or ask for a sign-in link by mail."),
    ).toBeVisible();

    await lars.getByRole("button", { name: "Mail me a sign-in link instead" }).click();
    await expect(
      lars.getByText(`If there is an account for ${member.email}, a link is on its way.`),
    ).toBeVisible();
    await lars.goto(await linkMailedTo(page, member.email, invitation));
    await lars.getByRole("button", { name: "Continue" }).click();
    await expect(lars).toHaveURL(/\/home$/);
  },
);
