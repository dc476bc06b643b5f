/** A Chromium for tests, unpacked from its package; where it cannot start, tests that need it are skipped and say why. */
import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";

/** The browser, or why there is none. The caller closes it. */
export async function openChromium(): Promise<Browser | { readonly missing: string }> {
  try {
    const executablePath = await chromium.executablePath();
    return await playwright.launch({
      executablePath,
      args: argsOf(chromium.args),
      headless: true,
    });
  } catch (cause) {
    const [reason = ""] = String(cause).split("\n");
    return { missing: `Chromium does not start here: ${reason}` };
  }
}

/** One process for everything, as its package wants it for small machines, dies with the first page that is closed. */
function argsOf(args: readonly string[]): string[] {
  return [...args.filter((arg) => arg !== "--single-process" && arg !== "--no-zygote"), "--no-sandbox"];
}

/** How many pages a PDF has, by its page tree. */
export function pagesIn(pdf: Uint8Array): number {
  const text = Buffer.from(pdf).toString("latin1");
  return [...text.matchAll(/\/Type\s*\/Page(?![s\w])/g)].length;
}
