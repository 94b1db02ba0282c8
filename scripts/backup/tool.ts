import { findTool, howToInstall, type ToolName } from '../../lib/recovery/dump/tool/mongo-tool.ts';

/** The tool's path, or null for our own way. Throws Error where the tool is demanded and missing. */
export async function chooseTool(name: ToolName, choice: 'auto' | 'driver' | ToolName): Promise<string | null> {
  const found = choice === 'driver' ? null : await findTool(name, process.env['PATH'] ?? '');
  if (found === null && choice === name) throw new Error(`${name} is not installed; how to get it: ${howToInstall(process.platform)}`);
  return found;
}

/** What the tool may know of our environment: where programs and certificates are, no secret. */
export function toolEnvironment(): Readonly<Record<string, string>> {
  const names = ['PATH', 'HOME', 'SYSTEMROOT', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'HTTPS_PROXY', 'TMPDIR'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
