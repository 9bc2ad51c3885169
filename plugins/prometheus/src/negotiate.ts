import type { ExpositionFormat } from "./exposition.js";

/** The format that an Accept header wants: OpenMetrics where it is named and nothing is wanted more, else plain text. */
export function negotiate(accept: string | undefined): ExpositionFormat {
  let openmetrics = 0;
  let text = 0;
  for (const part of (accept ?? "").toLowerCase().split(",")) {
    const [type = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    const version = parameterOf(parameters, "version");
    const weight = Number(parameterOf(parameters, "q") ?? 1);
    const knownVersion = version === undefined || version === "1.0.0" || version === "0.0.1";
    if (type === "application/openmetrics-text" && knownVersion) openmetrics = Math.max(openmetrics, weight);
    if (type === "text/plain") text = Math.max(text, weight);
  }
  return openmetrics > 0 && openmetrics >= text ? "openmetrics" : "text";
}

/** Whether an answer may be sent with gzip. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  return (acceptEncoding ?? "").split(",").some((part) => /^\s*gzip\s*(;\s*q\s*=\s*(1|0?\.\d*[1-9]).*)?$/i.test(part));
}

function parameterOf(parameters: readonly string[], name: string): string | undefined {
  const found = parameters.find((parameter) => parameter.startsWith(`${name}=`));
  return found?.slice(name.length + 1).replace(/^"|"$/g, "");
}
