import { utf8 } from "./fnv.js";

const plainText = /^[A-Za-z0-9_-]+$/;
const asciiText = /^[\0-\x7f]+$/;
const special = /[^A-Za-z0-9_-]/g;
/** What `toToken` makes of texts that are not plain: "=41" would be a second name of "A". */
const encoded = /^(?:[A-Za-z0-9_-]|=(?:[0189A-F][0-9A-F]|2[0-9A-CEF]|3[A-F]|40|5[B-E]|60|7[B-F]))+$/;

/** Any text as one token of a NATS subject or KV key, reversibly: letters, digits, `_` and `-` stay,
 *  every other byte of UTF-8 becomes `=XX`, and the empty text is a lone `=`. */
export function toToken(text: string): string {
  if (text === "") return "=";
  if (plainText.test(text)) return text;
  if (asciiText.test(text)) return text.replace(special, (char) => escapeOf(char.charCodeAt(0)));
  let token = "";
  for (const byte of utf8(text)) {
    const char = String.fromCharCode(byte);
    token += byte < 0x80 && plainText.test(char) ? char : escapeOf(byte);
  }
  return token;
}

/** The text behind a token. Throws RangeError on anything `toToken` cannot have made. */
export function fromToken(token: string): string {
  if (plainText.test(token)) return token;
  if (token === "=") return "";
  if (!encoded.test(token)) throw new RangeError(`not a token: ${JSON.stringify(token)}`);
  let text = "";
  let from = 0;
  for (let at = token.indexOf("="); at >= 0; at = token.indexOf("=", from)) {
    const byte = Number.parseInt(token.slice(at + 1, at + 3), 16);
    if (byte >= 0x80) return beyondAscii(token);
    text += token.slice(from, at) + String.fromCharCode(byte);
    from = at + 3;
  }
  return text + token.slice(from);
}

function beyondAscii(token: string): string {
  try {
    return decodeURIComponent(token.replaceAll("=", "%"));
  } catch (error) {
    throw new RangeError(`not a token: ${JSON.stringify(token)}`, { cause: error });
  }
}

const escapes = Array.from({ length: 256 }, (_, byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`);

function escapeOf(byte: number): string {
  return escapes[byte] ?? "";
}
