import { keysError } from "#lib/ports/keys.ts";
import {
  type Cryptoki,
  type Handle,
  LOGGED_IN_STATES,
  OS_LOCKING_OK,
  READ_WRITE_SESSION,
  TOKEN_FLAG,
  type TokenInfo,
  USER,
} from "./cryptoki.ts";
import type { TokenAccess } from "./protocol.ts";
import { codeOf, failureOf, isSessionLost } from "./token-failures.ts";

/** Calls at once. Node's own pool, in which they wait, has as many threads. */
const MAX_SESSIONS = 4;
/** Loaded by name at run time: it is there only where it could be compiled. */
const BINDING = "pkcs11js";

/** One token, logged in, with a pool of sessions that are opened anew when they are lost. */
export class Token {
  readonly module: Cryptoki;
  readonly label: string;
  readonly serial: string;
  readonly #slot: Handle;
  readonly #pin: string;
  readonly #idle: Handle[] = [];
  readonly #waiting: (() => void)[] = [];
  #inUse = 0;

  private constructor(module: Cryptoki, slot: Handle, { label, serialNumber }: TokenInfo, pin: string) {
    this.module = module;
    this.#slot = slot;
    this.#pin = pin;
    this.label = label.trim();
    this.serial = serialNumber.trim();
  }

  /** Loads the module, finds the token and logs in, so that a wrong PIN shows at once and only once. */
  static async connect(access: TokenAccess): Promise<Token> {
    const module = await loadModule(access.module);
    const { slot, info } = findToken(module, access.token);
    const token = new Token(module, slot, info, access.pin);
    await token.withSession("logging in", async () => {});
    return token;
  }

  /** Does `work` in a session of its own; once more in a fresh one when the first turns out to be lost. */
  async withSession<T>(doing: string, work: (session: Handle) => Promise<T>): Promise<T> {
    if (this.#inUse === MAX_SESSIONS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inUse++;
    try {
      return await this.#attempt(work).catch((error: unknown) => {
        if (!isSessionLost(error)) throw error;
        // Most often all of them went at once, with the connection they shared.
        for (const session of this.#idle.splice(0)) this.#discard(session);
        return this.#attempt(work);
      });
    } catch (error) {
      throw failureOf(error, doing);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inUse--;
    }
  }

  async #attempt<T>(work: (session: Handle) => Promise<T>): Promise<T> {
    const session = this.#idle.pop() ?? this.#openSession();
    try {
      const result = await work(session);
      this.#idle.push(session);
      return result;
    } catch (error) {
      // Whatever a failed call has left behind in it goes with it.
      this.#discard(session);
      throw error;
    }
  }

  #openSession(): Handle {
    const session = this.module.C_OpenSession(this.#slot, READ_WRITE_SESSION);
    try {
      // The log-in is of the whole process, and lasts as long as one of its sessions does.
      const { state } = this.module.C_GetSessionInfo(session);
      if (!LOGGED_IN_STATES.includes(state)) this.#login(session);
      return session;
    } catch (error) {
      this.#discard(session);
      throw error;
    }
  }

  #login(session: Handle): void {
    const before = this.module.C_GetTokenInfo(this.#slot).flags;
    if (before & TOKEN_FLAG.pinLocked) throw locked();
    if (before & TOKEN_FLAG.pinFinalTry) {
      throw keysError("last-pin-try", "the token has one try left for its PIN; it is not used up unattended");
    }
    try {
      this.module.C_Login(session, USER, this.#pin);
    } catch (error) {
      const code = codeOf(error);
      if (code === "CKR_USER_ALREADY_LOGGED_IN") return;
      if (code === "CKR_PIN_LOCKED") throw locked();
      if (!["CKR_PIN_INCORRECT", "CKR_PIN_INVALID", "CKR_PIN_LEN_RANGE"].includes(code)) throw error;
      throw wrongPin(this.module.C_GetTokenInfo(this.#slot).flags);
    }
  }

  #discard(session: Handle): void {
    try {
      this.module.C_CloseSession(session);
    } catch {
      // It was gone already.
    }
  }
}

const locked = () =>
  keysError("token-locked", "the token is locked: its security officer has to set a new PIN");

function wrongPin(flags: number): Error {
  if (flags & TOKEN_FLAG.pinLocked) return locked();
  if (flags & TOKEN_FLAG.pinFinalTry)
    return keysError("last-pin-try", "the PIN is wrong, and one try is left before the token locks");
  return flags & TOKEN_FLAG.pinCountLow
    ? keysError("pin-count-low", "the PIN is wrong, and the token counts the tries that are left")
    : keysError("wrong-pin", "the PIN is wrong");
}

async function loadModule(path: string): Promise<Cryptoki> {
  const binding = await import(BINDING).catch((cause: unknown) => {
    throw keysError(
      "module-not-loadable",
      "the package pkcs11js is missing: install g++, make and python3, then run npm install",
      { cause },
    );
  });
  const module = new (binding.default ?? binding).PKCS11() as Cryptoki;
  try {
    module.load(path);
  } catch (cause) {
    throw keysError("module-not-loadable", `no PKCS #11 module can be loaded from ${path}`, { cause });
  }
  try {
    module.C_Initialize({ flags: OS_LOCKING_OK });
  } catch (cause) {
    throw keysError("module-not-loadable", `the PKCS #11 module does not start (${codeOf(cause)})`);
  }
  return module;
}

function findToken(module: Cryptoki, wanted: string): { slot: Handle; info: TokenInfo } {
  const found = module
    .C_GetSlotList(true)
    .map((slot) => ({ slot, info: module.C_GetTokenInfo(slot) }))
    .filter(({ info }) => [info.label.trim(), info.serialNumber.trim()].includes(wanted));
  if (found.length === 1) return found[0]!;
  throw found.length === 0
    ? keysError("token-not-found", `no slot holds a token named ${wanted}`)
    : keysError(
        "token-not-found",
        `${found.length} tokens are named ${wanted}: name one by its serial number`,
      );
}
