import { expect, test } from "vitest";
import { splitUrl, withoutSecrets } from "./connect.js";
import { AckSubject } from "./delivery.js";

test.for([
  {
    why: "the form of all servers up to now",
    reply: "$JS.ACK.OCELLI_TASKS_0.agents-p.2.77.5.1700000000123456789.9",
    want: {
      consumer: "agents-p",
      consumerSequence: 5,
      deliveries: 2,
      streamSequence: 77,
      storedAtMs: 1_700_000_000_123,
      pending: 9,
    },
  },
  {
    why: "the form with domain and account",
    reply: "$JS.ACK._.hash.OCELLI_TASKS_0.agents-p.1.78.6.1700000000123456789.0.token",
    want: {
      consumer: "agents-p",
      consumerSequence: 6,
      deliveries: 1,
      streamSequence: 78,
      storedAtMs: 1_700_000_000_123,
      pending: 0,
    },
  },
  { why: "an ordinary reply is no delivery", reply: "_INBOX.abc.1", want: undefined },
  { why: "no reply is no delivery", reply: "", want: undefined },
  { why: "what only begins like one is no delivery", reply: "$JS.ACK.OCELLI_TASKS_0.agents-p.2.77", want: undefined },
])("place and time of a message are read from its ack subject: $why", ({ reply, want }) => {
  const info = AckSubject.read(reply);
  expect(info && whole(info)).toEqual(want);
});

function whole({ consumer, consumerSequence, deliveries, streamSequence, storedAtMs, pending }: AckSubject) {
  return { consumer, consumerSequence, deliveries, streamSequence, storedAtMs, pending };
}

test.for([
  { url: "nats://10.0.0.1:4222", want: { server: "nats://10.0.0.1:4222" }, shown: "nats://10.0.0.1:4222" },
  { url: "nats://tok%2Fen@h:1", want: { server: "nats://h:1", token: "tok/en" }, shown: "nats://***@h:1" },
  { url: "tls://u:p%40ss@h:1", want: { server: "tls://h:1", user: "u", pass: "p@ss" }, shown: "tls://***@h:1" },
])("credentials in $url are used and never shown", ({ url, want, shown }) => {
  expect(splitUrl(url)).toEqual(want);
  expect(withoutSecrets(url)).toBe(shown);
});
