package main

import ocelli "ocelli.dev/plugin-sdk/go"

func main() { ocelli.Serve(plugin) }
