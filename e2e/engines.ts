import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createProxy, request } from "node:http";
import { type AddressInfo, connect as connectTo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

// Browsers that are no Chromium, driven by the W3C's WebDriver: WebKit over HTTP, Firefox over its own wire (Marionette).
// https://www.w3.org/TR/webdriver2/ · https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html

export type EngineName = "firefox" | "webkit";

/** Per command: HTTP method and path, and the name it has on Firefox's wire. */
const COMMANDS = {
  goTo: ["POST", "/url", "WebDriver:Navigate"],
  find: ["POST", "/elements", "WebDriver:FindElements"],
  label: ["GET", "/element/:id/computedlabel", "WebDriver:GetComputedLabel"],
  click: ["POST", "/element/:id/click", "WebDriver:ElementClick"],
  type: ["POST", "/element/:id/value", "WebDriver:ElementSendKeys"],
  act: ["POST", "/actions", "WebDriver:PerformActions"],
  run: ["POST", "/execute/async", "WebDriver:ExecuteAsyncScript"],
  picture: ["GET", "/screenshot", "WebDriver:TakeScreenshot"],
  size: ["POST", "/window/rect", "WebDriver:SetWindowRect"],
} as const;
type Command = keyof typeof COMMANDS;
type Parameters = Readonly<Record<string, unknown>>;

interface Wire {
  ask(command: Command, parameters?: Parameters): Promise<unknown>;
  close(): Promise<void>;
}

/** Where elements of a role are; what they are called is asked of the engine. */
const ROLES = {
  button: "button, [role=button], summary",
  checkbox: "input[type=checkbox]",
  dialog: "dialog[open], [role=dialog]",
  heading: "h1, h2, h3",
  img: "img, svg[role=img], canvas[role=img], [role=img]",
  link: "a[href]",
  radio: "input[type=radio], [role=radio]",
  tab: "[role=tab]",
  textbox: "input:not([type]), input[type=text], input[type=email], textarea",
} as const;
export type Role = keyof typeof ROLES;

const PATIENCE_MS = 20_000;
const FIREFOX = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];

/** Why this engine cannot be run here, or null. */
export function missingFor(engine: EngineName): string | null {
  if (engine === "firefox") return firefoxPath() ? null : "firefox-esr is not installed";
  const has = (program: string) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
  return has("WebKitWebDriver") && has("Xvfb") ? null : "webkit2gtk-driver and xvfb are not installed";
}

const firefoxPath = () => FIREFOX.find((at) => existsSync(at));

export interface Engine {
  readonly window: EngineWindow;
  /** The network between browser and product goes away, and comes back. */
  isOffline(is: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function openEngine(name: EngineName): Promise<Engine> {
  const network = await openProxy();
  const wire = await (name === "firefox" ? openFirefox(network.port) : openWebkit(network.port));
  return {
    window: new EngineWindow(wire),
    isOffline: network.isOffline,
    close: async () => {
      await wire.close();
      await network.close();
    },
  };
}

export class EngineWindow {
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  async goTo(url: string): Promise<void> {
    await this.#wire.ask("goTo", { url });
  }

  async reload(): Promise<void> {
    await this.goTo(await this.run(() => location.href));
  }

  /** Runs in the page. @returns what it returns, as JSON. */
  async run<A extends readonly unknown[], T>(work: (...args: A) => T | Promise<T>, ...args: A): Promise<T> {
    const script = `const done = arguments[arguments.length - 1];
      const given = [...arguments].slice(0, -1);
      Promise.resolve().then(() => (${work})(...given)).then(
        (value) => done({ value: value ?? null }),
        (error) => done({ error: String(error) }),
      );`;
    const answer = (await this.#wire.ask("run", { script, args })) as { value?: T; error?: string };
    if (answer.error) throw new Error(answer.error);
    return answer.value as T;
  }

  /** Asks the page until it says yes. */
  async until<A extends readonly unknown[]>(
    what: string,
    holds: (...args: A) => boolean | Promise<boolean>,
    ...args: A
  ): Promise<void> {
    await this.#patiently(what, async () => ((await this.run(holds, ...args)) ? true : null));
  }

  /** Until the page says so, where it can be seen. */
  shows(text: string): Promise<void> {
    const says = (text: string) =>
      [...document.querySelectorAll("h1, h2, h3, p, span, li, dd, output")].some(
        (one) => one.textContent.includes(text) && one.checkVisibility({ visibilityProperty: true }),
      );
    return this.until(`“${text}”`, says, text);
  }

  /** Until nothing is shown that is called so. */
  async hides(role: Role, name: string): Promise<void> {
    await this.#patiently(`end of ${role} ${name}`, async () => {
      for (const id of await this.#shown(role))
        if ((await this.#wire.ask("label", { id })) === name) return null;
      return true;
    });
  }

  /** The last one shown that the engine's accessibility calls so. */
  async element(role: Role, name: string | RegExp): Promise<string> {
    const fits = (label: string) => (typeof name === "string" ? label === name : name.test(label));
    return this.#patiently(`${role} ${name}`, async () => {
      for (const id of (await this.#shown(role)).toReversed())
        if (fits(String(await this.#wire.ask("label", { id })))) return id;
      return null;
    });
  }

  async press(role: Role, name: string | RegExp): Promise<void> {
    await this.#patiently(`${role} ${name} to be pressed`, async () => {
      const id = await this.element(role, name);
      // What is on its way is pressed where it has come to rest.
      if (!(await this.run(isAtRest, { [ELEMENT]: id } as unknown as Element))) return null;
      await this.#wire.ask("click", { id });
      return true;
    });
  }

  async enter(role: Role, name: string | RegExp, text: string): Promise<void> {
    await this.#wire.ask("type", { id: await this.element(role, name), text });
  }

  async key(value: string): Promise<void> {
    const actions = [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ];
    await this.#wire.ask("act", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Draws with a pen, mouse or finger through points, in CSS pixels of the window. */
  async draw(points: readonly (readonly [number, number])[]): Promise<void> {
    const moves = points.map(([x, y]) => ({
      ...{ type: "pointerMove", duration: 10, origin: "viewport", x: Math.round(x), y: Math.round(y) },
    }));
    const [first, ...others] = moves;
    const actions = [
      { ...first, duration: 0 },
      { type: "pointerDown", button: 0 },
      ...others,
      { type: "pointerUp", button: 0 },
    ];
    const parameters = { pointerType: "mouse" };
    await this.#wire.ask("act", { actions: [{ type: "pointer", id: "mouse", parameters, actions }] });
  }

  async size(width: number, height: number): Promise<void> {
    await this.#wire.ask("size", { width, height });
  }

  async picture(file: string): Promise<void> {
    writeFileSync(file, Buffer.from(String(await this.#wire.ask("picture", { full: false })), "base64"));
  }

  async #shown(role: Role): Promise<readonly string[]> {
    const shown = "data-shown-now";
    await this.run(
      (selector, shown) => {
        for (const old of document.querySelectorAll(`[${shown}]`)) old.removeAttribute(shown);
        const top = [...document.querySelectorAll("dialog:modal, :popover-open")].at(-1);
        for (const one of document.querySelectorAll<HTMLElement>(selector)) {
          const { width, height } = one.getBoundingClientRect();
          const isHidden = width === 0 || height === 0 || !one.checkVisibility({ visibilityProperty: true });
          // What is behind an open dialog, or not yet there to be used, is nothing to a person.
          const isInert = one.matches(":disabled") || (top?.matches("dialog:modal") && !top.contains(one));
          if (!isHidden && !isInert) one.setAttribute(shown, "");
        }
      },
      ROLES[role],
      shown,
    );
    const found = await this.#wire.ask("find", { using: "css selector", value: `[${shown}]` });
    return (found as readonly Record<string, string>[]).map((one) => Object.values(one)[0]!);
  }

  async #patiently<T>(what: string, attempt: () => Promise<T | null>): Promise<T> {
    const until = Date.now() + PATIENCE_MS;
    let last: unknown;
    while (Date.now() < until) {
      const found = await attempt().catch((error: unknown) => {
        last = error;
        return null;
      });
      if (found !== null) return found;
      await wait(100);
    }
    throw new Error(`there is no ${what}`, { cause: last });
  }
}

/** W3C WebDriver §12.1: how an element is handed over. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

async function isAtRest(element: Element): Promise<boolean> {
  element.scrollIntoView({ block: "center", behavior: "instant" });
  const { top, left } = element.getBoundingClientRect();
  await new Promise((resolve) => setTimeout(resolve, 120));
  const now = element.getBoundingClientRect();
  return now.top === top && now.left === left;
}

async function openWebkit(proxyPort: number): Promise<Wire> {
  const [screen, display] = await openScreen();
  const port = await freePort();
  const env = { ...process.env, DISPLAY: display, GDK_BACKEND: "x11", LIBGL_ALWAYS_SOFTWARE: "1" };
  delete (env as Record<string, string | undefined>).LD_LIBRARY_PATH;
  const driver = spawn("WebKitWebDriver", [`--port=${port}`], { env, stdio: "ignore" });
  const ask = async (method: string, at: string, body?: unknown) => {
    const answer = await fetch(`http://127.0.0.1:${port}${at}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { value: { error?: string; message?: string } | null };
    if (!answer.ok) throw new Error(`${value?.error}: ${value?.message}`);
    return value as unknown;
  };
  const httpProxy = `127.0.0.1:${proxyPort}`;
  const alwaysMatch = { proxy: { proxyType: "manual", httpProxy, sslProxy: httpProxy } };
  const { sessionId } = (await again(() => ask("POST", "/session", { capabilities: { alwaysMatch } }))) as {
    sessionId: string;
  };
  return {
    ask: (command, parameters = {}) => {
      const [method, at] = COMMANDS[command];
      const place = `/session/${sessionId}${at.replace(":id", String(parameters.id))}`;
      return ask(method, place, method === "POST" ? parameters : undefined);
    },
    close: async () => {
      await ask("DELETE", `/session/${sessionId}`).catch(() => {});
      await end(driver);
      await end(screen);
    },
  };
}

/** A screen nobody sees: WebKit has no way without one. */
async function openScreen(): Promise<[ChildProcess, string]> {
  const args = ["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"];
  const screen = spawn("Xvfb", args, { stdio: ["ignore", "pipe", "ignore"] });
  const number = await new Promise<string>((resolve, reject) => {
    screen.stdout.once("data", (data) => resolve(String(data).trim()));
    screen.once("exit", (code) => reject(new Error(`Xvfb stopped with ${code}`)));
  });
  return [screen, `:${number}`];
}

async function openFirefox(proxyPort: number): Promise<Wire> {
  const profile = mkdtempSync(path.join(tmpdir(), "whereof-firefox-"));
  const port = await freePort();
  const settings = {
    "marionette.port": port,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": proxyPort,
    "network.proxy.allow_hijacking_localhost": true,
    "network.proxy.testing_localhost_is_secure_when_hijacked": true,
  };
  const lines = Object.entries(settings).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`,
  );
  writeFileSync(path.join(profile, "user.js"), lines.join("\n"));
  const env = { ...process.env, HOME: profile, MOZ_HEADLESS: "1" };
  delete (env as Record<string, string | undefined>).LD_LIBRARY_PATH;
  const args = ["--marionette", "--headless", "--no-remote", "--profile", profile];
  const browser = spawn(firefoxPath()!, args, { env, stdio: "ignore" });
  const socket = await again(() => connected(port));
  const ask = marionette(socket);
  await ask("WebDriver:NewSession", {});
  return {
    ask: (command, parameters = {}) => ask(COMMANDS[command][2], parameters),
    close: async () => {
      socket.destroy();
      await end(browser);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Firefox's wire: `length:[0, number, command, parameters]`, answered by `length:[1, number, error, result]`. */
function marionette(socket: Socket): (command: string, parameters: Parameters) => Promise<unknown> {
  const waiting = new Map<number, (answer: readonly [unknown, unknown]) => void>();
  let [count, rest] = [0, Buffer.alloc(0)];
  socket.on("data", (data) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const colon = rest.indexOf(":");
      const end = colon + 1 + Number(rest.toString("latin1", 0, Math.max(colon, 0)));
      if (colon < 0 || rest.length < end) return;
      const message: unknown = JSON.parse(rest.toString("utf8", colon + 1, end));
      rest = rest.subarray(end);
      // The first is a greeting, and no list.
      if (Array.isArray(message)) waiting.get(message[1])?.([message[2], message[3]]);
    }
  });
  return async (command, parameters) => {
    const number = ++count;
    const answer = new Promise<readonly [unknown, unknown]>((resolve) => waiting.set(number, resolve));
    const text = JSON.stringify([0, number, command, parameters]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
    const [error, result] = await answer;
    waiting.delete(number);
    if (error) throw new Error(JSON.stringify(error).slice(0, 500));
    return result !== null && typeof result === "object" && "value" in result ? result.value : result;
  };
}

/** What the browser reaches the product through, so that it can be cut off from it as by a lost network. */
async function openProxy() {
  let isCut = false;
  const server = createProxy((near, answer) => {
    if (isCut) return near.socket.destroy();
    const { hostname, port, pathname, search } = new URL(near.url!);
    const { method, headers } = near;
    const far = request({ hostname, port, path: pathname + search, method, headers }, (came) => {
      answer.writeHead(came.statusCode!, came.rawHeaders);
      came.on("error", () => answer.destroy()).pipe(answer);
    });
    far.on("error", () => near.socket.destroy());
    answer.on("close", () => far.destroy());
    near.pipe(far);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    isOffline: async (is: boolean) => {
      isCut = is;
      if (is) server.closeAllConnections();
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectTo(port, "127.0.0.1", () => resolve(socket)).once("error", reject);
  });
}

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + 60_000;
  for (;;)
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await wait(200);
    }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await ended;
  clearTimeout(timer);
}
