type Setting = readonly [path: string, name: string, value: string];

/** What the throw-away profile says: no macro, no network, no links to elsewhere, no recovery, no updates. */
const SETTINGS: readonly Setting[] = [
  ["/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"],
  ["/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"],
  ["/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"],
  ["/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"],
  ["/org.openoffice.Office.Common/Security/Scripting", "DisablePythonRuntime", "true"],
  ["/org.openoffice.Office.Common/Misc", "UseLocking", "false"],
  ["/org.openoffice.Office.Common/Misc", "FirstRun", "false"],
  ["/org.openoffice.Office.Common/Save/Document", "CreateBackup", "false"],
  ["/org.openoffice.Office.Java/VirtualMachine", "Enable", "false"],
  ["/org.openoffice.Office.Writer/Content/Update", "Link", "0"],
  ["/org.openoffice.Office.Calc/Content/Update", "Link", "2"],
  ["/org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"],
  ["/org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", "1"],
  ["/org.openoffice.Inet/Settings", "ooInetProxyType", "1"],
  ["/org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"],
  ["/org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"],
  ["/org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"],
  ["/org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"],
];

/** A `registrymodifications.xcu` as LibreOffice reads it from its profile. */
export function profileSettings(): string {
  const items = SETTINGS.map(
    ([path, name, value]) =>
      `<item oor:path="${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    ...items,
    "</oor:items>\n",
  ].join("\n");
}
