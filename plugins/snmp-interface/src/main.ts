import { serve } from "@ocelli/plugin-sdk";
import { snmpInterface } from "./plugin.js";

await serve(snmpInterface());
