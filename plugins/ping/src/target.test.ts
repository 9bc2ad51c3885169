import { expect, test } from "vitest";
import { targetOf } from "./target.js";

test.for([
  ["10.0.0.1", "10.0.0.1", undefined],
  ["router-1.example.net", "router-1.example.net", undefined],
  ["bücher.example", "bücher.example", undefined],
  ["10.0.0.1:161", "10.0.0.1", 161],
  ["::1", "::1", undefined],
  ["fe80::1%eth0", "fe80::1%eth0", undefined],
  ["[2001:db8::1]:8080", "2001:db8::1", 8080],
  ["[::1]", "::1", undefined],
  ["https://example.net/a?b", "example.net", 443],
  ["http://[::1]:8080/", "::1", 8080],
  ["http://user:pw@example.net", "example.net", 80],
] as const)("%s is host %s, port %s", ([endpoint, host, port]) => {
  expect(targetOf(endpoint)).toEqual({ kind: "host", host, port });
});

test.for([
  { endpoint: "", why: "nothing" },
  { endpoint: "-f/etc/passwd", why: "what a program would take for an option" },
  { endpoint: "a b", why: "a blank" },
  { endpoint: "a;reboot", why: "what a shell would take for a command" },
  { endpoint: "host:ssh", why: "a port in words" },
  { endpoint: "host:0", why: "port 0" },
  { endpoint: "http://:80", why: "a URL without a host" },
])("an endpoint with $why is refused", ({ endpoint }) => {
  expect(targetOf(endpoint).kind).toBe("none");
});
