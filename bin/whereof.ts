const USAGE = `Whereof on the command line

  whereof try FILE --signers 2 --out FOLDER [--level B-LTA]
      Runs the whole job on a PDF without a browser: prepared, certified, signed, sealed.
      Writes the original, every revision, sealed.pdf, audit-trail.pdf, certificates and events.jsonl.
      0 done · 3 the file was refused, with the reason · 1 anything else

  whereof try --batch FOLDER --out FOLDER [--signers 2] [--level B-LTA]
      The same for every PDF below a folder; one line of JSON for each.

  whereof verify package.zip [--trust root.cer] [--json]
      Checks an evidence package: every file, signature, time-stamp, certificate and event in it.

  whereof verify FILE --trust root.cer [--json]
      Says who signed, what is covered, and whether anything changed since.
      0 every signature holds · 1 something failed · 2 it cannot be told

  whereof verify-log [--checkpoint FILE|URL]… [--trust root.cer] [--json]
      Says whether the audit trail of this installation is what was written (docs/log.md).
      0 everything holds · 1 something does not · 2 it cannot be told

  whereof from-archive ENVELOPE|records --out FOLDER
      Takes the archived copies of an envelope out of the bucket, decrypted and checked.

  whereof root export|remove|use FILE
      Takes the root's key away into a file, and uses it from there for one operation.

Levels: B-B, B-T, B-LT, B-LTA (EN 319 142-1). Run without installing: npx whereof …
`;

/** Runs one command; gives the exit code. @param settings of the process, for what looks at the installation. */
export async function main(
  args: readonly string[],
  settings: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case "try": {
      const { tryCommand } = await import("./try-command.ts");
      return tryCommand(rest);
    }
    case "verify": {
      const { verifyCommand } = await import("./verify-command.ts");
      return verifyCommand(rest, { write: (text) => void process.stdout.write(text) });
    }
    case "verify-log": {
      const { verifyLogCommand } = await import("./verify-log-command.ts");
      return verifyLogCommand(rest, { write: (text) => void process.stdout.write(text), settings });
    }
    case "from-archive": {
      const { archiveCommand } = await import("./archive-command.ts");
      return archiveCommand(rest, { write: (text) => void process.stdout.write(text), settings });
    }
    case "root": {
      const { rootCommand } = await import("./root-command.ts");
      return rootCommand(rest, settings);
    }
    case undefined:
    case "help":
    case "--help":
      process.stdout.write(USAGE);
      return command === undefined ? 64 : 0;
    default:
      process.stderr.write(`There is no command ${command}.\n\n${USAGE}`);
      return 64;
  }
}
