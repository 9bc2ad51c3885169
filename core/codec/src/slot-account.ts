import { create, type MessageShape } from "@bufbuild/protobuf";
import type { SlotAccount } from "@ocelli/model";
import { SlotAccountSchema } from "@ocelli/proto/task";

type SlotAccountProto = MessageShape<typeof SlotAccountSchema>;

export function accountToProto({ handledToMs, missed }: SlotAccount): SlotAccountProto {
  return create(SlotAccountSchema, {
    handledToMs: BigInt(Math.floor(handledToMs)),
    missed: missed.map(({ plugin, reason, slots }) => ({ plugin, reason, slots: BigInt(slots) })),
  });
}

export function accountFromProto({ handledToMs, missed }: SlotAccountProto): SlotAccount {
  return {
    handledToMs: Number(handledToMs),
    missed: missed.map(({ plugin, reason, slots }) => ({ plugin, reason, slots: Number(slots) })),
  };
}
