import { utf8 } from "./fnv.js";

const plain = /^[A-Za-z0-9_-]$/;
const encodedToken = /^(?:=|(?:[A-Za-z0-9_-]|=[0-9A-F]{2})+)$/;

/** Any text as one token of a NATS subject or KV key, reversibly: letters, digits, `_` and `-` stay,
 *  every other byte of UTF-8 becomes `=XX`, and the empty text is a lone `=`. */
export function toToken(text: string): string {
  if (text === "") return "=";
  let token = "";
  for (const byte of utf8(text)) {
    const char = String.fromCharCode(byte);
    token += byte < 0x80 && plain.test(char) ? char : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return token;
}

/** The text behind a token. Throws RangeError on anything `toToken` cannot have made. */
export function fromToken(token: string): string {
  if (!encodedToken.test(token)) throw new RangeError(`not a token: ${JSON.stringify(token)}`);
  if (token === "=") return "";
  let text: string;
  try {
    text = decodeURIComponent(token.replaceAll("=", "%"));
  } catch (error) {
    throw new RangeError(`not a token: ${JSON.stringify(token)}`, { cause: error });
  }
  // "=41" would be a second name of "A".
  if (toToken(text) !== token) throw new RangeError(`not a token: ${JSON.stringify(token)}`);
  return text;
}
