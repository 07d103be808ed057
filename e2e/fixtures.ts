import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { pageOf } from "./page-register.ts";
import { LOOKED } from "./register-reporter.ts";
import type { Command, NewOwner, Seed, SeedProvider, SendRequest, SentEnvelope } from "./seed.ts";

export { expect };

const BASE_URL = process.env.E2E_BASE_URL ?? "http://localhost:3000";

/** Who sets a fresh installation up. */
export const OWNER = {
  organization: "Harbour Street Studio",
  name: "Olivia Owner",
  email: "olivia@harbourstreet.example",
  password: "quiet paper harbour lantern",
};

/** What people hold in their hands. */
export const DEVICES = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desktop: { viewport: { width: 1280, height: 800 } },
} as const;

/** A running product, put into the state a test begins with. */
export interface Server {
  sends(request: SendRequest): Promise<Envelope>;
  /** A draft of the owner to be sent in bulk. */
  holdsBulkDraft(title: string, options?: { readonly isGivenLink: boolean }): Promise<void>;
  /** A published template of the owner with one open role that signs. */
  publishesTemplate(template: { readonly title: string }): Promise<{ readonly id: string }>;
  /** Drafts of the owner, with these titles. */
  holdsDrafts(titles: readonly string[]): Promise<void>;
  /** The address of an envelope of another organization. */
  strangersEnvelope(): Promise<string>;
  /** The owner of an organization nobody else works in: what a test does to its keys disturbs no other. */
  newOwner(): Promise<NewOwner>;
  /** The same done by such an owner, for what would change other tests' documents. */
  of(owner: NewOwner): Server;
  /** Anybody may fill in and sign a template by it. */
  hasPublicLink(title: string): Promise<{ readonly url: string; isClosed(): Promise<void> }>;
  /** The newest code sent to an address. */
  codeTo(address: string): Promise<string>;
  /** What people agreed to is different from now on, in one language. */
  changesNotice(locale: string, change: string): Promise<void>;
  hasProvider(provider: SeedProvider): Promise<void>;
}

/** An envelope under way, as the outside acts on it. */
export interface Envelope {
  readonly shortId: string;
  /** Its page, for members. */
  readonly address: string;
  /** The newest link mailed to somebody, by their name. */
  linkFor(name: string): Promise<string>;
  /** The newest code sent to somebody, by mail or to a number. */
  codeFor(name: string, phone?: string): Promise<string>;
  /** A link for somebody who has been mailed none. */
  earlyLinkFor(name: string): Promise<string>;
  /** Somebody signs or approves elsewhere. */
  isFinishedBy(name: string): Promise<void>;
  isDeclinedBy(name: string): Promise<void>;
  isVoided(): Promise<void>;
  expires(): Promise<void>;
  /** Everybody's last mail went out some minutes before it did. */
  ages(): Promise<void>;
  isCompleted(): Promise<void>;
  /** It ended so many years ago, and a night has passed. */
  isOverFor(years: number): Promise<void>;
  events(): Promise<readonly { readonly type: string; readonly data: Record<string, unknown> }[]>;
}

export const test = base.extend<object, { server: Server; ownerState: State }>({
  server: [
    async ({ browser }, use) => {
      await setUp(browser);
      const { ask, close } = await startSeed();
      await use(serverOf(ask));
      close();
    },
    { scope: "worker" },
  ],
  ownerState: [
    async ({ browser, server: _ }, use) => {
      const page = await browser.newPage({ baseURL: BASE_URL });
      await signIn(page, OWNER);
      await use(await page.context().storageState());
      await page.context().close();
    },
    { scope: "worker" },
  ],
});

type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** The same, in a browser where the owner has signed in. */
export const ownerTest = test.extend({
  storageState: ({ ownerState }, use) => use(ownerState),
});

export async function signIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/home");
}

/** The first organization, through the page that offers it; nothing where there is one. */
async function setUp(browser: Browser): Promise<void> {
  const context = await browser.newContext({ baseURL: BASE_URL });
  const page = await context.newPage();
  await page.goto("/welcome");
  if (page.url().endsWith("/welcome")) {
    await expect(page.getByRole("heading", { name: "Welcome to Whereof" })).toBeVisible();
    await expectAccessible(page);
    await page.getByLabel("Name of your organization").fill(OWNER.organization);
    await page.getByLabel("Your full name").fill(OWNER.name);
    await page.getByLabel("Your e-mail address").fill(OWNER.email);
    await page.getByLabel("Password").fill("too short");
    await page.getByRole("button", { name: "Create organization" }).click();
    await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/^Use 15 characters or more/);
    await page.getByLabel("Password").fill(OWNER.password);
    await page.getByRole("button", { name: "Create organization" }).click();
    // Another worker may have been first; then the page says so.
    const refused = page.getByText("This installation is set up already").first();
    await Promise.race([page.waitForURL((url) => url.pathname !== "/welcome"), refused.waitFor()]);
  }
  await context.close();
}

function serverOf(ask: Ask, organizationId?: NewOwner["organizationId"]): Server {
  const asked: Ask = (command, input) => ask(command, input, organizationId);
  return {
    sends: async (request) => envelopeOf(asked, await asked("send", request)),
    holdsBulkDraft: (title, options) => asked("bulkDraft", { title, ...options }),
    publishesTemplate: (template) => asked("publishedTemplate", template),
    holdsDrafts: (titles) => asked("drafts", { titles }),
    strangersEnvelope: () => asked("strangersEnvelope", undefined),
    newOwner: () => asked("newOwner", undefined),
    of: (owner) => serverOf(ask, owner.organizationId),
    hasPublicLink: async (title) => {
      const { url, linkId } = await asked("publicLink", { title });
      return { url, isClosed: () => asked("closePublicLink", { linkId }) };
    },
    codeTo: (address) => asked("code", { address }),
    changesNotice: (locale, change) => asked("changeNotice", { locale, change }),
    hasProvider: (provider) => asked("provider", provider),
  };
}

type Ask = <C extends Command>(
  command: C,
  input: Parameters<Seed[C]>[0],
  organizationId?: NewOwner["organizationId"],
) => Promise<Awaited<ReturnType<Seed[C]>>>;

/** The verbs run in a process of their own, as the product's do. */
async function startSeed(): Promise<{ ask: Ask; close(): void }> {
  const child = fork(path.join(import.meta.dirname, "seed.ts"), {
    env: { ...process.env, E2E_BASE_URL: BASE_URL },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await nextMessage(child, ({ ready }) => ready === true);
  let count = 0;
  const ask = async (command: string, input: unknown, organizationId?: string) => {
    const id = ++count;
    child.send({ id, command, input, organizationId });
    const answer = await nextMessage(child, (message) => message.id === id);
    if (answer.error) throw new Error(String(answer.error));
    return answer.result as never;
  };
  return { ask: ask as Ask, close: () => child.disconnect() };
}

type Message = { readonly [key: string]: unknown };

function nextMessage(child: ChildProcess, isWanted: (message: Message) => boolean): Promise<Message> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Message) => {
      if (!isWanted(message)) return;
      child.off("message", onMessage);
      child.off("exit", onExit);
      resolve(message);
    };
    const onExit = (code: number) => reject(new Error(`the seed stopped with ${code}`));
    child.on("message", onMessage);
    child.on("exit", onExit);
  });
}

function envelopeOf(ask: Ask, { envelopeId, shortId, address, people }: SentEnvelope): Envelope {
  const person = (name: string) => {
    const found = people.find((each) => each.name === name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  const linkFor = (name: string) => ask("link", { shortId, email: person(name).email });
  return {
    ...{ shortId, address },
    linkFor,
    codeFor: (name, phone) => ask("code", { address: phone ?? person(name).email }),
    earlyLinkFor: (name) => ask("ownLink", { recipientId: person(name).id }),
    isFinishedBy: async (name) => ask("finish", { link: await linkFor(name) }),
    isDeclinedBy: async (name) => ask("decline", { link: await linkFor(name) }),
    isVoided: () => ask("void", { envelopeId }),
    expires: () => ask("expire", { envelopeId }),
    ages: () => ask("age", { envelopeId }),
    isOverFor: (years) => ask("outlive", { envelopeId, years }),
    isCompleted: () => ask("untilState", { envelopeId, state: "completed" }),
    events: () => ask("events", { envelopeId }) as never,
  };
}

/**
 * No finding that keeps somebody from using the page (WCAG 2.2 AA).
 *
 * @param but rules that say nothing of the page as it is shown now
 */
export async function expectAccessible(page: Page, but: readonly string[] = []): Promise<void> {
  await expect(page).toHaveTitle(/./); // between two pages there is none for a moment
  await page.evaluate(standsStill);
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .disableRules([...but])
    .analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect(
    grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`),
  ).toEqual([]);
  // What is framed in it was looked at with it.
  for (const frame of page.frames()) {
    const looked = pageOf(new URL(frame.url()), new URL(page.url()).origin);
    if (looked) test.info().annotations.push({ type: LOOKED, description: looked });
  }
}

/** Until nothing is on its way to another place; what turns for ever is not waited for. */
async function standsStill(): Promise<void> {
  const moving = document
    .getAnimations()
    .filter((one) => one.playState === "running" && one.effect?.getComputedTiming().endTime !== Infinity);
  await Promise.allSettled(moving.map(({ finished }) => finished));
}

/** What the bar at the bottom asks for next. */
export const nextStep = (page: Page) =>
  page.getByRole("region", { name: "Next step" }).getByRole("button").last();

/** Holds what matches until it is let go. */
export async function hold(page: Page, address: string | RegExp): Promise<() => Promise<void>> {
  let letGo = () => {};
  const isFree = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(address, async (route) => {
    await isFree;
    await route.continue();
  });
  return async () => letGo();
}
