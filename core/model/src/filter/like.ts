/** Whether a value is like a pattern: `%` is any text, `_` any one character, letters of ASCII match in any case,
 *  everything else is itself. Takes time of at most value × pattern, whatever the pattern. */
export function likeMatcher(pattern: string): (value: string) => boolean {
  const wanted = foldAscii(pattern);
  const body = wanted.replace(/^%+|%+$/g, "");
  if (/[%_]/.test(body)) return (value) => wild(wanted, foldAscii(value));
  if (body === "" && wanted !== "") return () => true;
  const open = wanted.startsWith("%");
  const openEnd = wanted.endsWith("%");
  if (open && openEnd) return (value) => foldAscii(value).includes(body);
  if (open) return (value) => standsAt(body, value, value.length - body.length);
  if (openEnd) return (value) => standsAt(body, value, 0);
  return (value) => value.length === body.length && standsAt(body, value, 0);
}

/** Only A to Z: `toLowerCase` would also make the Kelvin sign a k. */
function foldAscii(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
}

/** Whether `folded` stands in `value` at `index`, but for the case of ASCII letters. Makes no new text: it is called often. */
function standsAt(folded: string, value: string, index: number): boolean {
  if (index < 0 || value.length < index + folded.length) return false;
  for (let i = 0; i < folded.length; i += 1) {
    const code = value.charCodeAt(index + i);
    const small = code >= 65 && code <= 90 ? code + 32 : code;
    if (small !== folded.charCodeAt(i)) return false;
  }
  return true;
}

/** Two fingers and the last `%` to go back to: no recursion, no regular expression that could explode. */
function wild(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let percent = -1;
  let resumeAt = 0;
  while (t < text.length) {
    const sign = pattern[p];
    if (sign === "%") {
      percent = p;
      resumeAt = t;
      p += 1;
    } else if (sign === "_") {
      t += widthAt(text, t);
      p += 1;
    } else if (sign === text[t]) {
      t += 1;
      p += 1;
    } else if (percent >= 0) {
      resumeAt += widthAt(text, resumeAt);
      t = resumeAt;
      p = percent + 1;
    } else return false;
  }
  while (pattern[p] === "%") p += 1;
  return p === pattern.length;
}

/** UTF-16 units of the character at `index`. */
function widthAt(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}
