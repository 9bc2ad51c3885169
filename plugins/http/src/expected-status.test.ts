import { expect, test } from "vitest";
import { addressOf, publicText } from "./address.js";
import { isExpectation, isExpected } from "./expected-status.js";
import { HttpSettings } from "./settings.js";

test.for([
  { status: 200, expectations: ["200-399"], want: true },
  { status: 400, expectations: ["200-399"], want: false },
  { status: 404, expectations: ["2xx", "404"], want: true },
  { status: 299, expectations: ["2XX"], want: true },
  { status: 301, expectations: ["2xx"], want: false },
])("$status among $expectations: $want", ({ status, expectations, want }) => {
  expect(isExpected(status, expectations)).toBe(want);
});

test.for(["", "20", "2x", "600", "300-200", "ok", "200-", "200,201"])("%j is no expectation", (text) => {
  expect(isExpectation(text)).toBe(false);
});

test.for([
  { endpoint: "https://a.example/x?y=1", http: {}, want: "https://a.example/x?y=1" },
  { endpoint: "a.example", http: {}, want: "http://a.example/" },
  { endpoint: "a.example:443", http: {}, want: "https://a.example/" },
  { endpoint: "10.0.0.1:8080", http: { path: "/health?full=1" }, want: "http://10.0.0.1:8080/health?full=1" },
  { endpoint: "10.0.0.1:161", http: { scheme: "https", port: 8443 }, want: "https://10.0.0.1:8443/" },
  { endpoint: "2001:db8::1", http: { port: 443 }, want: "https://[2001:db8::1]/" },
  { endpoint: "10.0.0.1", http: { url: "https://b.example/" }, want: "https://b.example/" },
])("$endpoint with $http is $want", ({ endpoint, http, want }) => {
  const address = addressOf(endpoint, HttpSettings.parse({ http }).http);
  expect(address.kind === "url" ? address.url.href : address.reason).toBe(want);
});

test.for(["", "ftp://a.example", "a b", "http://", "javascript:alert(1)"])(
  "the endpoint %j is no web address",
  (endpoint) => {
    expect(addressOf(endpoint, HttpSettings.parse({}).http).kind).toBe("none");
  },
);

test("what people see of an address holds no credentials", () => {
  expect(publicText(new URL("https://user:pw@a.example/x?token=1#y"))).toBe("https://a.example/x");
});

test.for([
  { why: "a pattern that is none", http: { body_match: "(" } },
  { why: "a pattern for a body that HEAD has not", http: { method: "HEAD", body_match: "x" } },
  { why: "a status that is none", http: { expected_status: ["fine"] } },
  { why: "an unknown key", http: { timeout: 3 } },
])("settings with $why are refused", ({ http }) => {
  expect(HttpSettings.safeParse({ http }).success).toBe(false);
});
